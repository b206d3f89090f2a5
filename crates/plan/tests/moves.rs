//! What becomes of what the state holds when the configuration gives it another address.

use rinfra_provider::ErrorClass;
use rinfra_testkit::Laboratory;
use rinfra_testkit::laboratory::{actions, warnings};
use rinfra_testkit::memory_provider::Call;
use rinfra_value::Value;

/// Applies one configuration and compares the plan of another one, which a second plan then finds done.
async fn check(before: &str, after: &str, expected: &[&str]) {
    let mut laboratory = Laboratory::new(before);
    laboratory.write("m/main.tf", &thing("it", ""));
    laboratory.apply().await.clean();
    laboratory.write("main.tf", after);
    let plan = laboratory.plan().await.expect();
    assert_eq!(actions(&plan), expected, "{after}");
    assert!(plan.has_changes());
    laboratory.apply().await.clean();
    let plan = laboratory.plan().await.expect();
    assert_eq!(actions(&plan), Vec::<String>::new(), "{after}");
    assert!(!plan.has_changes());
}

/// Compares the errors of a plan.
async fn refuses(configuration: &str, expected: &[&str]) {
    let laboratory = Laboratory::new(configuration);
    assert_eq!(laboratory.plan().await.errors(), expected, "{configuration}");
}

fn thing(name: &str, arguments: &str) -> String {
    format!("resource \"mem_thing\" \"{name}\" {{\n {arguments}\n}}\n")
}

fn module(name: &str, arguments: &str) -> String {
    format!("module \"{name}\" {{\n source = \"./m\"\n {arguments}\n}}\n")
}

fn moved(from: &str, to: &str) -> String {
    format!("moved {{\n from = {from}\n to = {to}\n}}\n")
}

fn is(from: &str, to: &str) -> String {
    moved(&format!("mem_thing.{from}"), &format!("mem_thing.{to}"))
}

#[tokio::test]
async fn a_moved_object_is_kept_and_its_old_address_told() {
    for (before, after, expected) in [
        (thing("a", ""), thing("b", "") + &is("a", "b"), vec!["mem_thing.b: no-op, was mem_thing.a"]),
        (
            thing("a", "size = 1"),
            thing("b", "size = 2") + &is("a", "b"),
            vec!["mem_thing.b: update, was mem_thing.a"],
        ),
        (
            thing("a", "fixed = \"1\""),
            thing("b", "fixed = \"2\"") + &is("a", "b"),
            vec!["mem_thing.b: delete then create, replace_because_cannot_update, was mem_thing.a"],
        ),
        (
            thing("a", ""),
            is("a", "b"),
            vec!["mem_thing.b: delete, delete_because_no_move_target, was mem_thing.a"],
        ),
        (
            thing("a", ""),
            thing("c", "") + &is("b", "c") + &is("a", "b"),
            vec!["mem_thing.c: no-op, was mem_thing.a"],
        ),
        (
            thing("a", "") + &thing("b", ""),
            thing("c", "") + &thing("b", "") + &is("b", "c") + &is("a", "b"),
            vec![],
        ),
    ] {
        if expected.is_empty() {
            refuses(&after, &["Moved object still exists"]).await;
        } else {
            check(&before, &after, &expected).await;
        }
    }
}

#[tokio::test]
async fn instances_get_other_keys() {
    let each = "for_each = toset([\"x\", \"y\"])";
    for (before, after, expected) in [
        ("", thing("a", "count = 1"), vec!["mem_thing.a[0]: no-op, was mem_thing.a"]),
        ("count = 1", thing("a", ""), vec!["mem_thing.a: no-op, was mem_thing.a[0]"]),
        (
            "count = 2",
            thing("a", "") + &is("a[1]", "a"),
            vec![
                "mem_thing.a: no-op, was mem_thing.a[1]",
                "mem_thing.a[0]: delete, delete_because_wrong_repetition",
            ],
        ),
        (
            "count = 2",
            thing("a", each) + &is("a[0]", "a[\"x\"]") + &is("a[1]", "a[\"y\"]"),
            vec![
                "mem_thing.a[\"x\"]: no-op, was mem_thing.a[0]",
                "mem_thing.a[\"y\"]: no-op, was mem_thing.a[1]",
            ],
        ),
        (
            each,
            thing("b", each) + &is("a", "b"),
            vec![
                "mem_thing.b[\"x\"]: no-op, was mem_thing.a[\"x\"]",
                "mem_thing.b[\"y\"]: no-op, was mem_thing.a[\"y\"]",
            ],
        ),
    ] {
        check(&thing("a", before), &after, &expected).await;
    }
}

#[tokio::test]
async fn modules_take_along_what_is_in_them() {
    let to_module = moved("mem_thing.a", "module.m[1].mem_thing.it");
    for (before, after, expected) in [
        (
            module("m", ""),
            module("n", "") + &moved("module.m", "module.n"),
            vec!["module.n.mem_thing.it: no-op, was module.m.mem_thing.it"],
        ),
        (
            module("m", ""),
            module("m", "count = 1") + &moved("module.m", "module.m[0]"),
            vec!["module.m[0].mem_thing.it: no-op, was module.m.mem_thing.it"],
        ),
        (
            thing("a", ""),
            module("m", "count = 2") + &to_module,
            vec!["module.m[0].mem_thing.it: create", "module.m[1].mem_thing.it: no-op, was mem_thing.a"],
        ),
        (
            module("m", ""),
            thing("a", "") + &moved("module.m.mem_thing.it", "mem_thing.a"),
            vec!["mem_thing.a: no-op, was module.m.mem_thing.it"],
        ),
    ] {
        check(&before, &after, &expected).await;
    }
}

#[tokio::test]
async fn a_statement_in_a_module_holds_for_all_its_instances() {
    let mut laboratory = Laboratory::new(&module("m", "count = 2"));
    laboratory.write("m/main.tf", &thing("a", ""));
    laboratory.apply().await.clean();
    laboratory.write("m/main.tf", &(thing("b", "") + &is("a", "b")));
    assert_eq!(
        laboratory.plan().await.actions(),
        [
            "module.m[0].mem_thing.b: no-op, was module.m[0].mem_thing.a",
            "module.m[1].mem_thing.b: no-op, was module.m[1].mem_thing.a"
        ]
    );
}

#[tokio::test]
async fn moves_that_cannot_be_meant_are_refused() {
    let there = thing("a", "") + &thing("b", "");
    for (configuration, expected) in [
        (there.clone() + &is("a", "b"), vec!["Moved object still exists"]),
        (thing("a", "count = 2") + &thing("b", "") + &is("a[1]", "b"), vec!["Moved object still exists"]),
        (thing("c", "") + &is("a", "c") + &is("b", "c"), vec!["Ambiguous move statements"]),
        (there + &is("x", "a") + &is("x", "b"), vec!["Ambiguous move statements"]),
        (is("a", "b") + &is("b", "a"), vec!["Cyclic dependency in move statements"]),
        (thing("a", "") + &is("a", "a"), vec!["Redundant move statement"]),
        (thing("a", "count = 1") + &is("a[1]", "b"), vec![]),
        (is("a", "b") + &is("a", "b"), vec![]),
    ] {
        refuses(&configuration, &expected).await;
    }
}

#[tokio::test]
async fn what_is_there_already_stays() {
    let mut laboratory = Laboratory::new(&(thing("a", "") + &thing("b", "")));
    laboratory.apply().await.clean();
    laboratory.write("main.tf", &(thing("b", "") + &is("a", "b")));
    let planned = laboratory.plan().await;
    assert_eq!(warnings(&planned.diagnostics), ["Unresolved resource instance address changes"]);
    assert_eq!(planned.actions(), ["mem_thing.a: delete, delete_because_no_resource_config"]);
}

#[tokio::test]
async fn deletions_still_go_in_order_after_a_move() {
    let user = thing("user", "parent = mem_thing.a.id");
    let mut laboratory = Laboratory::new(&(thing("a", "name = \"a\"") + &user));
    laboratory.apply().await.clean();
    laboratory.write("main.tf", &is("a", "b"));
    // The cloud refuses to delete what is still in use.
    laboratory.apply().await.clean();
    assert!(laboratory.state.resources.is_empty());
}

#[tokio::test]
async fn records_outside_the_chosen_regions_do_not_move() {
    let there = |name: &str| thing(name, "region = \"east\"") + &thing("other", "region = \"west\"");
    let mut laboratory = Laboratory::new(&there("a"));
    laboratory.apply().await.clean();
    laboratory.write("main.tf", &(there("b") + &is("a", "b")));
    laboratory.limit(&["west"]);
    assert_eq!(laboratory.plan().await.errors(), ["Moved resource instances outside the chosen Regions"]);
    laboratory.limit(&["east"]);
    assert_eq!(laboratory.plan().await.actions(), ["mem_thing.b: no-op, was mem_thing.a"]);
}

#[tokio::test]
async fn a_data_source_that_got_a_count_is_no_change() {
    let look_up = |arguments: &str| {
        thing("a", "name = \"a\"")
            + &format!("data \"mem_thing\" \"it\" {{\n name = \"a\"\n {arguments}\n}}\n")
    };
    let mut laboratory = Laboratory::new(&thing("a", "name = \"a\""));
    laboratory.apply().await.clean();
    laboratory.write("main.tf", &look_up(""));
    laboratory.apply().await.clean();
    laboratory.write("main.tf", &look_up("count = 1"));
    assert!(!laboratory.plan().await.expect().has_changes());
    laboratory.apply().await.clean();
    assert!(laboratory.state.current(&"data.mem_thing.it[0]".parse().unwrap()).is_some());
}

#[tokio::test]
async fn what_changed_by_itself_is_told_under_both_addresses() {
    let mut laboratory = Laboratory::new(&thing("a", "name = \"a\"\n size = 1"));
    laboratory.apply().await.clean();
    laboratory.cloud.drift("a", "size", Value::number(2));
    let names = thing("c", "name = \"a\"\n size = 1") + &is("b", "c") + &is("a", "b");
    laboratory.write("main.tf", &names);
    let plan = laboratory.plan().await.expect();
    assert_eq!(actions(&plan), ["mem_thing.c: update, was mem_thing.a"]);
    let observed = &plan.observations[0].address;
    assert_eq!(observed.to_string(), "mem_thing.c");
    assert_eq!(plan.origin(observed).to_string(), "mem_thing.a");
}

#[tokio::test]
async fn deposed_objects_come_along() {
    let first = "fixed = \"1\"\n lifecycle {\n create_before_destroy = true\n }";
    let second = first.replace('1', "2");
    let mut laboratory = Laboratory::new(&thing("a", first));
    laboratory.apply().await.clean();
    laboratory.write("main.tf", &thing("a", &second));
    laboratory.cloud.fail(Call::Delete, "mem_thing.a", ErrorClass::AccessDenied);
    assert_eq!(laboratory.apply().await.errors().len(), 1);
    laboratory.write("main.tf", &(thing("b", &second) + &is("a", "b")));
    assert_eq!(
        laboratory.plan().await.actions(),
        ["mem_thing.b (deposed): delete, was mem_thing.a", "mem_thing.b: no-op, was mem_thing.a"]
    );
    laboratory.apply().await.clean();
    assert!(!laboratory.plan().await.expect().has_changes());
}

/// Applies one set of files and compares the moves another one makes.
async fn restructures(before: &[(&str, String)], after: &[(&str, String)], expected: &[&str]) {
    let mut laboratory = Laboratory::new("");
    for (name, text) in before {
        laboratory.write(name, text);
    }
    laboratory.apply().await.clean();
    for (name, text) in after {
        laboratory.write(name, text);
    }
    assert_eq!(laboratory.plan().await.actions(), expected, "{after:?}");
    laboratory.apply().await.clean();
    assert!(!laboratory.plan().await.expect().has_changes(), "{after:?}");
}

fn call(name: &str, source: &str, arguments: &str) -> String {
    format!("module \"{name}\" {{\n source = \"{source}\"\n {arguments}\n}}\n")
}

#[tokio::test]
async fn modules_within_modules_move_with_their_own_moves() {
    let inner = || ("k/main.tf", thing("a", ""));
    let outer = |call: String| ("m/main.tf", call);
    let nested = [("main.tf", module("m", "")), outer(call("k", "../k", "")), inner()];
    for (after, expected) in [
        // The outer call has another name.
        (
            vec![("main.tf", module("n", "") + &moved("module.m", "module.n"))],
            "module.n.module.k.mem_thing.a: no-op, was module.m.module.k.mem_thing.a",
        ),
        // Calls and resource all have other names, each said where it stands.
        (
            vec![
                ("main.tf", module("n", "") + &moved("module.m", "module.n")),
                outer(call("l", "../k", "") + &moved("module.k", "module.l")),
                ("k/main.tf", thing("b", "") + &is("a", "b")),
            ],
            "module.n.module.l.mem_thing.b: no-op, was module.m.module.k.mem_thing.a",
        ),
        // The outer call only gets a key.
        (
            vec![
                ("main.tf", module("m", "count = 1") + &moved("module.m", "module.m[0]")),
                ("k/main.tf", thing("b", "") + &is("a", "b")),
            ],
            "module.m[0].module.k.mem_thing.b: no-op, was module.m.module.k.mem_thing.a",
        ),
        // The inner call gets keys, said from outside.
        (
            vec![
                ("main.tf", module("m", "") + &moved("module.m.module.k", "module.m.module.k[\"x\"]")),
                outer(call("k", "../k", "for_each = toset([\"x\"])")),
            ],
            "module.m.module.k[\"x\"].mem_thing.a: no-op, was module.m.module.k.mem_thing.a",
        ),
        // The resource leaves all modules.
        (
            vec![("main.tf", thing("a", "") + &moved("module.m.module.k.mem_thing.a", "mem_thing.a"))],
            "mem_thing.a: no-op, was module.m.module.k.mem_thing.a",
        ),
        // A module moves, then the resource in it.
        (
            vec![
                (
                    "main.tf",
                    module("n", "")
                        + &moved("module.m", "module.n")
                        + &moved("module.n.module.k.mem_thing.a", "module.n.mem_thing.b"),
                ),
                outer(thing("b", "")),
            ],
            "module.n.mem_thing.b: no-op, was module.m.module.k.mem_thing.a",
        ),
        // The same, with the resource first.
        (
            vec![
                (
                    "main.tf",
                    module("n", "")
                        + &moved("module.m.module.k.mem_thing.a", "module.m.mem_thing.b")
                        + &moved("module.m", "module.n"),
                ),
                outer(thing("b", "")),
            ],
            "module.n.mem_thing.b: no-op, was module.m.module.k.mem_thing.a",
        ),
    ] {
        restructures(&nested, &after, &[expected]).await;
    }
}
