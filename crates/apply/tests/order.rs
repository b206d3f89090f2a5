//! The order in which things are done to the cloud.

use rinfra_testkit::Laboratory;

/// Applies two configurations in a row and compares the calls of the second that changed something. The cloud
/// itself refuses to make what hangs on nothing and to delete what something hangs on.
async fn check(before: &str, after: &str, expected: &[&str]) {
    let mut laboratory = Laboratory::new(before);
    laboratory.apply().await.clean();
    laboratory.cloud.take_log();
    laboratory.write("main.tf", after);
    laboratory.apply().await.clean();
    assert_eq!(laboratory.cloud.take_changes(), expected, "{after}");
    let deposed = laboratory.state.instances().any(|(_, _, it)| !it.deposed.is_empty());
    assert!(!deposed, "nothing is left deposed");
    assert_eq!(laboratory.plan().await.actions(), Vec::<String>::new(), "a second plan is empty");
}

/// A thing, one that hangs on it and one that hangs on that.
fn chain(fixed: [&str; 3], extra: [&str; 3]) -> String {
    let parents = ["", "parent = mem_thing.a.id", "parent = mem_thing.b.id"];
    let mut text = String::new();
    for (position, name) in ["a", "b", "c"].iter().enumerate() {
        let (fixed, extra, parent) = (fixed[position], extra[position], parents[position]);
        text += &format!(
            "resource \"mem_thing\" \"{name}\" {{\n name = \"{name}\"\n fixed = \"{fixed}\"\n {parent}\n {extra}\n}}\n"
        );
    }
    text
}

const FIRST: &str = "lifecycle {\n create_before_destroy = true\n}";

#[tokio::test]
async fn creation_follows_references() {
    let all = ["create mem_thing.a", "create mem_thing.b", "create mem_thing.c"];
    check("", &chain(["1"; 3], [""; 3]), &all).await;
}

#[tokio::test]
async fn deletion_goes_backwards() {
    let all = ["delete mem_thing.c", "delete mem_thing.b", "delete mem_thing.a"];
    check(&chain(["1"; 3], [""; 3]), "", &all).await;
}

#[tokio::test]
async fn a_replacement_takes_what_hangs_on_it_with_it_only_where_that_must_be_new() {
    // What hangs on the replaced object is updated to the new one after it was made; the cloud would refuse to
    // delete the old one before, so it is made first here.
    check(
        &chain(["1"; 3], [FIRST, "", ""]),
        &chain(["2", "1", "1"], [FIRST, "", ""]),
        &["create mem_thing.a", "update mem_thing.b", "delete mem_thing.a"],
    )
    .await;
}

#[tokio::test]
async fn replacements_delete_backwards_and_create_forwards() {
    check(
        &chain(["1"; 3], [""; 3]),
        &chain(["2"; 3], [""; 3]),
        &[
            "delete mem_thing.c",
            "delete mem_thing.b",
            "delete mem_thing.a",
            "create mem_thing.a",
            "create mem_thing.b",
            "create mem_thing.c",
        ],
    )
    .await;
}

#[tokio::test]
async fn create_before_destroy_spreads_to_what_it_depends_on() {
    check(
        &chain(["1"; 3], ["", "", FIRST]),
        &chain(["2"; 3], ["", "", FIRST]),
        &[
            "create mem_thing.a",
            "create mem_thing.b",
            "create mem_thing.c",
            "delete mem_thing.c",
            "delete mem_thing.b",
            "delete mem_thing.a",
        ],
    )
    .await;
}

#[tokio::test]
async fn an_orphan_goes_after_its_last_user_let_go_of_it() {
    check(
        &chain(["1"; 3], [""; 3]),
        "resource \"mem_thing\" \"c\" {\n name = \"c\"\n fixed = \"1\"\n}\n",
        &["update mem_thing.c", "delete mem_thing.b", "delete mem_thing.a"],
    )
    .await;
}

#[tokio::test]
async fn a_reference_may_turn_round() {
    let first = "resource \"mem_thing\" \"a\" {\n name = \"a\"\n}\nresource \"mem_thing\" \"b\" {\n name = \"b\"\n note = mem_thing.a.id\n}\n";
    let second = "resource \"mem_thing\" \"a\" {\n name = \"a\"\n note = mem_thing.b.id\n}\nresource \"mem_thing\" \"b\" {\n name = \"b\"\n}\n";
    check(first, second, &["update mem_thing.b", "update mem_thing.a"]).await;
}

#[tokio::test]
async fn what_a_condition_or_a_provider_or_a_module_call_names_comes_first() {
    for after in [
        "resource \"mem_thing\" \"z\" {\n name = \"z\"\n}\nresource \"mem_thing\" \"a\" {\n name = \"a\"\n lifecycle {\n precondition {\n condition = mem_thing.z.id != \"\"\n error_message = \"no\"\n}\n}\n}\n",
        "resource \"mem_thing\" \"z\" {\n name = \"z\"\n}\nresource \"mem_thing\" \"a\" {\n name = \"a\"\n lifecycle {\n postcondition {\n condition = mem_thing.z.id != self.id\n error_message = \"no\"\n}\n}\n}\n",
        "resource \"mem_thing\" \"z\" {\n name = \"z\"\n}\nprovider \"mem\" {\n alias = \"other\"\n account = mem_thing.z.name\n}\nresource \"mem_thing\" \"a\" {\n provider = mem.other\n name = \"a\"\n}\n",
    ] {
        check("", after, &["create mem_thing.z", "create mem_thing.a"]).await;
        check(
            after,
            "provider \"mem\" {\n alias = \"other\"\n account = \"z\"\n}\n",
            &["delete mem_thing.a", "delete mem_thing.z"],
        )
        .await;
    }
    let calling = |call: &str| {
        format!(
            "resource \"mem_thing\" \"z\" {{\n name = \"z\"\n}}\nmodule \"m\" {{\n source = \"./m\"\n {call}\n}}\n"
        )
    };
    for call in ["count = mem_thing.z.name == \"z\" ? 1 : 0", "depends_on = [mem_thing.z]"] {
        let mut laboratory = Laboratory::new(&calling(call));
        laboratory.write("m/main.tf", "resource \"mem_thing\" \"a\" {\n name = \"a\"\n}\n");
        laboratory.apply().await.clean();
        let key = if call.starts_with("count") { "[0]" } else { "" };
        let inner = format!("module.m{key}.mem_thing.a");
        let created = laboratory.cloud.take_changes();
        assert_eq!(created, ["create mem_thing.z".to_owned(), format!("create {inner}")], "{call}");
        laboratory.options.mode = rinfra_change::Mode::Destroy;
        laboratory.apply().await.clean();
        let deleted = laboratory.cloud.take_changes();
        assert_eq!(deleted, [format!("delete {inner}"), "delete mem_thing.z".to_owned()], "{call}");
    }
}

#[tokio::test]
async fn everything_is_destroyed_even_where_the_state_has_a_circle() {
    let mut laboratory = Laboratory::new(&chain(["1"; 3], [""; 3]).replace("parent", "note"));
    laboratory.apply().await.clean();
    let (a, c) = ("mem_thing.a".parse().expect("an address"), "mem_thing.c".parse().expect("an address"));
    let provider = laboratory.state.provider(&a).expect("a provider");
    let mut object = laboratory.state.current(&a).expect("a").clone();
    object.dependencies = laboratory.state.current(&c).expect("c").dependencies.clone();
    laboratory.state.set_current(&a, &provider, object);
    laboratory.options.mode = rinfra_change::Mode::Destroy;
    laboratory.apply().await.clean();
    assert!(laboratory.state.resources.is_empty());
}
