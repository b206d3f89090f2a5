//! States that both worlds read: what Terraform's AWS provider wrote is nothing to change for ours, and the
//! other way round. Skipped where Terraform is not installed.

use std::path::Path;

use rinfra_testkit::world::{World, known};
use rinfra_testkit::{Account, Oracle};
use serde_json::{Value as Json, json};

/// Returns our provider's connection to an account.
async fn ours(account: &Account) -> World {
    let arguments = json!({ "s3_use_path_style": true });
    World::of(rinfra_aws::provider(), account, &arguments).await.expect("a connection")
}

/// One configuration of each type, in the order of creation.
fn configurations() -> Vec<(&'static str, &'static str, Json)> {
    let rule = json!([{ "apply_server_side_encryption_by_default": [{ "sse_algorithm": "AES256" }] }]);
    let kms = json!([{
        "apply_server_side_encryption_by_default": [{ "sse_algorithm": "aws:kms", "kms_master_key_id": "alias/aws/s3" }],
        "bucket_key_enabled": true,
    }]);
    vec![
        ("aws_cloudwatch_log_group", "plain", json!({ "name": "plain" })),
        (
            "aws_cloudwatch_log_group",
            "full",
            json!({ "name": "/full", "retention_in_days": 7, "tags": { "a": "b" } }),
        ),
        ("aws_cloudwatch_log_group", "prefix", json!({ "name_prefix": "p-", "skip_destroy": true })),
        ("aws_s3_bucket", "plain", json!({ "bucket": "plain-%" })),
        ("aws_s3_bucket", "full", json!({ "bucket": "full-%", "force_destroy": true, "tags": { "a": "b" } })),
        ("aws_s3_bucket", "locked", json!({ "bucket": "locked-%", "object_lock_enabled": true })),
        ("aws_s3_bucket", "prefix", json!({ "bucket_prefix": "prefix-%-", "timeouts": { "create": "5m" } })),
        (
            "aws_s3_bucket_versioning",
            "off",
            json!({
                "bucket": "plain-%", "versioning_configuration": [{ "status": "Disabled" }],
            }),
        ),
        (
            "aws_s3_bucket_versioning",
            "on",
            json!({
                "bucket": "full-%", "versioning_configuration": [{ "status": "Enabled" }],
            }),
        ),
        ("aws_s3_bucket_public_access_block", "none", json!({ "bucket": "plain-%" })),
        (
            "aws_s3_bucket_public_access_block",
            "some",
            json!({ "bucket": "full-%", "block_public_acls": true }),
        ),
        (
            "aws_s3_bucket_server_side_encryption_configuration",
            "plain",
            json!({ "bucket": "plain-%", "rule": rule }),
        ),
        (
            "aws_s3_bucket_server_side_encryption_configuration",
            "kms",
            json!({ "bucket": "full-%", "rule": kms }),
        ),
    ]
}

/// Returns the configurations with bucket names that no other account has.
fn configured(account: &Account) -> Vec<(&'static str, &'static str, Json)> {
    let named = |(kind, name, config): (&'static str, &'static str, Json)| {
        let text = config.to_string().replace('%', account.id());
        (kind, name, serde_json::from_str(&text).expect("JSON"))
    };
    configurations().into_iter().map(named).collect()
}

/// Writes the configurations as Terraform reads them.
fn write_configuration(directory: &Path, account: &Account) {
    let mut resources = json!({});
    for (kind, name, mut config) in configured(account) {
        if kind.starts_with("aws_s3_bucket_") {
            let bucket = config["bucket"].as_str().and_then(|it| it.split('-').next()).expect("a bucket");
            config["depends_on"] = json!([format!("aws_s3_bucket.{bucket}")]);
        }
        resources[kind][name] = config;
    }
    let document = json!({
        "provider": { "aws": { "region": "eu-central-1", "s3_use_path_style": true } },
        "resource": resources,
    });
    std::fs::write(directory.join("main.tf.json"), document.to_string()).expect("a file");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_of_terraform_is_nothing_to_change() {
    let Some(terraform) = Oracle::find() else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let account = rinfra_testkit::moto().account();
    write_configuration(directory.path(), &account);
    for arguments in [&["init", "-no-color"][..], &["apply", "-auto-approve", "-no-color"]] {
        let outcome = terraform.run(directory.path(), &account, arguments);
        assert_eq!(outcome.code, Some(0), "{outcome}");
    }
    let state = std::fs::read(directory.path().join("terraform.tfstate")).expect("a state");
    let state: Json = serde_json::from_slice(&state).expect("JSON");
    let ours = ours(&account).await;
    for (kind, name, config) in configured(&account) {
        let resources = state["resources"].as_array().expect("resources");
        let stored = resources.iter().find(|it| it["type"] == kind && it["name"] == name).expect(name);
        let stored = &stored["instances"][0]["attributes"];
        let prior = known(ours.block(kind), stored);
        let read = ours.read(kind, &ours.identity(kind, &prior), Some(&prior)).await.expect(name);
        for (attribute, value) in prior.entries().expect("an object") {
            let is_older = stored.get(attribute.as_ref()).is_some();
            assert!(
                !is_older || read.attribute(attribute) == Some(value),
                "{kind}.{name}: {attribute} {value:?} reads {read:?}"
            );
        }
        ours.assert_unchanged(kind, &read, &config);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_of_ours_is_nothing_to_change() {
    let Some(terraform) = Oracle::find() else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let account = rinfra_testkit::moto().account();
    write_configuration(directory.path(), &account);
    let ours = ours(&account).await;
    let mut resources = Vec::new();
    for (kind, name, config) in configured(&account) {
        let made = ours.create(kind, &config).await;
        resources.push(json!({
            "mode": "managed",
            "type": kind,
            "name": name,
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{
                "schema_version": 0,
                "attributes": rinfra_value::json::encode(&made).expect("a known value"),
                "sensitive_attributes": [],
            }],
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
    let outcome = terraform.run(directory.path(), &account, &["init", "-no-color"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let outcome = terraform.run(directory.path(), &account, &["plan", "-detailed-exitcode", "-no-color"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
}
