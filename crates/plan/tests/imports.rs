//! What exists already and becomes managed.

use rinfra_testkit::Laboratory;
use rinfra_value::{Marks, Value};

/// Returns a project whose cloud holds two things that it does not know: `thing-1` and `thing-2`.
async fn laboratory(configuration: &str) -> Laboratory {
    let mut other = Laboratory::new(
        "resource \"mem_thing\" \"a\" {\n name = \"one\"\n size = 1\n}\n\
         resource \"mem_thing\" \"b\" {\n depends_on = [mem_thing.a]\n name = \"two\"\n size = 2\n}\n",
    );
    other.apply().await.clean();
    let mut laboratory = Laboratory::new(configuration);
    laboratory
        .write("m/main.tf", "variable \"name\" {}\nresource \"mem_thing\" \"in\" {\n name = var.name\n}\n");
    laboratory.cloud = other.cloud;
    laboratory.cloud.take_log();
    laboratory
}

/// Compares a plan, which an apply then leaves nothing of.
async fn check(configuration: &str, expected: &[&str]) {
    let mut laboratory = laboratory(configuration).await;
    assert_eq!(laboratory.plan().await.actions(), expected, "{configuration}");
    laboratory.apply().await.clean();
    let plan = laboratory.plan().await.expect();
    assert!(!plan.has_changes(), "{configuration}");
}

async fn refuses(configuration: &str, expected: &[&str]) {
    assert_eq!(laboratory(configuration).await.plan().await.errors(), expected, "{configuration}");
}

fn thing(arguments: &str) -> String {
    format!("resource \"mem_thing\" \"it\" {{\n {arguments}\n}}\n")
}

fn import(to: &str, id: &str, arguments: &str) -> String {
    format!("import {{\n to = {to}\n id = {id}\n {arguments}\n}}\n")
}

fn one(id: &str) -> String {
    import("mem_thing.it", id, "")
}

const NAMES: &str =
    "locals {\n names = { x = \"one\", y = \"two\" }\n ids = { x = \"thing-1\", y = \"thing-2\" }\n}\n";

#[tokio::test]
async fn an_import_is_followed_by_what_the_configuration_wants() {
    let id = one("\"thing-1\"");
    for (arguments, expected) in [
        ("name = \"one\"\n size = 1", "mem_thing.it: no-op, importing thing-1"),
        ("name = \"one\"\n size = 5", "mem_thing.it: update, importing thing-1"),
        (
            "name = \"one\"\n size = 1\n fixed = \"1\"",
            "mem_thing.it: delete then create, replace_because_cannot_update, importing thing-1",
        ),
        ("name = \"x\"\n lifecycle {\n ignore_changes = all\n }", "mem_thing.it: no-op, importing thing-1"),
    ] {
        check(&(thing(arguments) + &id), &[expected]).await;
    }
}

#[tokio::test]
async fn every_instance_can_be_imported() {
    let both = ["no-op, importing thing-1", "no-op, importing thing-2"];
    let lines = |addresses: [&str; 2]| -> Vec<String> {
        addresses.iter().zip(both).map(|(address, it)| format!("{address}: {it}")).collect()
    };
    let each = "for_each = local.ids";
    for (configuration, addresses) in [
        (
            thing("for_each = local.names\n name = each.value\n size = each.key == \"x\" ? 1 : 2")
                + &import("mem_thing.it[each.key]", "each.value", each),
            ["mem_thing.it[\"x\"]", "mem_thing.it[\"y\"]"],
        ),
        (
            thing("count = 2\n name = values(local.names)[count.index]\n size = count.index + 1")
                + &import("mem_thing.it[each.key]", "each.value", "for_each = values(local.ids)"),
            ["mem_thing.it[0]", "mem_thing.it[1]"],
        ),
        (
            "module \"m\" {\n source = \"./m\"\n for_each = local.names\n name = each.value\n}\n".to_owned()
                + &import("module.m[each.key].mem_thing.in", "each.value", each),
            ["module.m[\"x\"].mem_thing.in", "module.m[\"y\"].mem_thing.in"],
        ),
    ] {
        let mut laboratory = laboratory(&(NAMES.to_owned() + &configuration)).await;
        laboratory.write(
            "m/main.tf",
            "variable \"name\" {}\nresource \"mem_thing\" \"in\" {\n name = var.name\n size = var.name == \"one\" ? 1 : 2\n}\n",
        );
        assert_eq!(laboratory.plan().await.actions(), lines(addresses), "{configuration}");
    }
}

#[tokio::test]
async fn objects_of_one_type_and_region_are_read_together() {
    let configuration = NAMES.to_owned()
        + &thing("for_each = local.names\n name = each.value")
        + &import("mem_thing.it[each.key]", "each.value", "for_each = local.ids");
    let laboratory = laboratory(&configuration).await;
    laboratory.plan().await.expect();
    assert_eq!(laboratory.cloud.take_log(), ["configure main home", "read 2 mem_thing in home"]);
}

#[tokio::test]
async fn what_is_managed_already_is_not_imported() {
    let mut laboratory = laboratory(&(thing("name = \"one\"\n size = 1") + &one("\"thing-1\""))).await;
    laboratory.apply().await.clean();
    laboratory.write("main.tf", &(thing("name = \"one\"\n size = 1") + &one("\"thing-2\"")));
    assert!(!laboratory.plan().await.expect().has_changes());
}

#[tokio::test]
async fn an_id_may_come_from_what_is_known() {
    let known = "data \"mem_thing\" \"one\" {\n name = \"one\"\n}\n".to_owned();
    check(
        &(known + &thing("name = \"one\"\n size = 1") + &one("data.mem_thing.one.id")),
        &["mem_thing.it: no-op, importing thing-1"],
    )
    .await;
    let other = "resource \"mem_thing\" \"other\" {}\n".to_owned();
    refuses(&(other + &thing("") + &one("mem_thing.other.id")), &["Invalid import id argument"]).await;
}

#[tokio::test]
async fn imports_that_lead_nowhere_are_refused() {
    const MISSING: &str = "Configuration for import target does not exist";
    const TO: &str = "Invalid import 'to' expression";
    let it = thing("");
    let counted = thing("count = 1");
    let each = "for_each = toset([\"a\"])";
    for (configuration, expected) in [
        (it.clone() + &one("\"thing-9\""), "mem_thing.it: Cannot import non-existent remote object"),
        (it.clone() + &one("null"), "Invalid import id argument"),
        (it.clone() + &one("\"\""), "Invalid import id argument"),
        (it.clone() + &one("[]"), "Incorrect value type"),
        (one("\"thing-1\""), MISSING),
        (
            counted.clone() + &import("mem_thing.it[1]", "\"thing-1\"", ""),
            "mem_thing.it[1]: Configuration for import target does not exist",
        ),
        (counted.clone() + &one("\"thing-1\""), TO),
        (it.clone() + &import("mem_thing.it[0]", "\"thing-1\"", ""), TO),
        (counted + &import("mem_thing.it[each.key]", "\"thing-1\"", each), TO),
        (it.clone() + &import("mem_thing.it[var.x]", "\"thing-1\"", each), "Unknown variable"),
        (
            it.clone() + &import("mem_thing.it", "\"thing-1\"", "for_each = \"a\""),
            "Invalid for_each argument",
        ),
        (
            "resource \"mem_thing\" \"other\" {}\n".to_owned()
                + &it
                + &import("mem_thing.it", "each.key", "for_each = [mem_thing.other.id]"),
            "Invalid for_each argument",
        ),
    ] {
        refuses(&configuration, &[expected]).await;
    }
}

#[tokio::test]
async fn ephemeral_ids_are_not_kept_and_sensitive_keys_not_shown() {
    for (declaration, marks, import, expected) in [
        ("ephemeral = true", Marks::EPHEMERAL, one("var.id"), "Invalid import id argument"),
        (
            "sensitive = true",
            Marks::SENSITIVE,
            import("mem_thing.it[each.value]", "\"thing-1\"", "for_each = [var.id]"),
            "Invalid index expression",
        ),
    ] {
        let configuration = format!("variable \"id\" {{\n {declaration}\n}}\n") + &thing("") + &import;
        let mut laboratory = laboratory(&configuration).await;
        laboratory.set("id", Value::string("thing-1"));
        assert_eq!(laboratory.plan().await.errors(), [expected], "{marks:?}");
    }
}

#[tokio::test]
async fn an_import_looks_in_the_region_of_its_instance() {
    let mut other =
        Laboratory::new("resource \"mem_thing\" \"a\" {\n name = \"one\"\n region = \"east\"\n}\n");
    other.apply().await.clean();
    let here = |region: &str| thing(&format!("name = \"one\"\n region = \"{region}\"")) + &one("\"thing-1\"");
    let mut laboratory = Laboratory::new(&here("east"));
    laboratory.cloud = other.cloud;
    let plan = laboratory.plan().await.expect();
    let region = plan.changes[0].region.as_ref().map(ToString::to_string);
    assert_eq!(region.as_deref(), Some("east"));
    laboratory.limit(&["west"]);
    assert!(!laboratory.plan().await.expect().has_changes(), "what is elsewhere is left alone");
    laboratory.limit(&[]);
    laboratory.write("main.tf", &here("west"));
    assert_eq!(laboratory.plan().await.errors(), ["mem_thing.it: Cannot import non-existent remote object"]);
    laboratory.write("main.tf", &here("east"));
    laboratory.cloud.cut_off("east");
    assert_eq!(laboratory.plan().await.errors(), ["mem_thing.it: Importing mem_thing failed"]);
}

#[tokio::test]
async fn a_look_up_evaluates_only_what_the_instance_needs() {
    let configuration = NAMES.to_owned()
        + "resource \"mem_thing\" \"wrong\" {\n size = \"much\"\n}\n"
        + &thing("for_each = local.names\n name = each.value\n password = \"p\"");
    let laboratory = laboratory(&configuration).await;
    let (found, diagnostics) = laboratory.look_up("mem_thing.it[\"y\"]", "thing-2").await;
    assert!(diagnostics.is_empty(), "{diagnostics}");
    let value = found.expect("the object").value;
    assert_eq!(value.attribute("name").and_then(Value::as_str), Some("two"));
    assert_eq!(laboratory.cloud.take_log(), ["configure main home", "read 1 mem_thing in home"]);
    for (address, id, expected) in [
        ("mem_thing.it[\"y\"]", "thing-9", "Cannot import non-existent remote object"),
        ("mem_thing.it[\"z\"]", "thing-2", "Configuration for import target does not exist"),
        ("mem_thing.it", "thing-2", "Configuration for import target does not exist"),
        ("mem_thing.other", "thing-2", "Configuration for import target does not exist"),
    ] {
        let (found, diagnostics) = laboratory.look_up(address, id).await;
        let summaries: Vec<_> = diagnostics.iter().map(|it| it.summary.as_str()).collect();
        assert_eq!((found.is_none(), summaries), (true, vec![expected]), "{address}");
    }
}

#[tokio::test]
async fn a_look_up_opens_what_its_provider_needs_and_closes_it() {
    let configuration = "ephemeral \"mem_token\" \"t\" {\n provider = mem.plain\n name = \"t\"\n}\n\
                         provider \"mem\" {\n alias = \"plain\"\n}\n\
                         provider \"mem\" {\n token = ephemeral.mem_token.t.secret\n}\n"
        .to_owned()
        + &thing("name = \"one\"");
    let laboratory = laboratory(&configuration).await;
    let (found, diagnostics) = laboratory.look_up("mem_thing.it", "thing-1").await;
    assert!(found.is_some(), "{diagnostics}");
    let log = laboratory.cloud.take_log();
    assert_eq!(
        log,
        ["configure main home", "open t", "configure main home", "read 1 mem_thing in home", "close t"]
    );
    // An id that is a secret would be kept in the plan.
    let import = one("ephemeral.mem_token.t.secret");
    let secret = "ephemeral \"mem_token\" \"t\" {\n name = \"t\"\n}\n".to_owned() + &thing("") + &import;
    refuses(&secret, &["Invalid import id argument"]).await;
}
