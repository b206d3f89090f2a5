use std::collections::BTreeSet;
use std::sync::Arc;

use rinfra_addr::Mode as ResourceMode;
use rinfra_change::{Action, Mode, Move, Observation, Plan, ResourceChange};
use rinfra_provider::{Catalogue, Error};
use rinfra_state::journal::{Event, MemoryRecorder};
use rinfra_state::{Object, State};
use rinfra_value::{Marks, Path, Type, Value};

use crate::scribe::Scribe;

/// Returns the state a plan was made from, with what the refresh found.
///
/// *Assumptions*: it runs on a tokio runtime.
///
/// *Errors*: objects that no state can hold.
pub async fn refreshed(plan: &Plan, catalogue: &Catalogue, state: State) -> Result<State, Error> {
    let scribe = Scribe::new(Arc::new(MemoryRecorder::default()), state, Vec::new());
    record_observations(plan, catalogue, &scribe).await?;
    Ok(scribe.finish().await)
}

/// Brings the state up to what the plan observed, before the first step: instances that moved get their new
/// addresses, objects that are gone leave it,
/// objects that changed by themselves are recorded as they are, and so are the data sources that were read.
///
/// *Errors*: when the journal cannot be written.
pub(crate) async fn record_observations(
    plan: &Plan,
    catalogue: &Catalogue,
    scribe: &Scribe,
) -> Result<(), Error> {
    move_instances(plan, scribe).await?;
    let mut events = Vec::new();
    for observation in plan.observations.iter().filter(|it| it.after.is_none()) {
        let (address, deposed) = (observation.address.clone(), observation.deposed.clone());
        events.push(Event::Forgotten { address, deposed });
    }
    if plan.mode == Mode::RefreshOnly {
        for observation in &plan.observations {
            events.extend(scribe.with_state(|state| drifted(state, observation, catalogue)).transpose()?);
        }
    }
    for change in &plan.changes {
        events.extend(scribe.with_state(|state| observed(state, change, catalogue)).transpose()?);
    }
    let wanted: BTreeSet<_> = plan.changes.iter().map(|it| &it.address).collect();
    let everything = plan.regions.is_empty();
    scribe.with_state(|state| {
        let data = state.instances().filter(|(address, ..)| address.mode() == ResourceMode::Data);
        for (address, ..) in data.filter(|(address, ..)| !wanted.contains(address)) {
            if !plan.is_partial() && (everything || plan.mode == Mode::Normal) {
                events.push(Event::Forgotten { address, deposed: None });
            }
        }
    });
    scribe.write_all(events).await
}

/// Gives the instances that moved their new addresses, and lets those that depend on them know.
async fn move_instances(plan: &Plan, scribe: &Scribe) -> Result<(), Error> {
    if plan.moves.is_empty() {
        return Ok(());
    }
    let mut state = scribe.with_state(State::clone);
    let mut events = Vec::new();
    for Move { from, to, adoption } in &plan.moves {
        let (Some(provider), Some(instance)) = (state.provider(from), state.remove_instance(from)) else {
            return Err(Error::internal(format!("the state no longer has {from}, which is {to} now")));
        };
        let (provider, instance) = match adoption {
            Some(it) => (it.provider.clone(), instance.adopted(it.schema_version, it.attributes.clone())),
            None => (provider, instance),
        };
        state.put_instance(to, &provider, instance.clone());
        let instance = Box::new(instance);
        events.push(Event::Moved { from: from.clone(), to: to.clone(), provider, instance });
    }
    for address in state.follow_moves(plan.moves.iter().map(|it| (&it.from, &it.to))) {
        if let (Some(provider), Some(instance)) = (state.provider(&address), state.instance(&address)) {
            let instance = Box::new(instance.clone());
            events.push(Event::Arranged { address, provider, instance });
        }
    }
    scribe.write_all(events).await
}

/// Returns the event that records an object that changed by itself, with what else the state says of it.
fn drifted(state: &State, observation: &Observation, catalogue: &Catalogue) -> Option<Result<Event, Error>> {
    let Observation { address, deposed, after, schema_version, .. } = observation;
    let (after, provider) = (after.as_ref()?, state.provider(address)?);
    let stored = state.object(address, deposed.as_deref())?;
    let ty = catalogue.schema(&provider.source, address.mode(), address.kind())?.block.implied_type();
    let object = match Object::from_value(after, &ty, *schema_version, stored.dependencies.clone()) {
        Ok(object) => Object {
            status: stored.status,
            private: stored.private.clone(),
            sensitive_paths: stored.sensitive_paths.clone(),
            create_before_destroy: stored.create_before_destroy,
            unknown_fields: stored.unknown_fields.clone(),
            ..object
        },
        Err(error) => return Some(Err(Error::internal(format!("{address} cannot be recorded: {error}")))),
    };
    let (address, deposed) = (address.clone(), deposed.clone());
    Some(Ok(Event::Recorded { address, deposed, provider, object: Box::new(object) }))
}

/// Returns the event that records an object as the plan observed it, unless the state has it so.
fn observed(state: &State, change: &ResourceChange, catalogue: &Catalogue) -> Option<Result<Event, Error>> {
    if change.left_alone {
        return None;
    }
    let stored = state.object(&change.address, change.deposed.as_deref());
    if change.action == Action::Read {
        // What it was before is out of date from now on, whether it can be read again or not.
        let (address, deposed) = (change.address.clone(), None);
        return stored.map(|_| Ok(Event::Forgotten { address, deposed }));
    }
    let value = match (change.action, &change.before, &change.after) {
        (Action::NoOp, _, Some(after)) => after,
        (Action::Create, ..) => return None,
        (_, Some(before), _) => before,
        _ => return None,
    };
    let (address, source) = (&change.address, &change.provider.source);
    let ty = catalogue.schema(source, address.mode(), address.kind())?.block.implied_type();
    let mut object = match encode(value, &ty, change) {
        Ok(object) => object,
        Err(error) => return Some(Err(error)),
    };
    if let Some(stored) = stored {
        object.status = stored.status;
        object.private.clone_from(&stored.private);
        object.unknown_fields.clone_from(&stored.unknown_fields);
        if change.action != Action::NoOp {
            object.dependencies.clone_from(&stored.dependencies);
            object.sensitive_paths.clone_from(&stored.sensitive_paths);
            object.create_before_destroy = stored.create_before_destroy;
        }
        if *stored == object && state.provider(&change.address).as_ref() == Some(&change.provider) {
            return None;
        }
    }
    Some(Ok(Event::Recorded {
        address: change.address.clone(),
        deposed: change.deposed.clone(),
        provider: change.provider.clone(),
        object: Box::new(object),
    }))
}

/// Returns the stored form of an instance's value.
///
/// *Errors*: values the state cannot hold; the provider promised a whole one.
pub(crate) fn encode(value: &Value, ty: &Type, change: &ResourceChange) -> Result<Object, Error> {
    let object = Object::from_value(value, ty, change.schema_version, change.recorded_dependencies.to_vec())
        .map_err(|error| Error::internal(format!("{} cannot be recorded: {error}", change.address)))?;
    Ok(Object { create_before_destroy: change.create_before_destroy, ..object })
}

/// Returns the stored form of as much of an instance's value as is known.
pub(crate) fn encode_partial(value: &Value, ty: &Type, change: &ResourceChange) -> Result<Object, Error> {
    let object =
        Object::from_partial_value(value, ty, change.schema_version, change.recorded_dependencies.to_vec())
            .map_err(|error| Error::internal(format!("{} cannot be recorded: {error}", change.address)))?;
    Ok(Object { create_before_destroy: change.create_before_destroy, ..object })
}

/// Returns what the state will say of an instance's value besides the value itself.
pub(crate) fn outline(value: &Value, change: &ResourceChange) -> Object {
    let marked = value.unmark_deep_with_paths().1.into_iter();
    let sensitive = marked.filter(|(_, it)| it.contains(Marks::SENSITIVE)).map(|(path, _)| path);
    let mut sensitive_paths: Vec<Path> = sensitive.collect();
    sensitive_paths.sort();
    Object {
        sensitive_paths,
        dependencies: change.recorded_dependencies.to_vec(),
        create_before_destroy: change.create_before_destroy,
        ..Object::new(change.schema_version, serde_json::Value::Null)
    }
}
