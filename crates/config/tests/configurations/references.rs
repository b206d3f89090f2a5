//! What refers to what, and what leads nowhere.

use crate::support::{config, findings, shown};
use rinfra_addr::InstanceKey;

fn check(text: &str, expected: &[&str]) {
    assert_eq!(findings(text), expected, "{text}");
}

#[test]
fn undeclared_names_are_reported_with_a_suggestion() {
    check(
        "variable \"region\" { default = 1 }\nlocals { a = var.regoin }",
        &["main.tf:2,14-24 Reference to undeclared input variable (Did you mean \"region\"?)"],
    );
    check(
        "locals { a = var.x }",
        &["main.tf:1,14-19 Reference to undeclared input variable \
           (This variable can be declared with a variable \"x\" {} block.)"],
    );
    check(
        "locals { name = 1 }\nlocals { b = local.nmae }",
        &["main.tf:2,14-24 Reference to undeclared local value (Did you mean \"name\"?)"],
    );
    check(
        "data \"aws_vpc\" \"main\" {}\nlocals { a = aws_vpc.main.id }",
        &["main.tf:2,14-26 Reference to undeclared resource (Did you mean data.aws_vpc.main?)"],
    );
    check(
        "resource \"aws_vpc\" \"main\" {}\nlocals { a = aws_vpc.mian.id }",
        &["main.tf:2,14-26 Reference to undeclared resource (Did you mean \"aws_vpc.main\"?)"],
    );
    check("locals { a = module.nope.x }", &["main.tf:1,14-27 Reference to undeclared module"]);
    check(
        "module \"m\" { source = \"./m\" }\nlocals { a = module.m.ip }\n# FILE m/x.tf\noutput \"id\" { value \
         = 1 }",
        &["main.tf:2,22-25 Unsupported attribute (Did you mean \"id\"?)"],
    );
    check(
        "locals { a = path.modul }",
        &["main.tf:1,14-24 Invalid \"path\" attribute (Did you mean \"module\"?)"],
    );
}

#[test]
fn instances_have_texts_or_whole_numbers_for_keys() {
    let key = "Invalid index key";
    check("locals { a = foo.bar[1.5] }", &[&format!("main.tf:1,21-26 {key}")]);
    check("locals { a = data.foo.bar[null].x }", &[&format!("main.tf:1,26-32 {key}")]);
    check("locals { a = module.m[true] }", &[&format!("main.tf:1,22-28 {key}")]);
    check("locals { a = module.m[0][0] }", &["main.tf:1,25-28 Invalid reference"]);
    check("locals { a = foo.bar[\"\"] }", &["main.tf:1,14-25 Reference to undeclared resource"]);
}

#[test]
fn bound_names_are_no_references() {
    check("locals { a = [for var in [1] : var] }", &[]);
    check("resource \"a_b\" \"c\" {\ndynamic \"x\" {\nfor_each = [1]\ncontent { y = x.value }\n}\n}", &[]);
}

#[test]
fn keys_and_self_mean_something_in_their_places_only() {
    check(
        r#"resource "a_b" "counted" {
          count = 1
          x     = count.index
          y     = each.key
        }
        resource "a_b" "each" {
          for_each = { a = each.key }
          x        = each.value
          y        = count.index
        }
        resource "a_b" "self" {
          x = self.id
          provisioner "local-exec" { command = self.id }
        }"#,
        &[
            "main.tf:4,9-17 Reference to \"each\" in context without for_each",
            "main.tf:7,18-26 Reference to \"each\" in context without for_each",
            "main.tf:9,12-23 Reference to \"count\" in non-counted context",
            "main.tf:12,5-9 Invalid \"self\" reference",
        ],
    );
}

#[test]
fn repeated_resources_are_referred_to_by_instance() {
    check(
        r#"resource "a_b" "many" { count = 2 }
        resource "a_b" "one" {}
        locals {
          whole   = a_b.many
          first   = a_b.many[0].id
          all     = a_b.many[*].id
          missing = a_b.many.id
          extra   = a_b.one[0].id
          index   = a_b.many[local.i].id
          i       = 1
        }"#,
        &[
            "main.tf:7,11-19 Missing resource instance key",
            "main.tf:8,11-21 Unexpected resource instance key",
        ],
    );
}

#[test]
fn arguments_of_modules_must_fit() {
    check(
        r#"module "m" {
          source = "./m"
          nmae   = 1
        }
        # FILE m/main.tf
        variable "name" {}"#,
        &[
            "main.tf:1,12-13 Missing required argument",
            "main.tf:3,1-5 Unsupported argument (Did you mean \"name\"?)",
        ],
    );
}

#[test]
fn names_in_arguments_belong_to_the_caller() {
    check(
        r#"locals { outer = 1 }
        module "m" {
          source = "./m"
          a      = local.outer
          b      = local.inner
        }
        # FILE m/main.tf
        variable "a" {}
        variable "b" {}
        locals {
          inner = local.outer
        }"#,
        &[
            "m/main.tf:4,9-20 Reference to undeclared local value",
            "main.tf:5,10-21 Reference to undeclared local value",
        ],
    );
}

#[test]
fn cycles_are_printed_whole() {
    check(
        "locals {\na = local.b\nb = a_b.c.id\n}\nresource \"a_b\" \"c\" { x = local.a }",
        &["Cycle: local.a (expand), local.b (expand), a_b.c"],
    );
    check(
        r#"module "a" {
          source = "./m"
          i      = module.b.o
        }
        module "b" {
          source = "./m"
          i      = module.a.o
        }
        # FILE m/main.tf
        variable "i" {}
        output "o" { value = var.i }"#,
        &["Cycle: module.a.var.i (expand), module.b.output.o (expand), module.b.var.i (expand), \
           module.a.output.o (expand)"],
    );
    let config = config("locals {\na = local.b\nb = local.a\n}");
    let detail = config.check().structure.iter().next().unwrap().detail.clone();
    assert!(detail.contains("local.b (expand) (declared at main.tf:3,1-12)"), "{detail}");
}

#[test]
fn modules_depend_on_what_they_are_told_to() {
    let config = config(
        r#"locals { n = 1 }
        resource "a_b" "first" {}
        module "m" {
          source     = "./m"
          count      = local.n
          depends_on = [a_b.first]
        }
        output "all" { value = module.m }
        output "one" { value = module.m[0].o }
        # FILE m/main.tf
        resource "a_b" "inner" {}
        output "o" { value = 1 }"#,
    );
    let graph = config.references();
    let dependencies = |name: &str| {
        let node = graph.nodes().find(|it| it.to_string() == name).unwrap();
        graph.dependencies(node).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let provider = "provider[\"registry.terraform.io/hashicorp/a\"]";
    assert_eq!(dependencies("module.m (expand)"), ["local.n (expand)", "a_b.first"]);
    assert_eq!(dependencies("module.m.a_b.inner"), [provider, "module.m (expand)"]);
    assert_eq!(dependencies("output.all (expand)"), ["module.m (close)"]);
    assert_eq!(dependencies("output.one (expand)"), ["module.m.output.o (expand)"]);
    assert!(graph.order().is_ok());
}

#[test]
fn an_instance_may_refer_to_its_siblings_but_not_to_itself() {
    let config = config("resource \"a_b\" \"c\" {\ncount = 2\nx = a_b.c[0].id\n}");
    let resource = config.root().resources.values().next().unwrap();
    assert_eq!(
        shown(&resource.self_references(&InstanceKey::Int(0))),
        ["main.tf:3,5-13 Self-referential block"]
    );
    assert_eq!(shown(&resource.self_references(&InstanceKey::Int(1))), Vec::<String>::new());
}

#[test]
fn triggers_are_looked_up_when_planning() {
    let config = config("resource \"a_b\" \"c\" {\nlifecycle {\nreplace_triggered_by = [a_b.nope]\n}\n}");
    let findings = config.check();
    let planning: Vec<String> = findings.planning.values().flat_map(shown).collect();
    assert_eq!(planning, ["main.tf:3,25-33 Reference to undeclared resource"]);
    assert!(findings.into_diagnostics().is_empty());
}
