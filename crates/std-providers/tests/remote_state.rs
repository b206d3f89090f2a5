//! `terraform_remote_state` on state files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::sync::Arc;

use rinfra_provider::{Connection, Provider};
use rinfra_value::{Type, Value, json};

const STATE: &str = r#"{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {
    "name": {"value": "web", "type": "string"},
    "secret": {"value": "s", "type": "string", "sensitive": true}
}, "resources": []}"#;

async fn connection() -> Arc<dyn Connection> {
    let find = |it: &Arc<dyn Provider>| it.data_source("terraform_remote_state").is_some();
    let provider = rinfra_std_providers::providers().into_iter().find(find).unwrap();
    provider.configure(&Value::empty_object()).await.unwrap()
}

async fn read(backend: &str, config: serde_json::Value, workspace: Option<&str>) -> Result<Value, String> {
    let arguments = Value::object([
        ("backend", Value::string(backend)),
        ("config", json::decode_implied(&config)),
        ("defaults", json::decode_implied(&serde_json::json!({"name": "unused", "size": 3}))),
        ("workspace", workspace.map_or_else(|| Value::null(Type::String), Value::string)),
        ("outputs", Value::dynamic_null()),
    ]);
    let address = "data.terraform_remote_state.other".parse().unwrap();
    let read = connection().await.read_data_for(&address, &arguments).await;
    read.map_err(|it| it.to_string())
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[tokio::test]
async fn outputs_are_those_of_the_state_over_the_defaults() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("other.tfstate");
    write(&file, STATE);
    let object = read("local", serde_json::json!({"path": file}), None).await.unwrap();
    let outputs = json::encode(object.attribute("outputs").unwrap()).unwrap();
    assert_eq!(outputs, serde_json::json!({"name": "web", "secret": "s", "size": 3}));
}

#[tokio::test]
async fn a_workspace_has_a_state_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    write(&directory.path().join("blue/terraform.tfstate"), STATE);
    let config = serde_json::json!({"workspace_dir": directory.path()});
    let object = read("local", config.clone(), Some("blue")).await.unwrap();
    assert_eq!(object.attribute("outputs").unwrap().attribute("name"), Some(&Value::string("web")));
    assert!(read("local", config, Some("green")).await.unwrap_err().contains("No stored state"));
}

#[tokio::test]
async fn states_that_cannot_be_used_say_why() {
    let directory = tempfile::tempdir().unwrap();
    let check = async |text: &str, expected: &str| {
        let file = directory.path().join("broken.tfstate");
        write(&file, text);
        let error = read("local", serde_json::json!({"path": file}), None).await.unwrap_err();
        assert!(error.contains(expected) && error.contains("broken.tfstate"), "{error}");
    };
    check("{", "line 1").await;
    check(r#"{"version": 3}"#, "format version 3").await;
    let missing = read("local", serde_json::json!({"path": "/no/such.tfstate"}), None).await.unwrap_err();
    assert!(missing.contains("No stored state"), "{missing}");
    let empty = directory.path().join("empty.tfstate");
    write(&empty, "");
    let empty = read("local", serde_json::json!({"path": empty}), None).await.unwrap_err();
    assert!(empty.contains("No stored state"), "{empty}");
    let unknown = read("local", serde_json::json!({"paht": "x"}), None).await.unwrap_err();
    assert!(unknown.contains("paht"), "{unknown}");
    assert!(read("s3", serde_json::json!({}), None).await.unwrap_err().contains("s3"));
}
