use rinfra_testkit::world::{World, text};
use serde_json::json;

use crate::provider;
use crate::role::{allow, allowed, trust};

const KIND: &str = "aws_iam_role_policy";

#[tokio::test]
async fn a_policy_of_a_role_lives() {
    let world = World::new(provider()).await;
    let role = json!({ "name": "web", "assume_role_policy": trust("ec2.amazonaws.com") });
    world.create("aws_iam_role", &role).await;
    let config = json!({ "role": "web", "name": "read", "policy": allow("s3:Get*") });
    let policy = world.create(KIND, &config).await;
    assert_eq!(text(&policy, "id"), "web:read");
    assert_eq!(text(&policy, "policy"), allowed("s3:Get*"));

    let config = json!({ "role": "web", "name": "read", "policy": allow("s3:List*") });
    let policy = world.update(KIND, &policy, &config).await;
    assert_eq!(text(&policy, "policy"), allowed("s3:List*"));

    let other = json!({ "role": "db", "name": "write", "policy": allow("s3:List*") });
    for because in ["name", "role"] {
        world.assert_replaces(KIND, &policy, &other, because);
    }
    world.end(KIND, &policy, &config).await;

    let config = json!({ "role": "web", "name_prefix": "read-", "policy": allow("s3:Get*") });
    let policy = world.create(KIND, &config).await;
    assert_eq!(text(&policy, "name_prefix"), "read-");
    world.end(KIND, &policy, &config).await;
}

#[tokio::test]
async fn what_others_wrote_is_drift() {
    let world = World::new(provider()).await;
    let role = json!({ "name": "web", "assume_role_policy": trust("ec2.amazonaws.com") });
    world.create("aws_iam_role", &role).await;
    let config = json!({ "role": "web", "name": "read", "policy": allow("s3:Get*") });
    let policy = world.create(KIND, &config).await;
    let meddled = json!({ "role": "web", "name": "read", "policy": allow("s3:*") });
    world.create(KIND, &meddled).await;
    let seen = world.read(KIND, "web:read", Some(&policy)).await.expect("the policy");
    assert_eq!(text(&seen, "policy"), allowed("s3:*"));
    assert!(!world.plan(KIND, Some(&seen), &config).changed.is_empty());
}
