use std::time::Duration;

use rinfra_testkit::world::{World, text};
use serde_json::json;

use crate::objects::send;
use crate::provider;

const BUCKET: &str = "aws_s3_bucket";
const VERSIONING: &str = "aws_s3_bucket_versioning";
const BLOCK: &str = "aws_s3_bucket_public_access_block";
const ENCRYPTION: &str = "aws_s3_bucket_server_side_encryption_configuration";

fn status(object: &rinfra_value::Value) -> String {
    let blocks = object.attribute("versioning_configuration").and_then(|it| it.elements());
    text(&blocks.expect("a list")[0], "status")
}

#[tokio::test]
async fn versioning_lives() {
    let world = World::new(provider()).await;
    let name = "versioning-lives";
    let bucket = world.create(BUCKET, &json!({ "bucket": name })).await;
    let config = |status: &str| json!({ "bucket": name, "versioning_configuration": [{ "status": status }] });

    let versioning = world.create(VERSIONING, &config("Disabled")).await;
    assert_eq!(status(&versioning), "Disabled");
    let versioning = world.update(VERSIONING, &versioning, &config("Enabled")).await;
    assert_eq!(status(&versioning), "Enabled");
    assert_eq!(text(&versioning, "id"), name);
    world.assert_drift_shows(VERSIONING, &versioning, &config("Enabled"), &config("Suspended")).await;
    world.assert_lasting(VERSIONING, &versioning, &config("Enabled")).await;
    assert!(world.try_plan(VERSIONING, Some(&versioning), &config("Disabled")).is_err());
    let other = json!({ "bucket": "other", "versioning_configuration": [{ "status": "Enabled" }] });
    world.assert_replaces(VERSIONING, &versioning, &other, "bucket");

    // It can only be suspended, and is gone with its bucket.
    world.delete(VERSIONING, &versioning).await;
    let left = world.read(VERSIONING, name, None).await.expect("the versioning of the bucket");
    assert_eq!(status(&left), "Suspended");
    world.delete(BUCKET, &bucket).await;
    assert_eq!(world.read(VERSIONING, name, Some(&versioning)).await, None);
    world.delete(VERSIONING, &versioning).await;
}

#[tokio::test]
async fn an_owner_is_part_of_the_identity() {
    let world = World::new(provider()).await;
    let name = "an-owner-is-demanded";
    world.create(BUCKET, &json!({ "bucket": name })).await;
    let owner = world.account().id().to_owned();
    let config = json!({
        "bucket": name,
        "expected_bucket_owner": owner,
        "versioning_configuration": [{ "status": "Enabled", "mfa_delete": "Disabled" }],
    });
    let versioning = world.create(VERSIONING, &config).await;
    assert_eq!(text(&versioning, "id"), format!("{name},{owner}"));
    world.assert_lasting(VERSIONING, &versioning, &config).await;
}

#[tokio::test]
async fn a_public_access_block_lives() {
    let world = World::new(provider()).await;
    let name = "a-public-access-block";
    world.create(BUCKET, &json!({ "bucket": name })).await;
    let config = json!({ "bucket": name, "block_public_acls": true, "ignore_public_acls": true });
    let block = world.create(BLOCK, &config).await;
    assert_eq!(block.attribute("block_public_policy").and_then(|it| it.as_bool()), Some(false));

    let config = json!({ "bucket": name, "restrict_public_buckets": true });
    let block = world.update(BLOCK, &block, &config).await;
    assert_eq!(block.attribute("block_public_acls").and_then(|it| it.as_bool()), Some(false));
    world.assert_drift_shows(BLOCK, &block, &config, &json!({ "bucket": name })).await;
    world.assert_replaces(BLOCK, &block, &json!({ "bucket": "other" }), "bucket");

    let kept = json!({ "bucket": name, "restrict_public_buckets": true, "skip_destroy": true });
    let block = world.update(BLOCK, &block, &kept).await;
    world.delete(BLOCK, &block).await;
    assert!(world.read(BLOCK, name, Some(&block)).await.is_some(), "it is left in place");
    let block = world.update(BLOCK, &block, &config).await;
    world.end(BLOCK, &block, &config).await;
}

#[tokio::test]
async fn encryption_lives() {
    let world = World::new(provider()).await;
    let name = "encryption-lives";
    world.create(BUCKET, &json!({ "bucket": name })).await;
    let rule = |by_default: serde_json::Value| {
        json!({
            "bucket": name,
            "rule": [{ "apply_server_side_encryption_by_default": [by_default] }],
        })
    };
    let config = rule(json!({ "sse_algorithm": "AES256" }));
    let encryption = world.create(ENCRYPTION, &config).await;
    let kms = rule(json!({ "sse_algorithm": "aws:kms", "kms_master_key_id": "alias/aws/s3" }));
    world.assert_drift_shows(ENCRYPTION, &encryption, &config, &kms).await;
    let mut config = kms;
    config["rule"][0]["bucket_key_enabled"] = json!(true);
    let encryption = world.update(ENCRYPTION, &encryption, &config).await;
    let rules = encryption.attribute("rule").and_then(|it| it.elements()).expect("a set");
    assert_eq!(rules[0].attribute("bucket_key_enabled").and_then(|it| it.as_bool()), Some(true));
    let mut other = config.clone();
    other["bucket"] = json!("other");
    world.assert_replaces(ENCRYPTION, &encryption, &other, "bucket");
    world.end(ENCRYPTION, &encryption, &config).await;
}

#[tokio::test]
async fn a_bucket_that_is_not_known_yet_is_waited_for() {
    let world = World::new(provider()).await;
    let name = "known-a-moment-later";
    let config = json!({ "bucket": name, "block_public_acls": true });
    let appears = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let body = "<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint>\
                    </CreateBucketConfiguration>";
        send(&world, "PUT", &format!("/{name}"), body)
    };
    let (block, appeared) = tokio::join!(world.create(BLOCK, &config), appears);
    assert!(appeared.starts_with("HTTP/1.1 200"), "{appeared}");
    world.end(BLOCK, &block, &config).await;
}
