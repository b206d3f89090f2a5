//! The operations that change a state.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rinfra_addr::{ProviderConfig, ResourceInstance};
use rinfra_state::{Object, State};
use serde_json::json;

fn address(text: &str) -> ResourceInstance {
    text.parse().unwrap()
}

fn provider() -> ProviderConfig {
    r#"provider["registry.terraform.io/hashicorp/aws"]"#.parse().unwrap()
}

fn object(id: &str) -> Object {
    Object::new(0, json!({"id": id}))
}

/// Everything recorded, as `address = id` and `address (deposed key) = id`.
fn contents(state: &State) -> Vec<String> {
    let mut lines = Vec::new();
    for (address, resource, instance) in state.instances() {
        assert!(!instance.is_empty() && !resource.instances.is_empty(), "an empty shell at {address}");
        for (deposed, object) in instance.objects() {
            let attributes = object.attributes.to_json();
            let id = attributes["id"].as_str().unwrap();
            let deposed = deposed.map_or_else(String::new, |key| format!(" (deposed {key})"));
            lines.push(format!("{address}{deposed} = {id}"));
        }
    }
    assert_eq!(state.resources.is_empty(), lines.is_empty(), "a resource without instances");
    lines
}

#[test]
fn objects_come_and_go() {
    let (a, b) = (address("a_b.c[0]"), address("a_b.c[1]"));
    let mut state = State::new("x");
    state.set_current(&b, &provider(), object("2"));
    state.set_current(&a, &provider(), object("1"));
    state.set_current(&a, &provider(), object("3"));
    assert_eq!(contents(&state), ["a_b.c[0] = 3", "a_b.c[1] = 2"]);
    assert_eq!(state.remove_current(&a), Some(object("3")));
    assert_eq!(state.remove_current(&a), None);
    assert_eq!(contents(&state), ["a_b.c[1] = 2"]);
    assert_eq!(state.remove_current(&b), Some(object("2")));
    assert!(state.is_empty() && contents(&state).is_empty());
}

#[test]
fn a_replaced_object_is_deposed_and_deleted_or_restored() {
    let a = address("module.m[\"k\"].a_b.c");
    let mut state = State::new("x");
    assert!(!state.depose(&a, "00000001"));
    state.set_current(&a, &provider(), object("old"));
    assert!(state.depose(&a, "00000001"));
    assert_eq!(contents(&state), ["module.m[\"k\"].a_b.c (deposed 00000001) = old"]);
    assert!(state.restore_deposed(&a, "00000001"));
    assert!(!state.restore_deposed(&a, "00000001"));
    assert!(state.depose(&a, "00000001"));
    state.set_current(&a, &provider(), object("new"));
    assert!(!state.restore_deposed(&a, "00000001"), "there is a current object");
    assert_eq!(
        contents(&state),
        ["module.m[\"k\"].a_b.c = new", "module.m[\"k\"].a_b.c (deposed 00000001) = old"]
    );
    assert_eq!(state.remove(&a, Some("00000002")), None);
    assert_eq!(state.remove(&a, Some("00000001")), Some(object("old")));
    assert_eq!(contents(&state), ["module.m[\"k\"].a_b.c = new"]);
}

#[test]
fn deposed_keys_are_distinct() {
    let a = address("a_b.c");
    let mut state = State::new("x");
    for key in ["ffffffff", "00000000"] {
        state.put(&a, Some(key), &provider(), object(key));
    }
    let instance = state.instance(&a).unwrap();
    assert_eq!(instance.free_deposed_key(0x00ab_cdef), "00abcdef");
    assert_eq!(instance.free_deposed_key(u32::MAX), "00000001");
}

#[test]
fn instances_move_only_to_free_places() {
    let (a, b, c) = (address("a_b.c"), address("module.m.a_b.c[\"k\"]"), address("a_b.d"));
    let mut state = State::new("x");
    state.set_current(&a, &provider(), object("1"));
    state.put(&a, Some("00000001"), &provider(), object("2"));
    state.set_current(&c, &provider(), object("3"));
    assert!(!state.move_instance(&a, &c), "the place is taken");
    assert!(!state.move_instance(&b, &a), "there is nothing");
    assert!(state.move_instance(&a, &b));
    assert_eq!(
        contents(&state),
        ["a_b.d = 3", "module.m.a_b.c[\"k\"] = 1", "module.m.a_b.c[\"k\"] (deposed 00000001) = 2"]
    );
    assert_eq!(state.provider(&b), Some(provider()));
    assert!(state.remove_instance(&b).is_some());
    assert_eq!(contents(&state), ["a_b.d = 3"]);
}

#[test]
fn content_is_what_matters_not_who_wrote_it_or_when() {
    let state = State::new("x");
    let check = |same: bool, change: &dyn Fn(&mut State)| {
        let mut other = state.clone();
        change(&mut other);
        assert_eq!(state.same_content(&other), same);
    };
    check(true, &|_| {});
    check(true, &|it| it.serial = 7);
    check(true, &|it| it.terraform_version = "1.0.0".to_owned());
    check(false, &|it| it.lineage = "y".to_owned());
    check(false, &|it| it.check_results = Some(Vec::new()));
    check(false, &|it| it.set_current(&address("a_b.c"), &provider(), object("1")));
}

#[test]
fn what_depends_on_something_that_moved_says_its_new_name() {
    let check = |moves: &[(&str, &str)], stays: &[&str], before: &[&str], expected: &[&str]| {
        let mut state = State::new("x");
        let user = address("a_b.user");
        let dependencies = before.iter().map(|it| it.parse().unwrap()).collect();
        state.set_current(&user, &provider(), Object { dependencies, ..object("u") });
        for there in stays.iter().copied().chain(moves.iter().map(|it| it.1)) {
            state.set_current(&address(there), &provider(), object("x"));
        }
        let moves: Vec<_> = moves.iter().map(|(from, to)| (address(from), address(to))).collect();
        let changed = state.follow_moves(moves.iter().map(|(from, to)| (from, to)));
        assert_eq!(changed.contains(&user), before != expected);
        let after = &state.current(&user).unwrap().dependencies;
        assert_eq!(after.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    };
    check(&[("a_b.c", "a_b.d")], &[], &["a_b.c", "a_b.z"], &["a_b.d", "a_b.z"]);
    check(&[("a_b.c", "a_b.d"), ("a_b.d", "a_b.e")], &[], &["a_b.c"], &["a_b.e"]);
    check(&[("a_b.c", "module.m[0].a_b.c")], &[], &["a_b.c"], &["module.m.a_b.c"]);
    check(&[("a_b.c[0]", "a_b.d")], &["a_b.c[1]"], &["a_b.c"], &["a_b.c", "a_b.d"]);
    check(&[("a_b.c[0]", "a_b.c[\"x\"]")], &[], &["a_b.c"], &["a_b.c"]);
    check(&[("a_b.c", "a_b.d")], &[], &["a_b.z"], &["a_b.z"]);
}
