//! The use cases from configuration to state, on the provider that needs no cloud.

use std::path::Path;
use std::sync::Arc;

use rinfra_apply::{Interrupt, Silent};
use rinfra_change::{Action, Mode, Plan};
use rinfra_config::ModuleManifest;
use rinfra_ops::{
    ApplyOptions, Assignment, DiskFiles, Environment, Failure, Finished, Project, VariableOptions, Workbench,
};
use rinfra_provider::Catalogue;
use tokio::sync::watch;

/// A directory with a configuration, and the commands a user gives in it.
struct Directory {
    root: tempfile::TempDir,
}

impl Directory {
    fn with(configuration: &str) -> Self {
        let directory = Self { root: tempfile::tempdir().expect("a temporary directory") };
        directory.write("main.tf", configuration);
        directory
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.root.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    }

    fn environment(&self, variables: &[&str]) -> Environment {
        Environment {
            variables: VariableOptions {
                assignments: variables.iter().map(|it| Assignment::Variable((*it).to_owned())).collect(),
                planned: None,
                ..VariableOptions::default()
            },
            ..Environment::new(
                self.root.path(),
                Arc::new(DiskFiles),
                Catalogue::new(rinfra_std_providers::providers()),
            )
        }
    }

    async fn plan(&self, mode: Mode, variables: &[&str]) -> Result<Plan, String> {
        let environment = self.environment(variables);
        let project = Project::open(&environment).map_err(|it| text(&it))?;
        let bench = Workbench::open(&environment, &project, "test").await.map_err(|it| text(&it))?;
        let options = rinfra_plan::Options { mode, ..rinfra_plan::Options::default() };
        let (plan, diagnostics) = bench.plan(options, &rinfra_plan::Silent).await;
        plan.ok_or_else(|| diagnostics.to_string())
    }

    async fn apply(&self, mode: Mode, variables: &[&str]) -> (Plan, Finished) {
        let environment = self.environment(variables);
        let project = Project::open(&environment).map_err(|it| text(&it)).expect("a valid configuration");
        let bench = Workbench::open(&environment, &project, "test")
            .await
            .map_err(|it| text(&it))
            .expect("a readable state");
        let options = rinfra_plan::Options { mode, ..rinfra_plan::Options::default() };
        let (plan, diagnostics) = bench.plan(options, &rinfra_plan::Silent).await;
        let plan = plan.unwrap_or_else(|| panic!("{diagnostics}"));
        let (_interrupt, watched) = watch::channel(Interrupt::None);
        let finished = bench.apply(&plan, ApplyOptions::default(), &Silent, watched).await;
        (plan, finished)
    }

    fn state(&self) -> serde_json::Value {
        let bytes = std::fs::read(self.root.path().join("terraform.tfstate")).expect("a state");
        serde_json::from_slice(&bytes).expect("a state in JSON")
    }

    fn path(&self) -> &Path {
        self.root.path()
    }
}

fn text(failure: &Failure) -> String {
    failure.diagnostics.to_string()
}

/// Returns `address: action` for everything that is not left alone.
fn actions(plan: &Plan) -> Vec<String> {
    let changed = plan.changes.iter().filter(|it| it.action != Action::NoOp);
    changed.map(|it| format!("{}: {}", it.address, it.action.names().join(", "))).collect()
}

const CHAIN: &str = r#"
variable "name" {
  type    = string
  default = "first"
}

resource "terraform_data" "base" {
  input = var.name
}

resource "terraform_data" "copy" {
  count = 2
  input = { of = terraform_data.base.output, index = count.index }
}

resource "terraform_data" "keyed" {
  for_each         = toset(["a", "b"])
  input            = each.key
  triggers_replace = [terraform_data.base.id]
}

output "copies" {
  value = terraform_data.copy[*].output.of
}
"#;

#[tokio::test]
async fn a_configuration_is_applied_and_then_matches() {
    let directory = Directory::with(CHAIN);
    let (plan, finished) = directory.apply(Mode::Normal, &[]).await;
    assert!(finished.diagnostics.is_empty(), "{}", finished.diagnostics);
    assert_eq!(plan.counts().add, 5);
    assert_eq!(finished.applied.tally.added, 5);
    assert_eq!(directory.state()["outputs"]["copies"]["value"], serde_json::json!(["first", "first"]));

    let again = directory.plan(Mode::Normal, &[]).await.expect("a plan");
    assert_eq!(actions(&again), Vec::<String>::new());
    assert!(!again.has_changes());
}

#[tokio::test]
async fn a_changed_variable_updates_what_depends_on_it() {
    let directory = Directory::with(CHAIN);
    directory.apply(Mode::Normal, &[]).await;
    let (plan, finished) = directory.apply(Mode::Normal, &["name=second"]).await;
    assert!(finished.diagnostics.is_empty(), "{}", finished.diagnostics);
    assert_eq!(
        actions(&plan),
        ["terraform_data.base: update", "terraform_data.copy[0]: update", "terraform_data.copy[1]: update",]
    );
    assert_eq!(directory.state()["outputs"]["copies"]["value"], serde_json::json!(["second", "second"]));
}

#[tokio::test]
async fn instances_that_are_no_longer_wanted_are_deleted() {
    let directory = Directory::with(CHAIN);
    directory.apply(Mode::Normal, &[]).await;
    directory.write("main.tf", &CHAIN.replace("count = 2", "count = 1").replace(r#"["a", "b"]"#, r#"["b"]"#));
    let (plan, _) = directory.apply(Mode::Normal, &[]).await;
    assert_eq!(actions(&plan), ["terraform_data.copy[1]: delete", "terraform_data.keyed[\"a\"]: delete"]);
    assert_eq!(directory.state()["outputs"]["copies"]["value"], serde_json::json!(["first"]));
}

#[tokio::test]
async fn a_trigger_replaces_in_the_order_the_lifecycle_says() {
    let configuration = |extra: &str, trigger: &str| {
        format!("resource \"terraform_data\" \"it\" {{\n  triggers_replace = {trigger:?}\n  {extra}\n}}\n")
    };
    for (extra, action) in
        [("", "delete, create"), ("lifecycle {\n    create_before_destroy = true\n  }", "create, delete")]
    {
        let directory = Directory::with(&configuration(extra, "one"));
        directory.apply(Mode::Normal, &[]).await;
        directory.write("main.tf", &configuration(extra, "two"));
        let (plan, finished) = directory.apply(Mode::Normal, &[]).await;
        assert!(finished.diagnostics.is_empty(), "{}", finished.diagnostics);
        assert_eq!(actions(&plan), [format!("terraform_data.it: {action}")]);
        let instances = directory.state()["resources"][0]["instances"].clone();
        assert_eq!(instances.as_array().map(Vec::len), Some(1), "nothing is left deposed: {instances}");
    }
}

#[tokio::test]
async fn everything_is_destroyed_in_reverse() {
    let directory = Directory::with(CHAIN);
    directory.apply(Mode::Normal, &[]).await;
    let (plan, finished) = directory.apply(Mode::Destroy, &[]).await;
    assert_eq!(plan.counts().destroy, 5);
    assert!(finished.diagnostics.is_empty(), "{}", finished.diagnostics);
    assert_eq!(directory.state()["resources"], serde_json::json!([]));
    assert_eq!(directory.state()["outputs"], serde_json::json!({}));
}

#[tokio::test]
async fn modules_pass_values_in_and_out() {
    let directory = Directory::with(
        r#"
module "each" {
  source   = "./child"
  for_each = { x = 1, y = 2 }
  number   = each.value
}

resource "terraform_data" "sum" {
  input = module.each["x"].doubled + module.each["y"].doubled
}
"#,
    );
    directory.write(
        "child/main.tf",
        r#"
variable "number" { type = number }

resource "terraform_data" "it" {
  input = var.number * 2
}

output "doubled" { value = terraform_data.it.output }
"#,
    );
    let config = rinfra_config::load(&DiskFiles, directory.path()).config;
    directory.write(ModuleManifest::PATH, &ModuleManifest::of_local(&config).to_json());
    let (_, finished) = directory.apply(Mode::Normal, &[]).await;
    assert!(finished.diagnostics.is_empty(), "{}", finished.diagnostics);
    let state = directory.state();
    let resources = state["resources"].as_array().expect("resources");
    let sum = resources.iter().find(|it| it["name"] == "sum").expect("the sum");
    assert_eq!(sum["instances"][0]["attributes"]["output"]["value"], serde_json::json!(6));
    assert_eq!(sum["instances"][0]["dependencies"], serde_json::json!(["module.each.terraform_data.it"]));
}

#[tokio::test]
async fn a_protected_instance_is_not_replaced() {
    let configuration = |trigger: &str| {
        format!(
            "resource \"terraform_data\" \"it\" {{\n  triggers_replace = {trigger:?}\n  lifecycle {{\n    prevent_destroy = true\n  }}\n}}\n"
        )
    };
    let directory = Directory::with(&configuration("one"));
    directory.apply(Mode::Normal, &[]).await;
    directory.write("main.tf", &configuration("two"));
    let refused = directory.plan(Mode::Normal, &[]).await.expect_err("a refusal");
    assert!(refused.contains("Instance cannot be destroyed"), "{refused}");
    let refused = directory.plan(Mode::Destroy, &[]).await.expect_err("a refusal");
    assert!(refused.contains("Instance cannot be destroyed"), "{refused}");
}

#[tokio::test]
async fn invalid_values_leave_no_state_behind() {
    let directory = Directory::with("variable \"count\" { type = number }\n");
    directory.write("main.tf", "variable \"size\" { type = number }\n");
    for (given, expected) in
        [(&[][..], "No value for required variable"), (&["size=big"][..], "Invalid value for input variable")]
    {
        let refused = directory.plan(Mode::Normal, given).await.expect_err("a refusal");
        assert!(refused.contains(expected), "{refused}");
    }
    assert!(!directory.path().join("terraform.tfstate").exists());
}

#[tokio::test]
async fn a_saved_plan_is_applied_only_to_what_it_was_made_from() {
    let changed_configuration: fn(&Directory) =
        |it| it.write("main.tf", &CHAIN.replace("count = 2", "count = 3"));
    let nothing: fn(&Directory) = |_| {};
    for (meanwhile, applied_meanwhile, expected) in [
        (nothing, false, None),
        (changed_configuration, false, Some("The configuration has changed since the plan was made.")),
        (nothing, true, Some("The state has changed since the plan was made: its serial was")),
    ] {
        let directory = Directory::with(CHAIN);
        directory.apply(Mode::Normal, &[]).await;
        let plan = directory.plan(Mode::Normal, &["name=second"]).await.expect("a plan");
        let file = directory.path().join("saved");
        let environment = directory.environment(&["name=second"]);
        let project = Project::open(&environment).map_err(|it| text(&it)).expect("a valid configuration");
        let sealing = rinfra_ops::Sealing { key: None, catalogue: &environment.catalogue, project: &project };
        let written = rinfra_ops::write_plan(&file, &plan, &sealing).await;
        written.map_err(|it| text(&it)).expect("a writable directory");
        let saved = rinfra_ops::read_plan(&file, &rinfra_ops::PlanKeys::new(None))
            .await
            .map_err(|it| text(&it))
            .expect("a plan");
        assert_eq!(saved, plan);
        meanwhile(&directory);
        if applied_meanwhile {
            directory.apply(Mode::Normal, &["name=third"]).await;
        }
        let environment = directory.environment(&["name=second"]);
        let project = Project::open(&environment).map_err(|it| text(&it)).expect("a valid configuration");
        let bench = Workbench::open(&environment, &project, "test")
            .await
            .map_err(|it| text(&it))
            .expect("a readable state");
        let refused = bench.verify(&saved).map_err(|it| text(&it)).err();
        assert_eq!(refused.is_some(), expected.is_some(), "{refused:?}");
        if let (Some(refused), Some(expected)) = (&refused, expected) {
            assert!(refused.contains("Saved plan is stale") && refused.contains(expected), "{refused}");
        }
    }
}

#[tokio::test]
async fn values_of_variables_are_reported_where_they_stand() {
    let declared = "variable \"size\" {\n  type = number\n}\n\nvariable \"name\" {\n  type = string\n}\n";
    for (file, contents, expected) in [
        ("terraform.tfvars", "name = \"x\"\nsize = \"big\"\n", vec!["terraform.tfvars:2,8-13"]),
        ("terraform.tfvars", "variable \"size\" {\n}\n", vec!["Variable declaration in .tfvars file"]),
        (
            "terraform.tfvars",
            "size = other\n",
            vec!["Variables not allowed", "\"name\" is not set", "\"size\" is not set"],
        ),
        ("terraform.tfvars", "size = 1\nname = \"x\"\nother = 1\n", vec![]),
    ] {
        let directory = Directory::with(declared);
        directory.write(file, contents);
        let refused = directory.plan(Mode::Normal, &[]).await.err();
        assert_eq!(refused.is_some(), !expected.is_empty(), "{refused:?}");
        for text in expected {
            assert!(refused.as_ref().is_some_and(|it| it.contains(text)), "{text}: {refused:?}");
        }
    }
}

#[tokio::test]
async fn provisioners_run_programs() {
    let directory = Directory::with("");
    let log = directory.path().join("log").display().to_string();
    let configuration = format!(
        r#"
resource "terraform_data" "it" {{
  input = "value"
  provisioner "local-exec" {{
    command     = "echo $WHAT ${{self.output}} >> {log}"
    environment = {{ WHAT = "created" }}
  }}
  provisioner "local-exec" {{
    when        = destroy
    interpreter = ["/bin/sh", "-c"]
    command     = "echo destroyed ${{self.output}} >> {log}"
  }}
}}
"#
    );
    std::fs::write(directory.path().join("main.tf"), configuration).expect("a file");
    for mode in [Mode::Normal, Mode::Destroy] {
        let (_, finished) = directory.apply(mode, &[]).await;
        assert!(finished.diagnostics.is_empty(), "{}", finished.diagnostics);
    }
    let told = std::fs::read_to_string(&log).expect("a log");
    assert_eq!(told, "created value\ndestroyed value\n");
}

#[tokio::test]
async fn checks_are_remembered_and_never_in_the_way() {
    let directory = Directory::with(
        r#"
variable "limit" { default = 5 }
resource "terraform_data" "it" { input = 10 }
check "small" {
  assert {
    condition     = terraform_data.it.output < var.limit
    error_message = "${terraform_data.it.output} is too much"
  }
}
"#,
    );
    let (_, finished) = directory.apply(Mode::Normal, &[]).await;
    let warned: Vec<_> = finished.diagnostics.iter().map(|it| (it.is_error(), it.summary.as_str())).collect();
    assert_eq!(warned, [(false, "Check block assertion failed")]);
    let expected = serde_json::json!([{
        "object_kind": "check",
        "config_addr": "check.small",
        "status": "fail",
        "objects": [
            {"object_addr": "check.small", "status": "fail", "failure_messages": ["10 is too much"]},
        ],
    }]);
    assert_eq!(directory.state()["check_results"], expected);
}

#[tokio::test]
async fn what_is_drawn_stays_until_its_keepers_change() {
    let configuration = |keeper: &str| {
        format!(
            r#"
            ephemeral "random_password" "once" {{
              length = 16
            }}
            resource "random_pet" "name" {{
              keepers = {{ of = "{keeper}" }}
            }}
            resource "random_password" "secret" {{
              length = 20
            }}
            resource "random_integer" "port" {{
              min = 1024
              max = 2048
            }}
            resource "null_resource" "done" {{
              triggers = {{ name = random_pet.name.id, port = random_integer.port.result }}
            }}
            output "name" {{
              value = random_pet.name.id
            }}"#
        )
    };
    let directory = Directory::with(&configuration("a"));
    let (_, finished) = directory.apply(Mode::Normal, &[]).await;
    assert!(!finished.diagnostics.has_errors(), "{}", finished.diagnostics);
    let first = directory.state();
    let plan = directory.plan(Mode::Normal, &[]).await.expect("a plan");
    assert_eq!(actions(&plan), Vec::<String>::new());

    directory.write("main.tf", &configuration("b"));
    let (plan, finished) = directory.apply(Mode::Normal, &[]).await;
    assert!(!finished.diagnostics.has_errors(), "{}", finished.diagnostics);
    assert_eq!(
        actions(&plan),
        ["null_resource.done: delete, create", "random_pet.name: delete, create"],
        "and nothing else"
    );
    let second = directory.state();
    let password = |state: &serde_json::Value| {
        let resources = state["resources"].as_array().expect("resources").clone();
        let found = resources.into_iter().find(|it| it["type"] == "random_password").expect("a password");
        found["instances"][0]["attributes"]["result"].clone()
    };
    assert_eq!(password(&first), password(&second));
    assert_ne!(first["outputs"]["name"], second["outputs"]["name"]);
}
