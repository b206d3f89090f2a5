//! How one object changes, for every shape a schema has.

use insta::assert_snapshot;
use rinfra_change::{Action, ResourceChange};
use rinfra_value::{Marks, Path, Value};
use serde_json::{Value as Json, json};

use crate::fixture::{change, house, plan, text};

fn updated(before: Json, after: Json) -> String {
    text(&plan(vec![change(Action::Update, Some(house(before)), Some(house(after)))]))
}

fn created(after: Json) -> String {
    text(&plan(vec![change(Action::Create, None, Some(house(after)))]))
}

fn destroyed(before: Json) -> String {
    text(&plan(vec![change(Action::Delete, Some(house(before)), None)]))
}

/// A house with something of everything.
fn full() -> Json {
    json!({
        "id": "h-1", "name": "home", "height": 7.5, "lit": true, "text": "one\ntwo\n", "keys": ["a", "b"],
        "guests": ["x", "y"], "tags": {"Name": "n", "a b": ""}, "code": "1234",
        "rules": [{"port": 80, "note": "", "hosts": []}, {"port": 443, "note": null, "hosts": ["h"]}],
        "any": {"value": {"k": [1, null]}, "type": ["object", {"k": ["tuple", ["number", "dynamic"]]}]},
        "door": {"colour": "red", "width": 1},
        "garden": {"colour": "green", "width": null},
        "floor": [
            {"name": "ground", "note": null, "window": [{"colour": "a", "width": 1}]},
            {"name": "first", "note": "n", "window": []}
        ],
        "window": [{"colour": "w", "width": 2}],
        "gate": {"north": {"colour": "n", "width": 1}, "so uth": {"colour": null, "width": 2}}
    })
}

#[test]
fn everything_comes() {
    assert_snapshot!(created(full()));
}

#[test]
fn everything_goes() {
    assert_snapshot!(destroyed(full()));
}

#[test]
fn what_is_unknown_comes() {
    assert_snapshot!(created(json!({
        "id": "(?)", "name": "home", "lit": "(?)", "rules": "(?)", "floor": "(?)", "window": "(?)", "gate": "(?)",
        "door": {"colour": "(?)", "width": 1}, "keys": ["(?)", "k"], "tags": {"a": "(?)"}
    })));
}

#[test]
fn what_was_known_becomes_unknown() {
    let unknown = ["id", "lit", "text", "keys", "guests", "tags", "code", "rules", "floor", "window", "gate"];
    let mut after = full();
    for name in unknown {
        after[name] = json!("(?)");
    }
    assert_snapshot!(updated(full(), after));
}

#[test]
fn blocks_of_every_nesting_change() {
    let mut after = full();
    after["door"]["width"] = json!(2);
    after["garden"] = json!({"colour": null, "width": null});
    after["floor"][0]["window"] = json!([{"colour": "a", "width": 2}, {"colour": "b", "width": 1}]);
    after["floor"].as_array_mut().unwrap().push(json!({"name": "roof", "note": null, "window": []}));
    after["window"] = json!([{"colour": "w", "width": 3}]);
    after["gate"] = json!({"so uth": {"colour": "s", "width": 2}, "west": {"colour": null, "width": null}});
    assert_snapshot!(updated(full(), after));
}

#[test]
fn blocks_come_and_go() {
    let bare = json!({"id": "h-1", "name": "home"});
    assert_snapshot!("blocks_come", updated(bare.clone(), full()));
    assert_snapshot!("blocks_go", updated(full(), bare));
}

#[test]
fn collections_change() {
    let before = json!({
        "id": "h-1", "name": "home", "keys": ["a", "b", "c", "d", "e", "f"], "guests": ["x", "y", "z"],
        "tags": {"a": "1", "b": "2", "c": "3"}
    });
    let same_length = json!({
        "id": "h-1", "name": "home", "keys": ["a", "b", "X", "d", "e", "f"], "guests": ["x", "y", "q"],
        "tags": {"a": "1", "b": "9", "d": "4"}
    });
    let shorter =
        json!({"id": "h-1", "name": "home", "keys": ["a", "c", "d", "f"], "guests": [], "tags": {}});
    assert_snapshot!("collections_of_one_length", updated(before.clone(), same_length));
    assert_snapshot!("collections_shrink", updated(before, shorter));
}

#[test]
fn what_is_pushed_along_in_a_list_stays() {
    let keys = |keys: &[&str]| json!({"id": "h", "name": "n", "keys": keys});
    let check = |name: &str, before: &[&str], after: &[&str]| {
        assert_snapshot!(format!("list_{name}"), updated(keys(before), keys(after)));
    };
    check("shifted", &["a", "b", "c", "d", "e", "f"], &["z", "a", "b", "c", "d", "e"]);
    check("replaced", &["a", "b", "c"], &["x", "y", "z"]);
}

#[test]
fn attributes_written_as_blocks_change() {
    let rule = |port, hosts: &[&str]| json!({"port": port, "note": "", "hosts": hosts});
    let before = json!({"id": "h", "name": "n", "rules": [rule(22, &[]), rule(80, &["a"])]});
    let after = json!({"id": "h", "name": "n", "rules": [rule(22, &[]), rule(81, &["a", "b"])]});
    assert_snapshot!(updated(before, after));
}

#[test]
fn texts_change() {
    let with = |text: &str| json!({"id": "h", "name": "n", "text": text});
    let check = |name: &str, before: &str, after: &str| {
        assert_snapshot!(format!("text_{name}"), updated(with(before), with(after)));
    };
    check("lines", "a\nb\nc\nd\n", "a\nB\nc\nd\ne\n");
    check("end", "a\nb", "a\nb\n");
    check("becomes_lines", "one", "one\ntwo");
    check("comes", "", "x");
    check("goes", "x", "");
    check("json", r#"{"a":1,"b":[1,2],"c":{"d":null}}"#, r#"{"a":1,"b":[1,3],"e":"x\ny"}"#);
    check("json_spelling", r#"{"a":1,"b":2}"#, r#"{ "b": 2, "a": 1 }"#);
    check("json_from_text", "x", "[1]");
    let lines = |changed: &[usize]| {
        let line = |it: usize| format!("{}{it}\n", if changed.contains(&it) { "new " } else { "" });
        (0..40).map(line).collect::<String>()
    };
    check("long", &lines(&[]), &lines(&[12, 17, 36]));
    check("yaml", "a: 1\nb:\n  - x\n  - v\n", "a: 1\nb:\n  - x\n  - w\nc: {d: null}\n");
    check("yaml_comment", "# one\na: 1\n", "# two\na: 1\n");
    check("control", "a", "\u{1b}[31m\nb\r\n\u{7}");
}

#[test]
fn a_replacement_says_why() {
    let before = json!({
        "id": "h-1", "name": "home", "height": 1, "text": "{\"a\":1}", "keys": ["a"], "lit": true, "code": "1",
        "door": {"colour": "red", "width": 1}, "window": [{"colour": "w", "width": 2}]
    });
    let mut after = before.clone();
    after["id"] = json!("(?)");
    after["height"] = json!(2);
    after["text"] = json!("{\"a\":2}");
    after["keys"] = json!(["b"]);
    after["lit"] = json!("(?)");
    after["code"] = json!("2");
    after["door"]["width"] = json!(2);
    after["window"][0]["width"] = json!(3);
    let root = Path::root();
    let replace_paths = ["height", "text", "keys", "lit", "code", "window"].map(|it| root.attribute(it));
    let change = ResourceChange {
        replace_paths: replace_paths.into_iter().chain([root.attribute("door").attribute("width")]).collect(),
        ..change(Action::DeleteThenCreate, Some(house(before)), Some(house(after)))
    };
    assert_snapshot!(text(&plan(vec![change])));
}

#[test]
fn secrets_stay_hidden() {
    let secret =
        |value: Value, name: &str| value.mark_paths(&[(Path::root().attribute(name), Marks::SENSITIVE)]);
    let with = |code: &str, text: &str| house(json!({"id": "h", "name": "n", "code": code, "text": text}));
    let check = |name: &str, before: Value, after: Value| {
        let text = text(&plan(vec![change(Action::Update, Some(before), Some(after))]));
        for hidden in ["s3cret", "hush"] {
            assert!(!text.contains(hidden), "{name}: {text}");
        }
        assert_snapshot!(format!("secret_{name}"), text);
    };
    check("by_schema", with("s3cret", "t"), with("hush", "t"));
    check("becomes_one", with("", "s3cret"), secret(with("", "s3cret"), "text"));
    check("becomes_another_one", with("", "s3cret"), secret(with("", "hush"), "text"));
    check("is_told", secret(with("", "s3cret"), "text"), with("", "hush"));
    let doors = |width: u8| {
        let value = house(json!({"id": "h", "name": "n", "door": {"colour": "s3cret", "width": width}}));
        secret(value, "door")
    };
    check("block", doors(1), doors(2));
}
