//! The life of one object.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use rinfra_provider::{Fate, Interrupted, Marked};
use rinfra_value::Value;
use serde_json::{Map, Value as Json};

use super::fixture::Life;
use super::references::References;
use crate::world::{Plan, World};

/// Creates an object, changes every argument of it, imports it, and deletes it.
pub(super) async fn live(world: &World, kind: &str, life: &Life, made: &References) {
    let config = made.resolved(&Json::Object(life.config.clone()));
    let mut object = create_interrupted(world, kind, &config).await;
    let mut made = made.clone();
    made.add("it", &object);
    for (name, other) in &life.others {
        object = changed_and_back(world, kind, life, object, &config, (name, &made.resolved(other))).await;
    }
    let identity = world.identity(kind, &object);
    let imports = life.imports.iter().map(|it| made.resolved(&Json::String(it.clone())));
    let imports = imports.map(|it| it.as_str().expect("a text").to_owned());
    for id in std::iter::once(identity.clone()).chain(imports) {
        let imported = world.read(kind, &id, None).await;
        let imported = imported.unwrap_or_else(|| panic!("{kind}: {id} cannot be imported"));
        let plan = world.plan(kind, Some(&imported), &config);
        assert!(plan.replace.is_empty(), "{kind}: imported as {id} it needs a new object: {plan:?}");
        let changed: Vec<_> =
            changed(&plan).into_iter().filter(|it| is_seen(world, kind, life, it)).collect();
        assert!(changed.is_empty(), "{kind}: imported as {id} it would change {changed:?}");
    }
    world.end(kind, &object, &config).await;
}

/// Creates an object as if the answer were lost, and lets it be found by another connection.
async fn create_interrupted(world: &World, kind: &str, config: &Json) -> Value {
    let planned = world.plan(kind, None, config).value;
    let operation = world.operation(kind, &planned);
    let creating = world.reconnect().await;
    let identity = creating.create(&operation, &planned).await;
    let identity = identity.unwrap_or_else(|error| panic!("{kind}: {error}"));
    drop(creating);
    let connection = world.reconnect().await;
    let at = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
    let interrupted =
        Interrupted { token: operation.token.clone(), planned: planned.clone(), at: Some(at), age: None };
    let fates = connection.look_for(kind, operation.region.as_ref(), vec![interrupted]).await;
    let fates = fates.unwrap_or_else(|error| panic!("{kind}: {error}"));
    assert_eq!(fates, [Fate::Made(identity.clone())], "{kind}: what an interrupted creation made");
    connection.resume(&operation, &identity);
    let object = connection.settle(&operation, &identity, &planned).await;
    let object = object.unwrap_or_else(|error| panic!("{kind}: {error}"));
    if world.provider().resource_type(kind).expect(kind).is_marked() {
        let marked = Marked { kind: kind.to_owned(), identity, token: operation.token.clone() };
        connection.unmark(operation.region.as_ref(), vec![marked]).await.expect("untagged");
    }
    assert!(object.is_wholly_known(), "{kind}: {object:?}");
    world.assert_unchanged(kind, &object, config);
    object
}

/// Changes one argument behind the state's back, sees it, changes it back in place and returns the object; or sees
/// that it needs a new one.
async fn changed_and_back(
    world: &World,
    kind: &str,
    life: &Life,
    object: Value,
    config: &Json,
    (name, other): (&str, &Json),
) -> Value {
    let mut changed_config: Map<String, Json> = config.as_object().expect("an object").clone();
    if other.is_null() {
        changed_config.remove(name)
    } else {
        changed_config.insert(name.to_owned(), other.clone())
    };
    let changed_config = Json::Object(changed_config);
    let plan = world.plan(kind, Some(&object), &changed_config);
    assert!(changed(&plan).contains(name), "{kind}: {other} is no change of {name}: {plan:?}");
    let needs_another = world.block(kind).attributes.get(name).is_some_and(|it| it.force_new);
    if needs_another || !plan.replace.is_empty() {
        world.assert_replaces(kind, &object, &changed_config, name);
        return object;
    }
    if life.only_planned.contains_key(name) {
        return object;
    }
    let meddler = world.reconnect().await;
    let meddled = meddler.update(&world.operation(kind, &object), &object, &plan.value).await;
    meddled.unwrap_or_else(|error| panic!("{kind}: {name}: {error}"));
    let operation = world.operation(kind, &plan.value);
    let identity = world.identity(kind, &plan.value);
    let settled = meddler.settle(&operation, &identity, &plan.value).await;
    let settled = settled.unwrap_or_else(|error| panic!("{kind}: {name}: {error}"));
    world.assert_unchanged(kind, &settled, &changed_config);

    let seen = world.read(kind, &identity, Some(&object)).await;
    let seen = seen.unwrap_or_else(|| panic!("{kind}: gone with a change of {name}"));
    let plan = world.plan(kind, Some(&seen), config);
    if is_seen(world, kind, life, name) {
        assert!(changed(&plan).contains(name), "{kind}: a change of {name} behind our back does not show");
    }
    assert!(plan.replace.is_empty(), "{kind}: a change of {name} behind our back cannot be healed");
    let healed = world.update(kind, &settled, config).await;
    assert_eq!(world.identity(kind, &healed), world.identity(kind, &object), "{kind}: {name}");
    healed
}

/// Tells whether AWS tells the value of an argument.
fn is_seen(world: &World, kind: &str, life: &Life, name: &str) -> bool {
    let is_local = world.block(kind).attributes.get(name).is_some_and(|it| it.local || it.write_only);
    !is_local && !life.unseen.contains_key(name)
}

/// Returns the arguments that a plan changes.
fn changed(plan: &Plan) -> BTreeSet<String> {
    let names = plan
        .changed
        .iter()
        .filter_map(|it| it.to_string().split(['.', '[']).find(|it| !it.is_empty()).map(str::to_owned));
    names.collect()
}
