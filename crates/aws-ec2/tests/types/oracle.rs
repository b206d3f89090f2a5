//! What the real Terraform wrote about objects it made, we read the same.

use std::collections::BTreeMap;

use rinfra_testkit::world::{World, known};
use rinfra_testkit::{Oracle, skipped};
use rinfra_value::json;
use serde_json::Value as Json;

use crate::provider;

const CONFIGURATION: &str = include_str!("oracle.tf");

#[tokio::test]
async fn states_of_terraform_are_read_alike() {
    let Some(oracle) = Oracle::find() else { return skipped("no terraform with its AWS provider") };
    let account = rinfra_testkit::moto().account();
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("main.tf"), CONFIGURATION).expect("a file");
    oracle.run(directory.path(), &account, &["init", "-no-color"]).expect_code(0);
    oracle.run(directory.path(), &account, &["apply", "-auto-approve", "-no-color"]).expect_code(0);
    // The first state has objects as they were before their neighbours existed.
    oracle
        .run(directory.path(), &account, &["apply", "-refresh-only", "-auto-approve", "-no-color"])
        .expect_code(0);
    let state = std::fs::read(directory.path().join("terraform.tfstate")).expect("a state");
    let state: Json = serde_json::from_slice(&state).expect("JSON");

    let world = World::of(provider(), &account, &serde_json::json!({})).await.expect("a connection");
    let mut differences = BTreeMap::new();
    for resource in state["resources"].as_array().expect("resources") {
        if resource["mode"] != "managed" {
            continue;
        }
        let kind = resource["type"].as_str().expect("a type");
        let object = &resource["instances"][0]["attributes"];
        for (name, text) in compare(&world, kind, object).await {
            differences
                .insert(format!("{kind}.{}.{name}", resource["name"].as_str().unwrap_or_default()), text);
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}

/// Returns the attributes that both know and tell differently.
async fn compare(world: &World, kind: &str, stored: &Json) -> Vec<(String, String)> {
    let prior = known(world.block(kind), stored);
    let identity = world.identity(kind, &prior);
    let Some(read) = world.read(kind, &identity, Some(&prior)).await else {
        return vec![("*".to_owned(), format!("{identity} is not found"))];
    };
    let mut read = json::encode(&read).expect("JSON");
    // The argument is younger than the provider the state comes from.
    for route in read.get_mut("route").and_then(Json::as_array_mut).into_iter().flatten() {
        route.as_object_mut().expect("a route").remove("odb_network_arn");
    }
    let known = stored.as_object().expect("an object").iter();
    known
        .filter_map(|(name, theirs)| {
            let ours = read.get(name)?;
            (ours != theirs).then(|| (name.clone(), format!("{ours} where Terraform has {theirs}")))
        })
        .collect()
}
