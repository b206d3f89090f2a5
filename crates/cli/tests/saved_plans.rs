//! Saved plans as programs read them, and plans that failed half way.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

const HOUSE: &str = r#"
variable "size" {
  default     = 1
  description = "rooms"
}

resource "terraform_data" "house" {
  input            = "${var.size} rooms"
  triggers_replace = [1, null]
}

module "garden" {
  source   = "./garden"
  for_each = { "front" = 2 }
  trees    = each.value
}

output "house" {
  value = terraform_data.house.output
}
"#;

const GARDEN: &str = r#"
variable "trees" {
  type = number
}

resource "terraform_data" "tree" {
  count = var.trees
  input = count.index
}
"#;

/// Planning it fails: what it needs of the first object is known then.
const HALF: &str = r#"
resource "terraform_data" "good" {
  input = "x"
}

resource "terraform_data" "bad" {
  input = tolist(["a"])[length(terraform_data.good.input)]
}

output "good" {
  value = "fine"
}

output "bad" {
  value = terraform_data.bad.id
}
"#;

fn place(files: &[(&str, &str)]) -> TempDir {
    let directory = TempDir::new().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    directory
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rinfra"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .output()
        .unwrap()
}

fn good(directory: &Path, arguments: &[&str]) -> String {
    let output = run(directory, arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn parsed(directory: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&good(directory, arguments)).unwrap()
}

/// Returns the messages of a stream, each as its type and what it says.
fn messages(output: &Output) -> Vec<(String, String)> {
    let lines = std::str::from_utf8(&output.stdout).unwrap().lines();
    let messages = lines.map(|it| serde_json::from_str::<Value>(it).unwrap());
    let text = |json: &Value| json.as_str().unwrap_or_default().to_owned();
    messages.map(|it| (text(&it["type"]), text(&it["@message"]))).collect()
}

#[test]
fn a_saved_plan_is_shown_and_applied_without_its_configuration() {
    let home = place(&[("main.tf", HOUSE), ("garden/main.tf", GARDEN)]);
    good(home.path(), &["init"]);
    good(home.path(), &["plan", "-out=saved", "-var=size=3"]);
    let there = parsed(home.path(), &["show", "-json", "saved"]);

    let elsewhere = TempDir::new().unwrap();
    std::fs::copy(home.path().join("saved"), elsewhere.path().join("saved")).unwrap();
    let here = parsed(elsewhere.path(), &["show", "-json", "saved"]);
    assert_eq!(here, there);
    let root = &here["configuration"]["root_module"];
    assert_eq!(root["variables"], json!({"size": {"default": 1, "description": "rooms"}}));
    assert_eq!(
        root["resources"][0]["expressions"],
        json!({"input": {"references": ["var.size"]}, "triggers_replace": {"constant_value": [1, null]}})
    );
    let call = &root["module_calls"]["garden"];
    assert_eq!(call["source"], "./garden");
    assert_eq!(call["for_each_expression"], json!({"constant_value": {"front": 2}}));
    assert_eq!(call["module"]["resources"][0]["count_expression"], json!({"references": ["var.trees"]}));
    assert_eq!(
        here["relevant_attributes"],
        json!([{"resource": "terraform_data.house", "attribute": ["output"]}])
    );

    let out = good(elsewhere.path(), &["apply", "saved"]);
    assert!(out.contains("Apply complete! Resources: 3 added, 0 changed, 0 destroyed."), "{out}");
    assert_eq!(good(elsewhere.path(), &["output", "-raw", "house"]), "3 rooms");
}

#[test]
fn a_saved_plan_is_refused_where_another_configuration_is() {
    let home = place(&[("main.tf", HOUSE), ("garden/main.tf", GARDEN)]);
    good(home.path(), &["init"]);
    good(home.path(), &["plan", "-out=saved"]);
    let changes = [("garden/main.tf", "\n"), ("more.tf", "\n")];
    for (file, text) in changes {
        let path = home.path().join(file);
        let before = std::fs::read(&path).ok();
        std::fs::write(
            &path,
            format!("{}{text}", before.as_deref().map(String::from_utf8_lossy).unwrap_or_default()),
        )
        .unwrap();
        let refused = run(home.path(), &["apply", "saved"]);
        assert_eq!(refused.status.code(), Some(1));
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        let expected = format!("The configuration has changed since the plan was made: {file} is");
        assert!(told.contains(&expected), "{file}: {told}");
        match before {
            Some(before) => std::fs::write(&path, before).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
    }
    good(home.path(), &["apply", "saved"]);
}

#[test]
fn a_saved_plan_changes_the_state_it_was_made_from_and_no_other() {
    let backend = "terraform {\n  backend \"local\" {}\n}\n";
    let home = place(&[("main.tf", &format!("{backend}{HOUSE}")), ("garden/main.tf", GARDEN)]);
    let init = |path: &str| {
        good(home.path(), &["init", "-reconfigure", &format!("-backend-config=path={path}")]);
    };
    init("one.tfstate");
    good(home.path(), &["plan", "-out=saved"]);

    // A directory that decided on nothing.
    let elsewhere = TempDir::new().unwrap();
    std::fs::copy(home.path().join("saved"), elsewhere.path().join("saved")).unwrap();
    good(elsewhere.path(), &["apply", "saved"]);
    assert!(elsewhere.path().join("one.tfstate").exists());

    // One that decided on something else since.
    init("two.tfstate");
    let refused = run(home.path(), &["apply", "saved"]);
    assert_eq!(refused.status.code(), Some(1));
    let told = String::from_utf8_lossy(&refused.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("Saved plan is stale"), "{told}");
    assert!(told.contains("path was \"one.tfstate\", and is \"two.tfstate\" now"), "{told}");
    init("one.tfstate");
    good(home.path(), &["apply", "saved"]);
    let file = |name: &str| home.path().join(name).exists();
    assert!(file("one.tfstate") && !file("two.tfstate") && !file("terraform.tfstate"));
}

#[test]
fn the_state_in_a_plan_is_that_before_it_with_outputs_that_are_known() {
    let home = place(&[("main.tf", HALF.split("resource \"terraform_data\" \"bad\"").next().unwrap())]);
    good(home.path(), &["plan", "-out=first"]);
    assert_eq!(parsed(home.path(), &["show", "-json", "first"])["prior_state"], Value::Null);
    good(home.path(), &["apply", "first"]);
    std::fs::write(home.path().join("main.tf"), "output \"new\" { value = 1 }\n").unwrap();
    good(home.path(), &["plan", "-out=second"]);
    let prior = &parsed(home.path(), &["show", "-json", "second"])["prior_state"]["values"];
    assert_eq!(prior["outputs"]["new"]["value"], 1);
    assert_eq!(prior["root_module"]["resources"][0]["address"], "terraform_data.good");
    // Carried out with the words of the command that is given.
    good(home.path(), &["plan", "-destroy", "-out=third"]);
    let out = good(home.path(), &["apply", "third"]);
    assert!(out.contains("Apply complete! Resources: 0 added, 0 changed, 1 destroyed."), "{out}");
}

#[test]
fn what_could_be_planned_is_told_beside_the_error() {
    let home = place(&[("main.tf", HALF)]);
    let failed = run(home.path(), &["plan", "-out=saved", "-detailed-exitcode"]);
    assert_eq!(failed.status.code(), Some(1));
    let out = String::from_utf8_lossy(&failed.stdout).into_owned();
    assert!(out.contains("rinfra planned the following actions, but then encountered a problem:"), "{out}");
    assert!(out.contains("# terraform_data.good will be created"), "{out}");
    assert!(out.contains("Plan: 1 to add, 0 to change, 0 to destroy."), "{out}");
    assert!(out.contains("+ good = \"fine\"") && !out.contains("bad"), "{out}");
    assert!(!out.contains("Saved the plan"), "{out}");
    assert!(String::from_utf8_lossy(&failed.stderr).contains("Invalid index"));

    let json = parsed(home.path(), &["show", "-json", "saved"]);
    let members = ["errored", "applyable", "complete"].map(|it| json[it].clone());
    assert_eq!(members, [json!(true), json!(false), json!(false)]);
    assert_eq!(json["resource_changes"].as_array().unwrap().len(), 1);
    assert_eq!(json["output_changes"].as_object().unwrap().keys().collect::<Vec<_>>(), ["good"]);

    let refused = run(home.path(), &["apply", "saved"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("Cannot apply incomplete plan"));
    assert!(!home.path().join("terraform.tfstate").exists());

    let told = messages(&run(home.path(), &["plan", "-json"]));
    let expected = [
        ("planned_change", "terraform_data.good: Plan to create"),
        ("change_summary", "Plan: 1 to add, 0 to change, 0 to destroy."),
        ("outputs", "Outputs: 1"),
        ("diagnostic", "Error: Invalid index"),
    ];
    assert_eq!(told[1..], expected.map(|(kind, text)| (kind.to_owned(), text.to_owned())));
}

#[test]
fn a_file_with_a_state_is_shown_as_well() {
    let home = place(&[("main.tf", "output \"size\" {\n  value = 7\n}\n"), ("other.txt", "nothing\n")]);
    good(home.path(), &["apply", "-auto-approve"]);
    let elsewhere = TempDir::new().unwrap();
    std::fs::copy(home.path().join("terraform.tfstate"), elsewhere.path().join("old")).unwrap();
    assert_eq!(good(elsewhere.path(), &["show", "old"]), good(home.path(), &["show"]));
    let json = parsed(elsewhere.path(), &["show", "-json", "old"]);
    assert_eq!(json, parsed(home.path(), &["show", "-json"]));
    assert_eq!(json["values"]["outputs"]["size"]["value"], 7);
    for file in ["other.txt", "nosuch"] {
        let refused = run(home.path(), &["show", file]);
        assert_eq!(refused.status.code(), Some(1));
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(told.contains("Failed to read the given file as a state or plan file"), "{told}");
    }
}

#[test]
fn a_plan_that_failed_with_nothing_planned_says_so() {
    let nothing =
        "variable \"x\" { default = 3 }\nresource \"terraform_data\" \"a\" { input = tolist([1])[var.x] }\n";
    let home = place(&[("main.tf", nothing)]);
    let failed = run(home.path(), &["plan"]);
    assert_eq!(failed.status.code(), Some(1));
    let out = String::from_utf8_lossy(&failed.stdout).into_owned();
    assert!(
        out.contains("Planning failed. rinfra encountered an error while generating this plan."),
        "{out}"
    );
    let failed = run(home.path(), &["apply", "-auto-approve"]);
    assert!(!String::from_utf8_lossy(&failed.stdout).contains("Planning failed"), "{failed:?}");
}

#[test]
fn the_stream_of_an_apply_says_what_terraform_says() {
    let text = "resource \"terraform_data\" \"a\" {\n  triggers_replace = 1\n  provisioner \"local-exec\" {\n    command = \"echo hello\"\n  }\n}\n";
    let home = place(&[("main.tf", text)]);
    good(home.path(), &["plan", "-out=saved"]);
    let told = messages(&run(home.path(), &["apply", "-json", "saved"]));
    let id = good(home.path(), &["show"]);
    let id = id
        .lines()
        .find_map(|it| it.trim().strip_prefix("id "))
        .unwrap()
        .split('"')
        .nth(1)
        .unwrap()
        .to_owned();
    let expected = [
        ("planned_change", "terraform_data.a: Plan to create".to_owned()),
        ("apply_start", "terraform_data.a: Creating...".to_owned()),
        ("provision_start", "terraform_data.a: Provisioning with 'local-exec'...".to_owned()),
        (
            "provision_progress",
            "terraform_data.a: (local-exec): Executing: [\"/bin/sh\" \"-c\" \"echo hello\"]".to_owned(),
        ),
        ("provision_progress", "terraform_data.a: (local-exec): hello".to_owned()),
        ("provision_complete", "terraform_data.a: (local-exec) Provisioning complete".to_owned()),
        ("apply_complete", format!("terraform_data.a: Creation complete after 0s [id={id}]")),
        ("change_summary", "Apply complete! Resources: 1 added, 0 changed, 0 destroyed.".to_owned()),
        ("outputs", "Outputs: 0".to_owned()),
    ];
    assert_eq!(told[1..], expected.map(|(kind, text)| (kind.to_owned(), text)));

    std::fs::write(home.path().join("main.tf"), text.replace("= 1", "= 2").replace("echo hello", "exit 1"))
        .unwrap();
    let told = messages(&run(home.path(), &["apply", "-json", "-auto-approve"]));
    let steps: Vec<_> =
        told.iter().filter(|(kind, _)| kind.contains("apply") || kind.contains("errored")).collect();
    let expected = [
        ("apply_start", format!("terraform_data.a: Destroying... [id={id}]")),
        ("apply_complete", "terraform_data.a: Destruction complete after 0s".to_owned()),
        ("apply_start", "terraform_data.a: Creating...".to_owned()),
        ("provision_errored", "terraform_data.a: (local-exec) Provisioning errored".to_owned()),
        ("apply_errored", "terraform_data.a: Creation errored after 0s".to_owned()),
    ];
    assert_eq!(steps, expected.map(|(kind, text)| (kind.to_owned(), text)).iter().collect::<Vec<_>>());
}

#[test]
fn the_stream_tells_of_ephemeral_objects() {
    let text = "ephemeral \"random_password\" \"p\" {\n  length = 8\n}\nresource \"terraform_data\" \"a\" {\n  provisioner \"local-exec\" {\n    command = \"test -n '${ephemeral.random_password.p.result}'\"\n  }\n}\n";
    let home = place(&[("main.tf", text)]);
    let told = messages(&run(home.path(), &["apply", "-json", "-auto-approve"]));
    let ephemeral: Vec<_> = told.into_iter().filter(|(kind, _)| kind.starts_with("ephemeral_op")).collect();
    let phase = [
        ("ephemeral_op_start", "ephemeral.random_password.p: Opening..."),
        ("ephemeral_op_complete", "ephemeral.random_password.p: Opening complete after 0s"),
        ("ephemeral_op_start", "ephemeral.random_password.p: Closing..."),
        ("ephemeral_op_complete", "ephemeral.random_password.p: Closing complete after 0s"),
    ];
    // Once for the plan, and once for the apply.
    let expected = phase.iter().chain(&phase).map(|(kind, text)| ((*kind).to_owned(), (*text).to_owned()));
    assert_eq!(ephemeral, expected.collect::<Vec<_>>());
}
