use rinfra_provider::Wanted;
use rinfra_testkit::world::{World, text};
use serde_json::json;

use crate::provider;

const KIND: &str = "aws_cloudwatch_log_group";

fn retention(object: &rinfra_value::Value) -> Option<i64> {
    object.attribute("retention_in_days")?.as_number()?.to_i64()
}

#[tokio::test]
async fn a_log_group_lives() {
    let world = World::new(provider()).await;
    let config = json!({ "name": "/a/b", "retention_in_days": 7, "tags": { "Name": "a" } });
    let group = world.create(KIND, &config).await;
    assert!(text(&group, "arn").ends_with(":log-group:/a/b"), "{}", text(&group, "arn"));
    assert_eq!(text(&group, "id"), "/a/b");
    assert_eq!(text(&group, "name_prefix"), "");
    assert_eq!(text(&group, "region"), "eu-central-1");
    assert_eq!(retention(&group), Some(7));

    let config = json!({ "name": "/a/b", "retention_in_days": 30, "tags": { "Name": "b", "x": "y" } });
    let group = world.update(KIND, &group, &config).await;
    assert_eq!(retention(&group), Some(30));
    let config = json!({ "name": "/a/b" });
    let group = world.update(KIND, &group, &config).await;
    assert_eq!(retention(&group), Some(0));
    assert_eq!(group.attribute("tags_all").and_then(|it| it.len()), Some(0));

    world.assert_replaces(KIND, &group, &json!({ "name": "/a/c" }), "name");
    let class = json!({ "name": "/a/b", "log_group_class": "INFREQUENT_ACCESS" });
    world.assert_replaces(KIND, &group, &class, "log_group_class");
    world.assert_replaces(KIND, &group, &json!({ "name": "/a/b", "region": "us-west-2" }), "region");
    world.end(KIND, &group, &config).await;
}

#[tokio::test]
async fn a_name_is_made_of_a_prefix_once() {
    let world = World::new(provider()).await;
    for (config, prefix) in [(json!({ "name_prefix": "x-" }), "x-"), (json!({}), "terraform-")] {
        let planned = world.plan(KIND, None, &config).value;
        let operation = world.operation(KIND, &planned);
        let name = world.connection().create(&operation, &planned).await.expect("a log group");
        let again = world.connection().create(&operation, &planned).await.expect("the same log group");
        assert_eq!(name, again, "a step that is repeated finds what it made");
        let group = world.connection().settle(&operation, &name, &planned).await.expect("a log group");
        assert_eq!(text(&group, "name_prefix"), prefix);
        assert_eq!(text(&group, "name").len(), prefix.len() + 26);
        world.assert_unchanged(KIND, &group, &config);
        world.assert_replaces(KIND, &group, &json!({ "name_prefix": "y-" }), "name_prefix");
        world.end(KIND, &group, &config).await;
    }
}

#[tokio::test]
async fn a_name_that_is_taken_is_an_error() {
    let world = World::new(provider()).await;
    let config = json!({ "name": "taken" });
    let planned = world.create(KIND, &config).await;
    let again = world.connection().create(&world.operation(KIND, &planned), &planned).await;
    let error = again.expect_err("the name is taken");
    assert_eq!(error.code.as_deref(), Some("ResourceAlreadyExistsException"), "{error}");
}

#[tokio::test]
async fn a_log_group_can_outlive_its_configuration() {
    let world = World::new(provider()).await;
    let config = json!({ "name": "kept", "skip_destroy": true });
    let group = world.create(KIND, &config).await;
    world.delete(KIND, &group).await;
    assert!(world.read(KIND, "kept", Some(&group)).await.is_some());
}

#[tokio::test]
async fn what_was_created_is_not_asked_for_what_it_was_given() {
    let world = World::new(provider()).await;
    let before = world.calls("logs");
    let group = world.create(KIND, &json!({ "name": "new", "tags": { "a": "b" } })).await;
    assert_eq!(world.calls("logs") - before, 2, "one makes it, one shows that it is there");
    assert_eq!(world.read(KIND, "new", Some(&group)).await, Some(group), "and it has them");
}

#[tokio::test]
async fn many_log_groups_are_described_together() {
    let world = World::new(provider()).await;
    let mut wanted = Vec::new();
    for number in 0..120 {
        // Most have tags.
        let tags = if number % 4 > 0 { json!({ "number": number.to_string() }) } else { json!({}) };
        let config = json!({ "name": format!("group-{number}"), "tags": tags });
        let planned = world.plan(KIND, None, &config).value;
        let identity = world.connection().create(&world.operation(KIND, &planned), &planned).await;
        wanted.push(Wanted { identity: identity.expect("a log group"), prior: None });
    }
    wanted.push(Wanted { identity: "absent".to_owned(), prior: None });
    let read = async |wanted: &[Wanted]| {
        let before = (world.calls("logs"), world.calls("tagging"));
        let read = world.connection().read(KIND, None, wanted.to_vec()).await.expect("log groups");
        (read, world.calls("logs") - before.0, world.calls("tagging") - before.1)
    };
    let (imported, logs, tagging) = read(&wanted).await;
    assert_eq!(imported.iter().filter(|it| it.is_some()).count(), 120);
    assert!(imported[120].is_none());
    // Three pages of groups, and the tags of each.
    assert_eq!((logs, tagging), (3 + 120, 0), "nothing is known of them");

    let mut known = wanted;
    for (wanted, object) in known.iter_mut().zip(&imported) {
        wanted.prior.clone_from(object);
    }
    let (again, logs, tagging) = read(&known).await;
    assert_eq!(again, imported);
    assert_eq!((logs, tagging), (3, 2), "the index says the same");

    let drifted = json!({ "name": "group-7", "tags": { "drifted": "yes" } });
    let other = imported[7].as_ref().expect("a log group");
    let meddled = world.plan(KIND, Some(other), &drifted).value;
    world.connection().update(&world.operation(KIND, other), other, &meddled).await.expect("other tags");
    let (again, logs, tagging) = read(&known).await;
    assert_eq!(again[7].as_ref().and_then(|it| it.attribute("tags")), meddled.attribute("tags"));
    assert_eq!((logs, tagging), (3 + 1, 2), "where the index says something else the service is asked");
}

#[tokio::test]
async fn what_cannot_be_is_refused_in_the_plan() {
    let world = World::new(provider()).await;
    let cases = [
        json!({ "name": "a b" }),
        json!({ "name": "" }),
        json!({ "name_prefix": "x".repeat(487) }),
        json!({ "name": "a", "retention_in_days": 2 }),
    ];
    for config in cases {
        assert!(world.try_plan(KIND, None, &config).is_err(), "{config}");
    }
    let delivery = world.plan(KIND, None, &json!({ "name": "a", "log_group_class": "DELIVERY" })).value;
    assert_eq!(retention(&delivery), Some(2));
}
