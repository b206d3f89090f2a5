//! Which provider configuration is used where.

use crate::support::{config, findings};
use rinfra_config::LocalProvider;

/// What each resource of the tree uses.
fn used(text: &str) -> Vec<String> {
    let config = config(text);
    let line = |(module, resource): (&rinfra_config::Module, &rinfra_config::Resource)| {
        let key = config.provider_of(&module.path, resource).expect("a configuration");
        let written = if config.provider_block(&key).is_some() { "" } else { " (implied)" };
        let resource = resource.address.clone().in_module(module.path.clone());
        format!("{resource}: {key}{written}").replace("registry.terraform.io/hashicorp/", "")
    };
    config.resources().map(line).collect()
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(findings(text), expected, "{text}");
}

#[test]
fn the_type_or_the_argument_decides() {
    let found = used(
        r#"provider "aws" { region = "a" }
        provider "aws" { alias = "west" }
        resource "aws_vpc" "a" {}
        resource "aws_vpc" "b" { provider = aws.west }
        resource "random_id" "c" {}
        resource "terraform_data" "d" {}"#,
    );
    let expected = [
        r#"aws_vpc.a: provider["aws"]"#,
        r#"aws_vpc.b: provider["aws"].west"#,
        r#"random_id.c: provider["random"] (implied)"#,
        r#"terraform_data.d: provider["terraform.io/builtin/terraform"] (implied)"#,
    ];
    assert_eq!(found, expected);
}

#[test]
fn configurations_are_inherited_and_passed_through_chains() {
    let found = used(
        r#"provider "aws" { region = "a" }
        provider "aws" { alias = "west" }
        module "inherits" { source = "./leaf" }
        module "passed" {
          source    = "./middle"
          providers = { aws.main = aws.west }
        }
        # FILE middle/main.tf
        terraform {
          required_providers {
            aws = { configuration_aliases = [aws.main] }
          }
        }
        module "leaf" {
          source    = "../leaf"
          providers = { aws = aws.main }
        }
        resource "aws_vpc" "default" {}
        # FILE leaf/main.tf
        terraform {
          required_providers {
            aws = { source = "hashicorp/aws" }
          }
        }
        resource "aws_vpc" "a" {}"#,
    );
    let expected = [
        r#"module.inherits.aws_vpc.a: provider["aws"]"#,
        r#"module.passed.aws_vpc.default: provider["aws"]"#,
        r#"module.passed.module.leaf.aws_vpc.a: provider["aws"].west"#,
    ];
    assert_eq!(found, expected);
}

#[test]
fn local_names_may_differ_between_modules() {
    let found = used(
        r#"terraform {
          required_providers {
            amazon = { source = "hashicorp/aws" }
          }
        }
        provider "amazon" { region = "a" }
        module "m" { source = "./m" }
        # FILE m/main.tf
        resource "aws_vpc" "a" {}"#,
    );
    assert_eq!(found, [r#"module.m.aws_vpc.a: provider["aws"]"#]);
}

#[test]
fn a_module_may_have_its_own_configuration() {
    let found = used(
        r#"module "m" { source = "./m" }
        # FILE m/main.tf
        provider "aws" { region = "b" }
        resource "aws_vpc" "a" {}"#,
    );
    assert_eq!(found, [r#"module.m.aws_vpc.a: module.m.provider["aws"]"#]);
}

#[test]
fn missing_configurations_are_reported_once() {
    check(
        "provider \"aws\" { alias = \"east\" }\nresource \"aws_vpc\" \"a\" { provider = aws.west }",
        &["main.tf:2,37-45 Provider configuration not present (It has: aws.east.)"],
    );
    let child = r#"
        # FILE m/main.tf
        terraform {
          required_providers {
            aws = {
              source                = "hashicorp/aws"
              configuration_aliases = [aws.west]
            }
          }
        }
        resource "aws_vpc" "a" { provider = aws.west }"#;
    let with_call = |arguments: &str| format!("module \"m\" {{\nsource = \"./m\"\n{arguments}\n}}{child}");
    check(&with_call(""), &["main.tf:1,1-11 Missing required provider configuration"]);
    check(
        &with_call("providers = { aws.west = aws.nope }"),
        &["main.tf:3,26-34 Provider configuration not present"],
    );
    check(
        &with_call("providers = { aws.west = random }"),
        &[
            "main.tf:3,26-32 Reference to undefined provider (Add to required_providers: random = { source = \
             \"hashicorp/random\" })",
            "main.tf:3,26-32 Provider type mismatch",
        ],
    );
    // What is passed on must be written, or required; being implied is not enough.
    let call = "providers = {\naws.west = aws\naws.east = aws\n}";
    let undefined = "Reference to undefined provider";
    let explained = "(Add to required_providers: aws = { source = \"hashicorp/aws\" })";
    check(
        &with_call(call),
        &[
            &format!("main.tf:4,12-15 {undefined} {explained}"),
            "main.tf:4,12-15 Provider configuration not present",
            &format!("main.tf:5,1-4 {undefined}"),
            &format!("main.tf:5,12-15 {undefined} {explained}"),
            "main.tf:5,12-15 Provider configuration not present",
        ],
    );
}

#[test]
fn modules_with_their_own_configurations_exist_once() {
    check(
        r#"module "m" {
          source = "./m"
          count  = 2
        }
        # FILE m/main.tf
        provider "aws" { region = "b" }"#,
        &["main.tf:3,10-11 Module is incompatible with count, for_each, and depends_on"],
    );
    check(
        r#"provider "aws" {}
        module "m" {
          source    = "./m"
          providers = { aws = aws }
        }
        # FILE m/main.tf
        terraform {
          required_providers {
            aws = {}
          }
        }
        provider "aws" { region = "b" }"#,
        &[
            "main.tf:4,15-18 Cannot override provider configuration",
            "main.tf:4,21-24 Reference to undefined provider (Add to required_providers: aws = { source = \
             \"hashicorp/aws\" })",
        ],
    );
}

#[test]
fn all_configurations_are_listed() {
    let config = config(
        "provider \"aws\" { alias = \"x\" }\nresource \"random_id\" \"a\" {}\nresource \"aws_vpc\" \"b\" {}",
    );
    let keys: Vec<String> = config.provider_keys().iter().map(ToString::to_string).collect();
    let expected = [r#"provider["H/aws"]"#, r#"provider["H/aws"].x"#, r#"provider["H/random"]"#];
    assert_eq!(keys, expected.map(|it| it.replace('H', "registry.terraform.io/hashicorp")));
    let root = rinfra_addr::ModulePath::root();
    let missing = LocalProvider { name: "aws".into(), alias: Some("y".into()) };
    assert_eq!(config.resolve_provider(&root, &missing), None);
}

#[test]
fn configurations_with_several_instances_are_named_by_key() {
    let regions = r#"provider "aws" {
          alias    = "by_region"
          for_each = toset(["a", "b"])
          region   = each.key
        }
        "#;
    let found = |text: &str, expected: &[&str]| check(&format!("{regions}{text}"), expected);
    found(r#"resource "aws_vpc" "a" { provider = aws.by_region["a"] }"#, &[]);
    found(
        r#"resource "aws_vpc" "a" {
          for_each = toset(["a"])
          provider = aws.by_region[each.key]
        }"#,
        &[],
    );
    found(
        r#"resource "aws_vpc" "a" { provider = aws.by_region }"#,
        &["main.tf:6,37-50 Invalid resource provider configuration"],
    );
    found(
        r#"resource "aws_vpc" "a" { provider = aws.by_region[each.key] }"#,
        &[r#"main.tf:6,51-59 Reference to "each" in context without for_each"#],
    );
    found(
        r#"resource "aws_vpc" "a" { provider = aws["a"] }"#,
        &["main.tf:6,40-45 Invalid resource provider configuration"],
    );
    found(
        r#"module "m" {
          source    = "./m"
          providers = { aws = aws.by_region }
        }
        # FILE m/main.tf
        terraform {
          required_providers { aws = { source = "hashicorp/aws" } }
        }"#,
        &["main.tf:8,21-34 Invalid module provider configuration"],
    );
    check(
        r#"provider "aws" { for_each = {} }"#,
        &[
            "main.tf:1,29-31 Alias required when using \"for_each\" (Add \"alias = …\", and refer to an instance by its \
           key: aws.by_region[\"eu-west-1\"].)",
        ],
    );
}

#[test]
fn the_choice_of_an_instance_is_remembered_through_calls() {
    let config = config(
        r#"provider "aws" {
          alias    = "by_region"
          for_each = toset(["a", "b"])
        }
        module "m" {
          source    = "./m"
          for_each  = toset(["a", "b"])
          providers = { aws = aws.by_region[each.key] }
        }
        # FILE m/main.tf
        terraform {
          required_providers { aws = { source = "hashicorp/aws" } }
        }
        resource "aws_vpc" "a" {}"#,
    );
    let (module, resource) = config.resources().next().expect("one resource");
    let choice = config.provider_choice(&module.path, resource).expect("a configuration");
    assert_eq!(choice.key.to_string(), r#"provider["registry.terraform.io/hashicorp/aws"].by_region"#);
    let instance = choice.instance.expect("an instance");
    assert!(instance.module.is_root());
    assert_eq!(instance.call.as_deref(), Some("m"));
    assert_eq!(instance.expression.span.to_string(), "main.tf:8,35-43");
}

#[test]
fn the_instances_of_a_configuration_follow_from_what_is_known_at_once() {
    let found = |for_each: &str, rest: &str, expected: &[&str]| {
        let provider = format!("provider \"aws\" {{\nalias = \"by\"\nfor_each = {for_each}\n}}\n");
        check(&format!("{provider}{rest}"), expected);
    };
    let hint = "(Use variables, locals and functions only)";
    let dynamic = |place: &str| format!("{place} Dynamic value in static context {hint}");
    let all = "variable \"v\" {}\nlocals { \nl = toset([var.v, path.module, terraform.workspace])\n}";
    found("local.l", all, &[]);
    found("toset(keys(var.v))", all, &[]);
    let data = "resource \"terraform_data\" \"d\" {}";
    found("toset([terraform_data.d.id])", data, &[&dynamic("main.tf:3,19-35")]);
    let local = format!("{data}\nlocals {{\nl = [terraform_data.d.id]\n}}");
    found("toset(local.l)", &local, &[&dynamic("main.tf:7,6-22")]);
    let module = "module \"m\" {\nsource = \"./m\"\n}\n# FILE m/main.tf\noutput \"o\" {\nvalue = {}\n}";
    found(
        "module.m.o",
        module,
        &[&format!("main.tf:3,12-22 Module output not supported in static context {hint}")],
    );
    found("module.m", module, &[&dynamic("main.tf:3,12-20")]);
    check(
        "resource \"terraform_data\" \"d\" {}
        module \"m\" {
          source = \"./m\"
          regions = [terraform_data.d.id]
        }
        # FILE m/main.tf
        variable \"regions\" {}
        provider \"aws\" {
          alias = \"by\"
          for_each = toset(var.regions)
        }",
        &[&dynamic("main.tf:4,12-28")],
    );
}

#[test]
fn what_ends_with_its_provider_is_warned_of() {
    let found = |resource: &str, expected: &[&str]| {
        let text = format!(
            "variable \"v\" {{}}
            provider \"aws\" {{
              alias = \"by\"
              for_each = toset(var.v)
            }}
            resource \"aws_vpc\" \"a\" {{
              for_each = {resource}
              provider = aws.by[each.key]
            }}"
        );
        check(&text, expected);
    };
    let warned = |place: &str| {
        format!(
            "{place} Provider configuration for_each matches resource (Let the provider have all elements and the \
             rest a part of them, so that elements can go in two steps)"
        )
    };
    found("toset(var.v)", &[&warned("main.tf:7,12-24")]);
    found("(toset(var.v))", &[&warned("main.tf:7,12-26")]);
    found("toset([for it in var.v : it])", &[]);
    found("toset([])", &[]);
}
