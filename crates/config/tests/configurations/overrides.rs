//! Override files, in both syntaxes.

use crate::support::{config, findings};
use rinfra_config::{IgnoreChanges, Parsing, Repetition};
use rinfra_value::Value;

fn check(text: &str, expected: &[&str]) {
    assert_eq!(findings(text), expected, "{text}");
}

#[test]
fn there_must_be_something_to_override() {
    check(
        r#"locals {}
        # FILE override.tf
        variable "nope" {}
        locals { nope = 1 }
        output "nope" {}
        resource "x" "nope" {}
        data "x" "nope" {}
        ephemeral "x" "nope" {}
        module "nope" {}
        provider "x" { alias = "nope" }
        provider "x" {}"#,
        &[
            "override.tf:1,1-16 Missing base variable declaration to override",
            "override.tf:2,10-18 Missing base local value definition to override",
            "override.tf:3,1-14 Missing base output definition to override",
            "override.tf:4,1-20 Missing resource to override",
            "override.tf:5,1-16 Missing data resource to override",
            "override.tf:6,1-21 Missing ephemeral resource to override",
            "override.tf:7,1-14 Missing module call to override",
            "override.tf:8,1-13 Missing base provider configuration for override",
        ],
    );
}

#[test]
fn some_things_are_said_elsewhere_only() {
    check(
        r#"resource "x" "a" {}
        resource "x" "b" {}
        output "o" { value = 1 }
        variable "v" {}
        # FILE override.tf
        moved {
          from = x.c
          to   = x.a
        }
        resource "x" "a" {
          depends_on = [x.b]
          lifecycle {
            precondition {
              condition     = x.b.id != ""
              error_message = "no"
            }
          }
        }
        output "o" { depends_on = [x.b] }
        variable "v" {
          validation {
            condition     = var.v != ""
            error_message = "no"
          }
        }
        check "c" {
          assert {
            condition     = x.b.id != ""
            error_message = "no"
          }
        }"#,
        &[
            "override.tf:1,1-6 Cannot override 'moved' blocks",
            "override.tf:6,15-18 Unsupported override",
            "override.tf:8,1-13 Can't override precondition blocks",
            "override.tf:14,28-31 Unsupported override",
            "override.tf:16,1-11 Can't override validation blocks",
            "override.tf:21,1-10 Can't override check blocks",
        ],
    );
}

#[test]
fn arguments_replace_arguments() {
    let config = config(
        r#"resource "x" "a" {
          count = 1
          keep  = 1
          input = 2
          lifecycle {
            create_before_destroy = true
            ignore_changes        = [input]
          }
          provisioner "local-exec" { command = "base" }
        }
        variable "v" { default = "1" }
        output "o" {
          value     = 1
          sensitive = true
        }
        locals { l = 1 }
        # FILE a_override.tf
        resource "x" "a" {
          for_each = {}
          lifecycle { prevent_destroy = true }
        }
        locals { l = 3 }
        # FILE b_override.tf.json
        {
          "//": "the last one wins",
          "resource": {"x": {"a": {"input": "${3}", "provisioner": [{"local-exec": {"command": "over"}}]}}},
          "variable": {"v": {"type": "number"}},
          "output": {"o": {"value": 2}},
          "locals": {"l": 4}
        }"#,
    );
    let root = config.root();
    let resource = root.resources.values().next().expect("one resource");
    assert!(matches!(resource.repetition, Repetition::ForEach(_)));
    assert_eq!(resource.lifecycle.create_before_destroy, Some(true));
    assert!(resource.lifecycle.prevent_destroy);
    assert!(matches!(&resource.lifecycle.ignore_changes, IgnoreChanges::Paths(paths) if paths.len() == 1));
    let arguments: Vec<String> =
        resource.body.attributes.iter().map(|it| format!("{} {}", it.name, it.span.file)).collect();
    assert_eq!(arguments, ["keep main.tf", "input b_override.tf.json"]);
    assert_eq!(resource.provisioners.len(), 1);
    assert_eq!(&*resource.provisioners[0].header.file, "b_override.tf.json");
    let variable = &root.variables["v"];
    assert_eq!(variable.default, Some(Value::number(1)));
    assert_eq!(variable.parsing, Parsing::Literal);
    let output = &root.outputs["o"];
    assert!(output.sensitive);
    assert_eq!(&*output.value.span.file, "b_override.tf.json");
    assert_eq!(&*root.locals["l"].span.file, "b_override.tf.json");
}

#[test]
fn types_and_defaults_must_fit_in_the_end() {
    let over = |base: &str, over: &str, expected: &[&str]| {
        check(
            &format!("variable \"v\" {{\n{base}\n}}\n# FILE override.tf\nvariable \"v\" {{\n{over}\n}}\n"),
            expected,
        );
    };
    let invalid = ["override.tf:1,1-13 Invalid default value for variable"];
    over("default = \"x\"", "type = number", &invalid);
    over("type = number", "default = \"x\"", &invalid);
    over("default = null", "nullable = false", &invalid);
    over("default = \"x\"", "type = list(string)\ndefault = []", &[]);
}

#[test]
fn settings_are_replaced() {
    let config = config(
        r#"terraform {
          required_version = "> 99"
          required_providers {
            a = { source = "x/a" }
            b = { source = "x/b" }
          }
          backend "local" {}
        }
        # FILE override.tf
        terraform {
          required_version = "> 1"
          required_providers { b = { source = "y/b" } }
          backend "s3" {}
        }"#,
    );
    let root = config.root();
    let versions: Vec<&str> = root.required_versions.iter().map(|it| &*it.text).collect();
    assert_eq!(versions, ["> 1"]);
    let sources: Vec<String> = root.required_providers.values().map(|it| it.source.short()).collect();
    assert_eq!(sources, ["x/a", "y/b"]);
    assert_eq!(root.backend.as_ref().map(|it| &*it.kind), Some("s3"));
}
