use rinfra_testkit::world::{World, text};
use serde_json::json;

use crate::provider;
use crate::role::allow;

const KIND: &str = "aws_iam_policy";

#[tokio::test]
async fn a_policy_lives() {
    let world = World::new(provider()).await;
    let config = json!({
        "name": "read", "path": "/app/", "description": "reads", "policy": allow("s3:Get*"), "tags": { "Name": "a" },
    });
    let policy = world.create(KIND, &config).await;
    assert!(text(&policy, "arn").ends_with(":policy/app/read"));
    assert_eq!(text(&policy, "id"), text(&policy, "arn"));
    assert_eq!(
        text(&policy, "policy"),
        r#"{"Statement":[{"Action":"s3:Get*","Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}"#
    );
    assert_eq!(policy.attribute("attachment_count").and_then(|it| it.as_number()?.to_i64()), Some(0));

    let config =
        json!({ "name": "read", "path": "/app/", "description": "reads", "policy": allow("s3:List*") });
    let policy = world.update(KIND, &policy, &config).await;
    assert!(text(&policy, "policy").contains("s3:List*"));
    assert_eq!(policy.attribute("tags_all").and_then(|it| it.len()), Some(0));

    let other = json!({ "name": "other", "description": "others", "policy": allow("s3:List*") });
    for because in ["name", "path", "description"] {
        world.assert_replaces(KIND, &policy, &other, because);
    }
    assert!(world.try_plan(KIND, None, &json!({ "policy": "allow" })).is_err());
    world.end(KIND, &policy, &config).await;
}

#[tokio::test]
async fn a_policy_has_room_for_one_more_version() {
    let world = World::new(provider()).await;
    let mut policy = world.create(KIND, &json!({ "name": "read", "policy": allow("s3:A0") })).await;
    for number in 1..8 {
        let delay = (number == 7).then_some(1);
        let config = json!({
            "name": "read", "policy": allow(&format!("s3:A{number}")), "delay_after_policy_creation_in_ms": delay,
        });
        policy = world.update(KIND, &policy, &config).await;
        assert!(text(&policy, "policy").contains(&format!("s3:A{number}")));
    }
    world.delete(KIND, &policy).await;
    assert_eq!(world.read(KIND, &text(&policy, "id"), Some(&policy)).await, None);
}

#[tokio::test]
async fn a_name_is_made_of_a_prefix_once() {
    let world = World::new(provider()).await;
    let config = json!({ "name_prefix": "read-", "path": "/a/b/", "policy": allow("s3:*") });
    let planned = world.plan(KIND, None, &config).value;
    let operation = world.operation(KIND, &planned);
    let arn = world.connection().create(&operation, &planned).await.expect("a policy");
    let again = world.connection().create(&operation, &planned).await.expect("the same policy");
    assert_eq!(arn, again, "a step that is repeated finds what it made");
    let policy = world.connection().settle(&operation, &arn, &planned).await.expect("a policy");
    assert_eq!(text(&policy, "name_prefix"), "read-");
    world.end(KIND, &policy, &config).await;
}
