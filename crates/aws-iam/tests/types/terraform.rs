//! States that both worlds read: what Terraform's AWS provider wrote is nothing to change for ours, and the
//! other way round. Skipped where Terraform is not installed.

use std::path::Path;

use rinfra_testkit::world::{World, known};
use rinfra_testkit::{Oracle, Outcome};
use rinfra_value::Value;
use serde_json::{Value as Json, json};

use crate::provider;
use crate::role::{allow, trust};

const ROLE: &str = "aws_iam_role";
const POLICY: &str = "aws_iam_policy";
const ROLE_POLICY: &str = "aws_iam_role_policy";
const ATTACHMENT: &str = "aws_iam_role_policy_attachment";

/// Configurations of each type, in the order of creation.
fn configurations(account: &str) -> Vec<(&'static str, &'static str, Json)> {
    let arn = |name: &str| format!("arn:aws:iam::{account}:policy/{name}");
    let trust = trust("ec2.amazonaws.com");
    vec![
        (POLICY, "plain", json!({ "name": "plain", "policy": allow("s3:*") })),
        (
            POLICY,
            "full",
            json!({ "name_prefix": "full-", "path": "/a/", "description": "d", "policy": allow("s3:<&>"), "tags": { "a": "1" } }),
        ),
        (ROLE, "plain", json!({ "name": "plain", "assume_role_policy": trust })),
        (ROLE, "unnamed", json!({ "assume_role_policy": trust })),
        (
            ROLE,
            "full",
            json!({
                "name_prefix": "full-", "path": "/a/", "description": "d", "assume_role_policy": trust,
                "max_session_duration": 7200, "permissions_boundary": arn("plain"), "force_detach_policies": true,
                "tags": { "a": "1" }, "managed_policy_arns": [arn("plain")],
                "inline_policy": [{ "name": "i", "policy": allow("s3:Get*") }],
            }),
        ),
        (
            ROLE,
            "bare",
            json!({
                "name": "bare", "assume_role_policy": trust, "managed_policy_arns": [], "inline_policy": [{}],
            }),
        ),
        (ROLE_POLICY, "plain", json!({ "name": "p", "role": "plain", "policy": allow("s3:Get*") })),
        (ROLE_POLICY, "prefix", json!({ "name_prefix": "p-", "role": "plain", "policy": allow("s3:Put*") })),
        (ROLE_POLICY, "unnamed", json!({ "role": "plain", "policy": allow("s3:List*") })),
        (ATTACHMENT, "plain", json!({ "role": "plain", "policy_arn": arn("plain") })),
    ]
}

/// Runs Terraform, which has to succeed.
fn run(terraform: &Oracle, world: &World, directory: &Path, arguments: &[&str]) -> Outcome {
    let outcome = terraform.run(directory, world.account(), arguments);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    outcome
}

/// Writes the configurations as Terraform reads them, one after the other, and makes it ready to run.
fn prepare(terraform: &Oracle, world: &World, directory: &Path) {
    let mut resources = json!({});
    let mut before: Vec<String> = Vec::new();
    for (kind, name, mut config) in configurations(world.account().id()) {
        config["depends_on"] = json!(before);
        resources[kind][name] = config;
        before.push(format!("{kind}.{name}"));
    }
    let document = json!({ "provider": { "aws": { "region": "eu-central-1" } }, "resource": resources });
    std::fs::write(directory.join("main.tf.json"), document.to_string()).expect("a file");
    run(terraform, world, directory, &["init", "-no-color"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_of_terraform_is_nothing_to_change() {
    let Some(terraform) = Oracle::find() else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(provider()).await;
    prepare(&terraform, &world, directory.path());
    run(&terraform, &world, directory.path(), &["apply", "-auto-approve", "-no-color"]);
    // Roles were stored before the policies that others attached to them.
    run(&terraform, &world, directory.path(), &["apply", "-refresh-only", "-auto-approve", "-no-color"]);
    let state = std::fs::read(directory.path().join("terraform.tfstate")).expect("a state");
    let state: Json = serde_json::from_slice(&state).expect("JSON");
    for (kind, name, config) in configurations(world.account().id()) {
        let resources = state["resources"].as_array().expect("resources");
        let stored = resources.iter().find(|it| it["type"] == kind && it["name"] == name).expect(name);
        let prior = known(world.block(kind), &stored["instances"][0]["attributes"]);
        let read = world.read(kind, &world.identity(kind, &prior), Some(&prior)).await.expect(name);
        let attributes = prior.entries().expect("an object");
        let differing: Vec<_> =
            attributes.iter().filter(|(it, value)| read.attribute(it) != Some(value)).collect();
        assert!(differing.is_empty(), "{kind}.{name}: {differing:?} reads {read:?}");
        world.assert_unchanged(kind, &read, &config);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_of_ours_is_nothing_to_change() {
    let Some(terraform) = Oracle::find() else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(provider()).await;
    prepare(&terraform, &world, directory.path());
    let mut resources = Vec::new();
    for (kind, name, config) in configurations(world.account().id()) {
        let made = world.create(kind, &config).await;
        resources.push(json!({
            "mode": "managed",
            "type": kind,
            "name": name,
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{ "schema_version": 0, "attributes": known_to_terraform(&made), "sensitive_attributes": [] }],
        }));
    }
    let state = json!({
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 1,
        "lineage": "3b0a4a5e-0c6e-4f4c-8a07-2f0ad4a1f5f1",
        "outputs": {},
        "resources": resources,
        "check_results": null,
    });
    std::fs::write(directory.path().join("terraform.tfstate"), state.to_string()).expect("a file");
    run(&terraform, &world, directory.path(), &["plan", "-detailed-exitcode", "-no-color"]);
}

/// Returns the attributes that the installed provider, which is older than our schema, has too.
fn known_to_terraform(object: &Value) -> Json {
    let mut attributes = rinfra_value::json::encode(object).expect("a known value");
    if let Some(attributes) = attributes.as_object_mut() {
        attributes.remove("delay_after_policy_creation_in_ms");
    }
    attributes
}
