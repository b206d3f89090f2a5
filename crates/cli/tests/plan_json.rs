//! Plans in JSON: what follows from the configuration alone, as Terraform 1.11 says it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

fn place(files: &[(&str, &str)]) -> TempDir {
    let directory = TempDir::new().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    run(directory.path(), &["init"]);
    directory
}

fn run(directory: &Path, arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rinfra"));
    let output = command.args(arguments).current_dir(directory).env_clear().output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    output.stdout
}

fn planned(directory: &Path, arguments: &[&str]) -> Value {
    run(directory, &[&["plan", "-out=saved"], arguments].concat());
    serde_json::from_slice(&run(directory, &["show", "-json", "saved"])).unwrap()
}

#[test]
fn what_contributes_is_found_through_named_values_and_modules() {
    let root = r#"
resource "terraform_data" "a" {
  input = "a"
}
resource "terraform_data" "n" {
  count = 2
  input = { x = terraform_data.a.id }
}
locals {
  l = terraform_data.a.output
}
output "through_a_local" {
  value = local.l
}
output "several" {
  value = try(terraform_data.n[1].output[0], terraform_data.n[*].triggers_replace, 1)
}
module "m" {
  source = "./m"
  count  = length(["a"])
  v      = { k = terraform_data.n[0].output.x, c = count.index }
}
module "other" {
  source = "./m"
  v      = 1
}
"#;
    let called = r#"
variable "v" {}
resource "terraform_data" "in" {
  for_each = toset([for k in keys(var.v == 1 ? { a = 1 } : { b = 1 }) : k])
  input    = each.key
}
output "o" {
  value = { for k, v in terraform_data.in : k => v.id }
}
output "v" {
  value = var.v
}
"#;
    let home = place(&[("main.tf", root), ("m/main.tf", called)]);
    let relevant = |arguments: &[&str]| {
        let plan = planned(home.path(), arguments);
        let parts = plan["relevant_attributes"].as_array().unwrap().clone();
        let text = |it: &Value| format!("{} {}", it["resource"].as_str().unwrap(), it["attribute"]);
        parts.iter().map(text).collect::<Vec<_>>()
    };
    let of_modules = [
        "terraform_data.n[0] [\"output\",\"x\"]",
        "module.m[0].terraform_data.in []",
        "module.other.terraform_data.in []",
    ];
    let of_root = [
        "terraform_data.a [\"id\"]",
        "terraform_data.a [\"output\"]",
        "terraform_data.n []",
        "terraform_data.n[1] [\"output\",0]",
    ];
    let check = |found: Vec<String>, expected: &[&str]| {
        let mut expected: Vec<_> = expected.iter().map(|it| (*it).to_owned()).collect();
        let mut found = found;
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    };
    check(relevant(&[]), &[&of_root[..], &of_modules].concat());
    run(home.path(), &["apply", "-auto-approve"]);
    // Outputs of modules always count: nobody remembers what they were.
    check(relevant(&[]), &of_modules);
    check(relevant(&["-destroy"]), &[&of_root[..], &of_modules[..1]].concat());
}

#[test]
fn resources_name_the_provider_configuration_they_use() {
    let root = r#"
terraform {
  required_providers {
    terraform = { source = "terraform.io/builtin/terraform" }
  }
}
provider "terraform" {}
provider "terraform" {
  alias = "x"
}
resource "terraform_data" "a" {
  provider = terraform.x
}
module "m" {
  source    = "./m"
  providers = { terraform = terraform.x, terraform.y = terraform }
}
"#;
    let called = r#"
terraform {
  required_providers {
    terraform = {
      source                = "terraform.io/builtin/terraform"
      configuration_aliases = [terraform.y]
    }
  }
}
resource "terraform_data" "a" {}
resource "terraform_data" "b" {
  provider = terraform.y
}
module "deep" {
  source = "../n"
}
"#;
    let files =
        [("main.tf", root), ("m/main.tf", called), ("n/main.tf", "resource \"terraform_data\" \"a\" {}\n")];
    let home = place(&files);
    let configuration = &planned(home.path(), &[])["configuration"];
    let full_name = "terraform.io/builtin/terraform";
    assert_eq!(
        configuration["provider_config"],
        json!({
            "terraform": {"name": "terraform", "full_name": full_name},
            "terraform.x": {"name": "terraform", "full_name": full_name, "alias": "x"},
        })
    );
    let key = |module: &Value, index: usize| module["resources"][index]["provider_config_key"].clone();
    let root = &configuration["root_module"];
    let called = &root["module_calls"]["m"]["module"];
    let keys =
        [key(root, 0), key(called, 0), key(called, 1), key(&called["module_calls"]["deep"]["module"], 0)];
    assert_eq!(keys, ["terraform.x", "terraform.x", "terraform", "terraform.x"].map(Value::from));
}

#[test]
fn expressions_are_what_they_are_or_what_they_refer_to() {
    let file = r#"
variable "v" {
  default = { a = "x", b = [1] }
}
resource "terraform_data" "r" {
  count = 2
}
locals {
  l = 1
}
output "e" {
  value = EXPRESSION
}
"#;
    let check = |expression: &str, expected: &Value| {
        let home = place(&[("main.tf", &file.replace("EXPRESSION", expression))]);
        let plan = planned(home.path(), &[]);
        let said = &plan["configuration"]["root_module"]["outputs"]["e"]["expression"];
        assert_eq!(said, expected, "{expression}");
    };
    check("1 + 2", &json!({"constant_value": 3}));
    check("null", &json!({"constant_value": null}));
    check("[for k in [\"a\"] : { (k) = true }]", &json!({"constant_value": [{"a": true}]}));
    check("upper(\"x\")", &json!({}));
    check("true ? \"a\" : var.v.a", &json!({"constant_value": "a", "references": ["var.v.a", "var.v"]}));
    check("\"${var.v.a}-${local.l}\"", &json!({"references": ["var.v.a", "var.v", "local.l"]}));
    check(
        "[terraform_data.r[0].id, path.module, terraform.workspace]",
        &json!({"references": [
            "terraform_data.r[0].id", "terraform_data.r[0]", "terraform_data.r", "path.module", "terraform.workspace",
        ]}),
    );
    check("terraform_data.r[*].id", &json!({"references": ["terraform_data.r"]}));
    check("var.v.b[local.l - 1]", &json!({"references": ["var.v.b", "var.v", "local.l"]}));
}
