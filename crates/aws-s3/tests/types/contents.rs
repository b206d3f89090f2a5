use rinfra_testkit::world::World;
use serde_json::json;

use crate::objects::{put, send};
use crate::provider;

const KIND: &str = "aws_s3_bucket";

#[tokio::test]
async fn a_bucket_with_objects_is_not_deleted_unless_told() {
    let world = World::new(provider()).await;
    let name = "a-bucket-with-objects";
    let bucket = world.create(KIND, &json!({ "bucket": name })).await;
    put(&world, name, "key");
    let deleted = world.connection().delete(&world.operation(KIND, &bucket), &bucket).await;
    let error = deleted.expect_err("there is an object in it");
    assert_eq!(error.code.as_deref(), Some("BucketNotEmpty"), "{error}");
    assert!(error.hint.as_deref().is_some_and(|it| it.contains("force_destroy")), "{error}");

    let bucket = world.update(KIND, &bucket, &json!({ "bucket": name, "force_destroy": true })).await;
    world.delete(KIND, &bucket).await;
    assert_eq!(world.read(KIND, name, Some(&bucket)).await, None);
}

#[tokio::test]
async fn all_versions_of_all_objects_go() {
    let world = World::new(provider()).await;
    let name = "all-versions-go";
    let bucket = world.create(KIND, &json!({ "bucket": name, "force_destroy": true })).await;
    let versioning = json!({ "bucket": name, "versioning_configuration": [{ "status": "Enabled" }] });
    world.create("aws_s3_bucket_versioning", &versioning).await;
    for key in ["a", "a", "b/c%20d", "b/%C3%A4%26"] {
        put(&world, name, key);
    }
    assert!(send(&world, "DELETE", &format!("/{name}/a"), "").starts_with("HTTP/1.1 204"));
    world.delete(KIND, &bucket).await;
    assert_eq!(world.read(KIND, name, Some(&bucket)).await, None);
}

#[tokio::test]
async fn holds_are_lifted() {
    let world = World::new(provider()).await;
    let name = "holds-are-lifted";
    let config = json!({ "bucket": name, "force_destroy": true, "object_lock_enabled": true });
    let bucket = world.create(KIND, &config).await;
    put(&world, name, "held");
    let hold = "<LegalHold><Status>ON</Status></LegalHold>";
    let held = send(&world, "PUT", &format!("/{name}/held?legal-hold"), hold);
    assert!(held.starts_with("HTTP/1.1 200"), "{held}");
    world.delete(KIND, &bucket).await;
    assert_eq!(world.read(KIND, name, Some(&bucket)).await, None);
}
