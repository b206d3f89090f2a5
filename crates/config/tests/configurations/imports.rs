//! `import` blocks, as far as their text tells.

use crate::support::{config, findings};

fn check(text: &str, expected: &[&str]) {
    assert_eq!(findings(text), expected, "{text}");
}

#[test]
fn targets_are_known_where_their_text_tells() {
    for (to, resource, constant) in [
        ("a_b.c", "a_b.c", Some("a_b.c")),
        ("a_b.c[0]", "a_b.c", Some("a_b.c[0]")),
        ("module.m[\"k\"].a_b.c[\"x\"]", "module.m.a_b.c", Some("module.m[\"k\"].a_b.c[\"x\"]")),
        ("a_b.c[each.key]", "a_b.c", None),
        ("module.m[each.value.m].module.n.a_b.c[each.key]", "module.m.module.n.a_b.c", None),
        ("resource.a_b.c[\"x-${each.key}\"]", "a_b.c", None),
    ] {
        let config = config(&format!("import {{\nto = {to}\nid = \"x\"\nfor_each = {{}}\n}}"));
        let target = &config.root().imports[0].to;
        assert_eq!(target.resource.to_string(), resource, "{to}");
        assert_eq!(target.constant.as_ref().map(ToString::to_string).as_deref(), constant, "{to}");
    }
}

#[test]
fn addresses_that_are_no_instance_of_a_managed_resource_are_refused() {
    const ADDRESS: &str = "main.tf:2,1-";
    for (to, end, expected) in [
        ("data.a_b.c", 16, vec![]),
        ("\"a_b.c\"", 13, vec!["main.tf:2,6-13 Invalid expression"]),
        ("a_b.c.id", 14, vec!["main.tf:2,11-14 Invalid address"]),
        ("module.m", 14, vec!["main.tf:2,6-14 Invalid address"]),
        ("a_b.c[*]", 14, vec!["main.tf:2,6-14 Invalid expression"]),
        ("upper(a_b.c)", 18, vec!["main.tf:2,6-18 Invalid expression"]),
    ] {
        let managed = format!("{ADDRESS}{end} Invalid import address");
        let mut expected = expected;
        expected.insert(0, managed.as_str());
        let mut found = findings(&format!("import {{\nto = {to}\nid = \"x\"\n}}"));
        found.sort();
        expected.sort_unstable();
        assert_eq!(found, expected, "{to}");
    }
    check("import {\nto = a_b.c[each.key]\nid = \"x\"\n}", &["main.tf:2,6-21 Invalid expression"]);
}

#[test]
fn imports_stand_in_the_root_module_and_lead_to_something() {
    check(
        "import {\nto = a_b.c\nid = \"x\"\n}\nimport {\nto = a_b.c\nid = \"y\"\n}",
        &["main.tf:6,6-11 Duplicate import configuration for \"a_b.c\""],
    );
    check(
        "module \"m\" {\nsource = \"./m\"\n}\n# FILE m/main.tf\nimport {\nto = a_b.c\nid = \"x\"\n}",
        &[
            "m/main.tf:1,1-7 Invalid import configuration (Move it to the root module, and let its address begin with the module)",
        ],
    );
    const MISSING: &str = "Configuration for import target does not exist";
    let module = "module \"m\" {\nsource = \"./m\"\n}\n# FILE m/main.tf\n";
    for (to, module, expected) in [
        ("module.m.a_b.c", "", true),
        ("module.m.a_b.c", module, true),
        ("a_b.c[0]", "", true),
        // A plan could write this block.
        ("a_b.c", "", false),
    ] {
        let text = format!("import {{\nto = {to}\nid = \"x\"\n}}\n{module}");
        let place = format!("main.tf:2,6-{} {MISSING}", to.len() + 6);
        assert_eq!(findings(&text), if expected { vec![place] } else { vec![] }, "{text}");
    }
}

#[test]
fn ids_refer_to_what_there_is() {
    let import = |id: &str| format!("resource \"a_b\" \"c\" {{}}\nimport {{\nto = a_b.c\nid = {id}\n}}");
    check(&import("local.x"), &["main.tf:4,6-13 Reference to undeclared local value"]);
    check(&import("each.key"), &["main.tf:4,6-14 Reference to \"each\" in context without for_each"]);
    check(&import("a_b.c.id"), &["main.tf:4,6-11 Invalid import id argument"]);
    check(&(import("a_b.d.id") + "\nresource \"a_b\" \"d\" {\nx = a_b.c.id\n}"), &["Cycle: a_b.c, a_b.d"]);
}

#[test]
fn the_resource_block_chooses_the_provider() {
    check(
        "resource \"a_b\" \"c\" {}\nimport {\nto = a_b.c\nid = \"x\"\nprovider = a.b\n}\nprovider \"a\" {\nalias = \"b\"\n}",
        &["main.tf:5,1-15 Invalid import provider argument"],
    );
}
