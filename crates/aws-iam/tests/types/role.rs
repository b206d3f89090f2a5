use rinfra_testkit::world::{World, text};
use rinfra_value::{Value, json::encode};
use serde_json::json;

use crate::provider;

const KIND: &str = "aws_iam_role";

/// Lets a service take a role on.
pub(crate) fn trust(service: &str) -> String {
    format!(
        r#"{{ "Version": "2012-10-17",
              "Statement": [{{ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {{ "Service": "{service}" }} }}] }}"#
    )
}

/// Allows an action.
pub(crate) fn allow(action: &str) -> String {
    format!(
        r#"{{ "Version": "2012-10-17", "Statement": [{{ "Effect": "Allow", "Action": "{action}", "Resource": "*" }}] }}"#
    )
}

/// What Terraform stores for [`allow`] in a role.
pub(crate) fn allowed(action: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Action":"{action}","Effect":"Allow","Resource":"*"}}]}}"#
    )
}

fn shown(object: &Value, name: &str) -> serde_json::Value {
    encode(object.attribute(name).expect(name)).expect("a known value")
}

#[tokio::test]
async fn a_role_lives() {
    let world = World::new(provider()).await;
    let boundary = text(
        &world.create("aws_iam_policy", &json!({ "name": "limit", "policy": allow("s3:*") })).await,
        "arn",
    );
    let config = json!({
        "name": "web",
        "path": "/app/",
        "description": "serves",
        "assume_role_policy": trust("ec2.amazonaws.com"),
        "permissions_boundary": boundary,
        "max_session_duration": 7200,
        "tags": { "Name": "a" },
    });
    let role = world.create(KIND, &config).await;
    assert!(text(&role, "arn").ends_with(":role/app/web"));
    assert!(text(&role, "unique_id").starts_with("AROA"));
    assert_eq!(text(&role, "create_date").len(), "2026-01-01T00:00:00Z".len());
    assert_eq!(text(&role, "name_prefix"), "");
    assert_eq!(
        text(&role, "assume_role_policy"),
        r#"{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"}}],"Version":"2012-10-17"}"#
    );
    assert!(role.attribute("region").is_none(), "a role belongs to no Region");

    let config = json!({
        "name": "web", "path": "/app/", "assume_role_policy": trust("ecs.amazonaws.com"), "tags": { "Name": "b" },
    });
    let role = world.update(KIND, &role, &config).await;
    assert!(text(&role, "assume_role_policy").contains("ecs.amazonaws.com"));
    assert_eq!(shown(&role, "max_session_duration"), 3600);
    let role = world.read(KIND, "web", Some(&role)).await.expect("the role");
    assert_eq!(shown(&role, "description").as_str().unwrap_or_default(), "");
    assert_eq!(shown(&role, "permissions_boundary").as_str().unwrap_or_default(), "");

    let other = json!({ "name": "other", "assume_role_policy": trust("ecs.amazonaws.com") });
    for because in ["name", "path"] {
        world.assert_replaces(KIND, &role, &other, because);
    }
    world.end(KIND, &role, &config).await;
}

#[tokio::test]
async fn arguments_no_role_can_have_are_refused() {
    let world = World::new(provider()).await;
    let policy = trust("ec2.amazonaws.com");
    for config in [
        json!({ "assume_role_policy": "trust me" }),
        json!({ "assume_role_policy": "[]" }),
        json!({ "assume_role_policy": policy, "name": "a/b" }),
        json!({ "assume_role_policy": policy, "name_prefix": "x".repeat(39) }),
        json!({ "assume_role_policy": policy, "inline_policy": [{ "name": "a", "policy": "b" }] }),
    ] {
        assert!(world.try_plan(KIND, None, &config).is_err(), "{config}");
    }
}

#[tokio::test]
async fn a_name_is_made_of_a_prefix_once() {
    let world = World::new(provider()).await;
    for (prefix, expected) in [(Some("web-"), "web-"), (None, "terraform-")] {
        let config = json!({ "name_prefix": prefix, "assume_role_policy": trust("ec2.amazonaws.com") });
        let planned = world.plan(KIND, None, &config).value;
        let operation = world.operation(KIND, &planned);
        let name = world.connection().create(&operation, &planned).await.expect("a role");
        let again = world.connection().create(&operation, &planned).await.expect("the same role");
        assert_eq!(name, again, "a step that is repeated finds what it made");
        let role = world.connection().settle(&operation, &name, &planned).await.expect("a role");
        assert_eq!((text(&role, "name"), text(&role, "name_prefix")), (name, expected.to_owned()));
        world.assert_unchanged(KIND, &role, &config);
        world.end(KIND, &role, &config).await;
    }
}

#[tokio::test]
async fn a_role_keeps_its_policies_as_its_configuration_says() {
    let world = World::new(provider()).await;
    let mut policies = Vec::new();
    for name in ["one", "two"] {
        let config = json!({ "name": name, "policy": allow("s3:*") });
        policies.push(text(&world.create("aws_iam_policy", &config).await, "arn"));
    }
    let config = |inline: &[(&str, &str)], managed: &[&String]| {
        let inline: Vec<_> =
            inline.iter().map(|(name, action)| json!({ "name": name, "policy": allow(action) })).collect();
        json!({
            "name": "web", "assume_role_policy": trust("ec2.amazonaws.com"),
            "inline_policy": inline, "managed_policy_arns": managed,
        })
    };
    let first = config(&[("a", "s3:Get*"), ("b", "s3:Put*")], &[&policies[0]]);
    let role = world.create(KIND, &first).await;
    let inline = |actions: &[(&str, &str)]| -> serde_json::Value {
        actions.iter().map(|(name, action)| json!({ "name": name, "policy": allowed(action) })).collect()
    };
    assert_eq!(shown(&role, "inline_policy"), inline(&[("a", "s3:Get*"), ("b", "s3:Put*")]));
    assert_eq!(shown(&role, "managed_policy_arns"), json!([policies[0]]));

    let second = config(&[("b", "s3:List*"), ("c", "s3:Put*")], &[&policies[1]]);
    let role = world.update(KIND, &role, &second).await;
    assert_eq!(shown(&role, "inline_policy"), inline(&[("b", "s3:List*"), ("c", "s3:Put*")]));
    assert_eq!(shown(&role, "managed_policy_arns"), json!([policies[1]]));
    let silent = json!({ "name": "web", "assume_role_policy": trust("ec2.amazonaws.com") });
    world.assert_unchanged(KIND, &role, &silent);

    // An empty block means: none at all.
    let mut none = config(&[], &[]);
    none["inline_policy"] = json!([{}]);
    let emptied = world.update(KIND, &role, &none).await;
    assert_eq!(shown(&emptied, "managed_policy_arns"), json!([]));
    let seen = world.read(KIND, "web", Some(&emptied)).await.expect("the role");
    assert_eq!(seen, emptied);

    let again = world.update(KIND, &emptied, &second).await;
    world.end(KIND, &again, &second).await;
}

#[tokio::test]
async fn a_role_that_is_deleted_lets_go_of_foreign_policies_only_by_force() {
    let world = World::new(provider()).await;
    let policy = text(
        &world.create("aws_iam_policy", &json!({ "name": "one", "policy": allow("s3:*") })).await,
        "arn",
    );
    let config = json!({
        "name": "web", "assume_role_policy": trust("ec2.amazonaws.com"), "force_detach_policies": true,
    });
    let role = world.create(KIND, &config).await;
    world.create("aws_iam_role_policy_attachment", &json!({ "role": "web", "policy_arn": policy })).await;
    world
        .create("aws_iam_role_policy", &json!({ "role": "web", "name": "own", "policy": allow("a:b") }))
        .await;
    world.delete(KIND, &role).await;
    assert_eq!(world.read(KIND, "web", Some(&role)).await, None);
}
