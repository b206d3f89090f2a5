use rinfra_testkit::world::{World, attribute};
use serde_json::{Value as Json, json};

use crate::provider;

const KIND: &str = "aws_s3_bucket";

/// One use of each argument that has a resource type of its own.
fn uses() -> Vec<(&'static str, Json)> {
    vec![
        ("acceleration_status", json!("Enabled")),
        ("acl", json!("private")),
        ("cors_rule", json!([{ "allowed_methods": ["GET"], "allowed_origins": ["*"] }])),
        ("grant", json!([{ "permissions": ["READ"], "type": "Group", "uri": "x" }])),
        ("lifecycle_rule", json!([{ "enabled": true, "expiration": [{ "days": 1 }] }])),
        ("logging", json!([{ "target_bucket": "logs" }])),
        ("object_lock_configuration", json!([{ "object_lock_enabled": "Enabled" }])),
        ("policy", json!("{}")),
        (
            "replication_configuration",
            json!([{ "role": "r", "rules": [{ "status": "Enabled", "destination": [{ "bucket": "b" }] }] }]),
        ),
        ("request_payer", json!("Requester")),
        (
            "server_side_encryption_configuration",
            json!([{ "rule": [{ "apply_server_side_encryption_by_default": [{ "sse_algorithm": "AES256" }] }] }]),
        ),
        ("versioning", json!([{ "enabled": true, "mfa_delete": false }])),
        ("website", json!([{ "index_document": "index.html" }])),
    ]
}

#[tokio::test]
async fn what_has_a_type_of_its_own_is_refused() {
    let world = World::new(provider()).await;
    let mut deprecated =
        world.block(KIND).attributes.iter().filter(|(_, it)| it.deprecated.is_some()).count();
    deprecated += world.block(KIND).blocks.keys().filter(|it| it.as_ref() != "timeouts").count();
    // The two addresses of the web site cannot be set at all.
    assert_eq!(deprecated, uses().len() + 2);
    for (name, value) in uses() {
        let config = json!({ "bucket": "refused", (name): value });
        let error = world.try_plan(KIND, None, &config).err().unwrap_or_else(|| panic!("{name} is taken"));
        assert!(error.message.starts_with(name), "{error}");
        assert!(error.hint.as_deref().is_some_and(|it| it.contains("aws_s3_bucket_")), "{error}");
    }
}

#[tokio::test]
async fn what_a_state_knows_is_carried_along() {
    let world = World::new(provider()).await;
    let config = json!({ "bucket": "carried-along" });
    let bucket = world.create(KIND, &config).await;
    for (name, value) in uses() {
        // Only this part of them is read.
        if name == "object_lock_configuration" {
            continue;
        }
        let known = attribute(world.block(KIND), &bucket, name, &value);
        let read = world.read(KIND, "carried-along", Some(&known)).await.expect("the bucket");
        assert_eq!(read, known, "{name}");
        world.assert_unchanged(KIND, &known, &config);
    }
    world.delete(KIND, &bucket).await;
}
