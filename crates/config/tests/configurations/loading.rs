//! From files to the module tree.

use std::path::Path;

use crate::support::{config, findings, loaded, shown};
use rinfra_addr::{Mode, ModulePath, ModuleSource, ObjectAddress};
use rinfra_config::{IgnoreChanges, OnFailure, Parsing, Repetition, When};
use rinfra_value::{Type, Value};

fn check(text: &str, expected: &[&str]) {
    assert_eq!(findings(text), expected, "{text}");
}

#[test]
fn modules_are_read_relative_to_their_callers() {
    let config = config(
        r#"module "a" { source = "./m/a" }
        # FILE m/a/main.tf
        module "b" { source = "../b" }
        # FILE m/b/x.tf
        locals { y = 1 }
        # FILE m/b/readme.md
        no configuration"#,
    );
    let directories: Vec<_> =
        config.modules().map(|it| (it.path.to_string(), it.directory.display().to_string())).collect();
    let expected = [("", "."), ("module.a", "m/a"), ("module.a.module.b", "m/b")];
    assert_eq!(directories, expected.map(|(path, directory)| (path.to_owned(), directory.to_owned())));
    let innermost = config.module(&ModulePath::root().child("a").child("b")).unwrap();
    assert_eq!(innermost.locals.keys().map(AsRef::as_ref).collect::<Vec<&str>>(), ["y"]);
    assert_eq!(config.call(&innermost.path).unwrap().source, ModuleSource::Local("../b".into()));
    let files: Vec<_> = config.sources().iter().map(|(name, _)| &**name).collect();
    assert_eq!(files, ["m/a/main.tf", "m/b/x.tf", "main.tf"]);
    assert_eq!(config.sources().line("m/a/main.tf", 1), Some(r#"module "b" { source = "../b" }"#));
}

#[test]
fn modules_that_cannot_be_read_are_reported() {
    check(r#"module "m" { source = "./missing" }"#, &["main.tf:1,23-34 Unreadable module directory"]);
    check(
        r#"module "m" { source = "hashicorp/consul/aws" }"#,
        &[
            "main.tf:1,1-11 Module not installed (run \"rinfra init\" to install all modules this configuration calls)",
        ],
    );
    check(r#"module "m" { source = "./" }"#, &["main.tf:1,23-27 Module calls itself"]);
    check(
        r#"module "m" { source = "./m" }
        # FILE m/main.tf
        module "n" { source = "../m/" }"#,
        &["m/main.tf:1,23-30 Module calls itself"],
    );
}

#[test]
fn module_trees_that_grow_beyond_all_bounds_are_refused() {
    let calls = |directory: &str| -> String {
        (0..30).map(|number| format!("module \"m{number}\" {{ source = \"{directory}\" }}\n")).collect()
    };
    let mut text = calls("./d0");
    for level in 0..5 {
        text.push_str(&format!("# FILE d{level}/main.tf\n{}", calls(&format!("../d{}", level + 1))));
    }
    text.push_str("# FILE d5/main.tf\nlocals { a = 1 }\n");
    let wrong = shown(&loaded(&text).diagnostics);
    assert!(wrong.iter().any(|it| it.ends_with("Too many modules")), "{wrong:?}");
}

#[test]
fn sources_that_lead_nowhere_are_refused() {
    check(
        r#"module "m" { source = "m" }"#,
        &["main.tf:1,23-26 Invalid module source address (for the directory of that name, write \"./m\")"],
    );
    check(
        r#"module "m" { source = "." }"#,
        &["main.tf:1,23-26 Invalid module source address (for the directory of that name, write \"./.\")"],
    );
    check(r#"module "m" { source = "github.com/a" }"#, &["main.tf:1,23-37 Invalid module source address"]);
    check(
        "module \"m\" {\n  source = \"github.com/a/b\"\n  version = \"1\"\n}",
        &["main.tf:2,10-26 Invalid registry module source address"],
    );
}

#[test]
fn calls_are_told_apart_even_when_their_source_is_none() {
    check(
        "module \"m\" { source = \"m\" }\nmodule \"m\" { source = \"./m\" }\n# FILE m/main.tf\n",
        &[
            "main.tf:1,23-26 Invalid module source address (for the directory of that name, write \"./m\")",
            "main.tf:2,1-11 Duplicate module call",
        ],
    );
}

#[test]
fn installed_modules_are_found_through_the_manifest() {
    let manifest = |source: &str| {
        format!(
            r#"module "vpc" {{ source = "acme/vpc/aws" }}
            # FILE .terraform/modules/modules.json
            {{"Modules":[{{"Key":"","Source":"","Dir":"."}},{{"Key":"vpc","Source":"{source}","Dir":".terraform/modules/vpc"}}]}}
            # FILE .terraform/modules/vpc/main.tf
            output "o" {{ value = 1 }}"#
        )
    };
    let config = config(&manifest("registry.terraform.io/acme/vpc/aws"));
    let called = config.called(&ModulePath::root(), "vpc").unwrap();
    assert_eq!(called.directory, Path::new(".terraform/modules/vpc"));
    let versioned = |version: &str| {
        let text = manifest("registry.terraform.io/acme/vpc/aws").replace(
            "{ source = \"acme/vpc/aws\" }",
            &format!("{{\nsource = \"acme/vpc/aws\"\nversion = \"{version}\"\n}}"),
        );
        text.replace("\"Dir\":\".terraform", "\"Version\":\"1.2.3\",\"Dir\":\".terraform")
    };
    check(&versioned("~> 1.2"), &[]);
    check(
        &versioned("2.0.0"),
        &[
            "main.tf:2,10-24 Module version requirements have changed (run \"rinfra init\" to install all modules this configuration calls)",
        ],
    );
    check(&versioned("x"), &["main.tf:3,11-14 Invalid version constraint"]);
    check(
        &manifest("registry.terraform.io/acme/other/aws"),
        &[
            "main.tf:1,25-39 Module source has changed (run \"rinfra init\" to install all modules this configuration calls)",
        ],
    );
    check("locals {}\n# FILE .terraform/modules/modules.json\n{}", &["Failed to read module manifest"]);
}

#[test]
fn variables() {
    let config = config(
        r#"variable "plain" {}
        variable "full" {
          type        = map(number)
          default     = { a = "1" }
          description = "what"
          sensitive   = true
          ephemeral   = true
          nullable    = false
          validation {
            condition     = length(var.full) > 0
            error_message = "empty"
          }
        }
        variable "text" { type = string }
        variable "any" { type = list }"#,
    );
    let variables = &config.root().variables;
    let (plain, full) = (&variables["plain"], &variables["full"]);
    assert_eq!(
        (&plain.constraint.ty, &plain.default, plain.parsing),
        (&Type::Dynamic, &None, Parsing::Literal)
    );
    assert!(plain.nullable && !plain.sensitive && !plain.ephemeral && plain.description.is_none());
    assert_eq!(full.constraint.ty, Type::map(Type::Number));
    let one = full.default.as_ref().and_then(|it| it.attribute("a"));
    assert_eq!(one, Some(&Value::number(1)));
    assert!(!full.nullable && full.sensitive && full.ephemeral && full.validations.len() == 1);
    assert_eq!((full.description.as_deref(), full.parsing), (Some("what"), Parsing::Expression));
    assert_eq!(variables["text"].parsing, Parsing::Literal);
    assert_eq!(variables["any"].constraint.ty, Type::list(Type::Dynamic));
    check(
        "variable \"a\" {\n nullable = false\n default = null\n}",
        &["main.tf:3,11-15 Invalid default value for variable"],
    );
}

#[test]
fn resources() {
    let config = config(
        r#"resource "aws_vpc" "a" {
          count      = 2
          provider   = aws.west
          depends_on = [data.aws_vpc.b]
          cidr_block = "10.0.0.0/8"
          tags { }
          _ { count = "escaped" }
          lifecycle {
            create_before_destroy = true
            prevent_destroy       = true
            ignore_changes        = [tags["x"].y, cidr_block]
            replace_triggered_by  = [data.aws_vpc.b.id]
            precondition {
              condition     = data.aws_vpc.b.id != ""
              error_message = "m"
            }
          }
          connection { host = self.id }
          provisioner "local-exec" {
            when       = destroy
            on_failure = continue
            command    = "echo"
          }
        }
        data "aws_vpc" "b" {
          for_each = {}
          lifecycle {
            postcondition {
              condition     = self.id != ""
              error_message = "m"
            }
          }
        }
        provider "aws" { alias = "west" }
        resource "aws_vpc" "c" {
          lifecycle { ignore_changes = all }
        }"#,
    );
    let resources = &config.root().resources;
    let a = &resources[&"aws_vpc.a".parse().unwrap()];
    assert!(matches!(a.repetition, Repetition::Count(_)));
    assert_eq!(a.local_provider().to_string(), "aws.west");
    assert_eq!(a.depends_on[0].span.to_string(), "main.tf:4,15-29");
    let names: Vec<&str> = a.body.attributes.iter().map(|it| &*it.name).collect();
    assert_eq!(names, ["cidr_block", "count"]);
    assert_eq!(a.body.blocks.len(), 1);
    assert_eq!((a.lifecycle.create_before_destroy, a.lifecycle.prevent_destroy), (Some(true), true));
    let IgnoreChanges::Paths(paths) = &a.lifecycle.ignore_changes else { panic!("paths") };
    let paths: Vec<String> = paths.iter().map(|it| it.path.to_string()).collect();
    assert_eq!(paths, [".tags[\"x\"].y", ".cidr_block"]);
    assert_eq!((a.lifecycle.replace_triggered_by.len(), a.lifecycle.preconditions.len()), (1, 1));
    assert!(a.connection.is_some());
    assert_eq!((a.provisioners[0].when, a.provisioners[0].on_failure), (When::Destroy, OnFailure::Continue));
    assert_eq!(a.provisioners[0].body.attributes.len(), 1);
    let b = &resources[&"data.aws_vpc.b".parse().unwrap()];
    assert_eq!((b.address.mode, b.lifecycle.postconditions.len()), (Mode::Data, 1));
    assert_eq!(resources[&"aws_vpc.c".parse().unwrap()].lifecycle.ignore_changes, IgnoreChanges::All);
}

#[test]
fn settings_of_the_module() {
    let config = config(
        r#"terraform {
          required_version = ">= 1.5, < 2"
          backend "s3" { bucket = "b" }
          required_providers {
            aws = {
              source  = "hashicorp/aws"
              version = "~> 6.0"
            }
            old = "1.0"
          }
        }"#,
    );
    let root = config.root();
    assert_eq!(root.backend.as_ref().map(|it| &*it.kind), Some("s3"));
    assert_eq!(root.provider_source("aws").to_string(), "registry.terraform.io/hashicorp/aws");
    assert!(root.required_providers["old"].version.is_some());
    assert!(config.check_version(&"1.11.4".parse().unwrap()).is_empty());
    let refused = config.check_version(&"2.0.0".parse().unwrap());
    assert_eq!(shown(&refused), ["main.tf:2,1-33 Unsupported Terraform Core version"]);
    check("terraform {\nrequired_version = \"x\"\n}", &["main.tf:2,20-23 Invalid version constraint"]);
    check(
        "terraform {\nrequired_providers {\na = {\nconfiguration_aliases = [b.c]\n}\n}\n}",
        &["main.tf:4,25-30 Invalid configuration_aliases value"],
    );
    check(
        "terraform {\nbackend \"local\" {}\ncloud {}\n}",
        &["main.tf:2,1-16 Both a backend and cloud configuration are present"],
    );
}

#[test]
fn refactoring_blocks() {
    let config = config(
        r#"moved {
          from = module.a
          to   = module.b["x"]
        }
        moved {
          from = aws_vpc.a
          to   = module.m.aws_vpc.a[0]
        }
        removed {
          from = aws_vpc.gone
          lifecycle { destroy = false }
        }
        import {
          for_each = { a = "vpc-1" }
          to       = aws_vpc.i[each.key]
          id       = each.value
        }
        resource "aws_vpc" "i" { for_each = { a = 1 } }"#,
    );
    let root = config.root();
    let moves: Vec<_> = root.moved.iter().map(|it| (it.from.to_string(), it.to.to_string())).collect();
    let expected = [("module.a", "module.b[\"x\"]"), ("aws_vpc.a", "module.m.aws_vpc.a[0]")];
    assert_eq!(moves, expected.map(|(from, to)| (from.to_owned(), to.to_owned())));
    assert!(matches!(root.moved[1].to, ObjectAddress::Instance(_)));
    assert!(!root.removed[0].destroy);
    assert_eq!(root.removed[0].from.to_string(), "aws_vpc.gone");
    assert!(root.imports[0].for_each.is_some() && root.imports[0].provider.is_none());
}

#[test]
fn checks_hold_their_own_data_source() {
    let config = config(
        r#"check "c" {
          data "http" "x" { url = "u" }
          assert {
            condition     = data.http.x.status_code == 200
            error_message = "down"
          }
        }"#,
    );
    let check = &config.root().checks["c"];
    assert_eq!(
        (check.assertions.len(), check.data.as_ref().map(ToString::to_string)),
        (1, Some("data.http.x".into()))
    );
    assert_eq!(config.root().resources[check.data.as_ref().unwrap()].check.as_deref(), Some("c"));
    assert_eq!(shown(&config.check().into_diagnostics()), Vec::<String>::new());
}

#[test]
fn all_errors_of_all_files_are_reported_at_once() {
    check(
        r#"resource "aws_vpc" "1" {}
        nope = 1
        module "m" { source = "./m" }
        # FILE b.tf
        variable "count" {}
        # FILE m/main.tf
        locals { a = 1 }
        locals { a = 2 }"#,
        &[
            "b.tf:1,10-17 Invalid variable name",
            "m/main.tf:2,10-15 Duplicate local value definition",
            "main.tf:1,20-23 Invalid resource name",
            "main.tf:2,1-5 Unsupported argument",
        ],
    );
}

#[test]
fn misspelt_language_is_corrected() {
    check("resorce \"a\" \"b\" {}", &["main.tf:1,1-8 Unsupported block type (Did you mean \"resource\"?)"]);
    check(
        "variable \"a\" { descripton = \"x\" }",
        &["main.tf:1,16-26 Unsupported argument (Did you mean \"description\"?)"],
    );
    check(
        "resource \"a\" \"b\" {\nlifecycle {\nprecondition = 1\n}\n}",
        &["main.tf:3,1-13 Unsupported argument (Did you mean to define a block of type \"precondition\"?)"],
    );
}

#[test]
fn the_digest_covers_names_and_contents() {
    let digest = |text: &str| loaded(text).config.digest();
    assert_eq!(digest("locals {}"), digest("locals {}"));
    assert_ne!(digest("locals {}"), digest("locals { }"));
    assert_ne!(digest("# FILE a.tf\nlocals {}"), digest("# FILE b.tf\nlocals {}"));
    assert_eq!(digest("locals {}").len(), 64);
}
