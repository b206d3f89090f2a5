//! States that Terraform wrote with a type rinfra takes in: `null_resource` becomes `terraform_data`.

use std::path::Path;
use std::sync::Arc;

use rinfra_change::{Action, Plan};
use rinfra_ops::{DiskFiles, Environment, Project, Workbench};
use rinfra_provider::Catalogue;

const STATE: &str = r#"{
  "version": 4,
  "terraform_version": "1.11.4",
  "serial": 3,
  "lineage": "0c8e5d2e-6a5c-4b5e-9d0b-1f2a3b4c5d6e",
  "outputs": {},
  "resources": [
    {
      "mode": "managed",
      "type": "null_resource",
      "name": "old",
      "provider": "provider[\"registry.terraform.io/hashicorp/null\"]",
      "instances": [
        {
          "schema_version": 0,
          "attributes": {"id": "4711", "triggers": {"a": "b"}}
        }
      ]
    }
  ],
  "check_results": null
}"#;

async fn plan(directory: &Path, configuration: &str) -> (Option<Plan>, Vec<String>) {
    std::fs::write(directory.join("main.tf"), configuration).expect("a file");
    let environment =
        Environment::new(directory, Arc::new(DiskFiles), Catalogue::new(rinfra_std_providers::providers()));
    let project = Project::open(&environment).unwrap_or_else(|it| panic!("{}", it.diagnostics));
    let bench = Workbench::open(&environment, &project, "test")
        .await
        .unwrap_or_else(|it| panic!("{}", it.diagnostics));
    let (plan, diagnostics) = bench.plan(rinfra_plan::Options::default(), &rinfra_plan::Silent).await;
    (plan, diagnostics.iter().map(|it| it.summary.clone()).collect())
}

#[tokio::test]
async fn triggers_become_what_replaces_the_object() {
    let moved = "moved {\n from = null_resource.old\n to = terraform_data.new\n}\n";
    let new = |triggers: &str| format!("resource \"terraform_data\" \"new\" {{\n {triggers}\n}}\n{moved}");
    for (configuration, expected) in [
        (new("triggers_replace = { a = \"b\" }"), Action::NoOp),
        (new("triggers_replace = { a = \"c\" }"), Action::DeleteThenCreate),
        (new("input = 1\n triggers_replace = { a = \"b\" }"), Action::Update),
    ] {
        let directory = tempfile::tempdir().expect("a temporary directory");
        std::fs::write(directory.path().join("terraform.tfstate"), STATE).expect("a file");
        let (plan, summaries) = plan(directory.path(), &configuration).await;
        assert_eq!(summaries, Vec::<String>::new());
        let plan = plan.expect("a plan");
        let change = &plan.changes[0];
        assert_eq!(change.action, expected, "{configuration}");
        assert_eq!(
            change.previous_address.as_ref().map(ToString::to_string).as_deref(),
            Some("null_resource.old")
        );
        assert_eq!(change.before.as_ref().and_then(|it| it.attribute("id")?.as_str()), Some("4711"));
    }
}

#[tokio::test]
async fn other_types_are_not_taken_in() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let other = STATE.replace("null_resource", "other_thing").replace("hashicorp/null", "hashicorp/other");
    std::fs::write(directory.path().join("terraform.tfstate"), other).expect("a file");
    let configuration = "resource \"terraform_data\" \"new\" {}\nmoved {\n from = other_thing.old\n to = terraform_data.new\n}\n";
    let (plan, summaries) = plan(directory.path(), configuration).await;
    assert_eq!(
        (plan.is_none(), summaries),
        (true, vec!["Unsupported `moved` across resource types".to_owned()])
    );
}
