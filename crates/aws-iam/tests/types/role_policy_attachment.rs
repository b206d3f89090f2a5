use std::sync::Arc;

use rinfra_testkit::world::{World, text};
use rinfra_value::Value;
use serde_json::json;

use crate::provider;
use crate::role::{allow, trust};

const KIND: &str = "aws_iam_role_policy_attachment";

#[tokio::test]
async fn an_attachment_lives() {
    let world = World::new(provider()).await;
    let role = json!({ "name": "web", "assume_role_policy": trust("ec2.amazonaws.com") });
    world.create("aws_iam_role", &role).await;
    let policy = json!({ "name": "read", "policy": allow("s3:Get*") });
    let policy = text(&world.create("aws_iam_policy", &policy).await, "arn");
    let config = json!({ "role": "web", "policy_arn": policy });
    let attachment = world.create(KIND, &config).await;
    assert_eq!(text(&attachment, "id"), format!("web/{policy}"));

    // Terraform's ids tell nothing and are left alone.
    let foreign = attachment.entries().unwrap().iter().map(|(name, value)| {
        let id = Value::string("web-20261123073636355500000006");
        (Arc::clone(name), if name.as_ref() == "id" { id } else { value.clone() })
    });
    let foreign = Value::object(foreign);
    let seen = world.read(KIND, &world.identity(KIND, &foreign), Some(&foreign)).await;
    assert_eq!(seen.as_ref(), Some(&foreign));

    let other = json!({ "role": "db", "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess" });
    for because in ["role", "policy_arn"] {
        world.assert_replaces(KIND, &attachment, &other, because);
    }
    world.end(KIND, &attachment, &config).await;
}
