//! Plans for people in a hurry.

use insta::assert_snapshot;
use rinfra_change::{Action, Mode, Observation, Plan, ResourceChange};
use rinfra_value::Path;
use serde_json::json;

use crate::fixture::{change, concise_text, house, in_region, plan};
use crate::plans::{at, outputs, simple, varied};

#[test]
fn every_kind_of_change_has_its_line() {
    assert_snapshot!("concise_plan", concise_text(&Plan { outputs: outputs(), ..varied() }));
}

#[test]
fn only_names_are_told() {
    let before = json!({
        "id": "h-1", "name": "home", "height": 1, "code": "s3cret", "lit": true, "tags": {"a": "s3cret"},
        "door": {"colour": "red", "width": 1}, "window": [{"colour": "w", "width": 2}]
    });
    let after = json!({
        "id": "(?)", "name": "home", "height": 2, "code": "hush", "lit": "(?)", "tags": {"a": "hush"},
        "door": {"colour": "red", "width": 2}, "window": []
    });
    let (before, after) = (house(before), house(after));
    let root = Path::root();
    let replaced = ResourceChange {
        replace_paths: vec![
            root.attribute("height"),
            root.attribute("door").attribute("width"),
            root.attribute("lit"),
        ],
        ..change(Action::DeleteThenCreate, Some(before.clone()), Some(after.clone()))
    };
    let updated = change(Action::Update, Some(before), Some(after));
    let text = concise_text(&plan(vec![
        in_region(at(replaced, "house.replaced"), "us-east-1"),
        at(updated, "module.m[0].house.updated"),
    ]));
    assert!(!text.contains("s3cret") && !text.contains("hush"), "{text}");
    assert_snapshot!("concise_names", text);
}

#[test]
fn what_others_changed_takes_a_line() {
    let observation = |address: &str, after| Observation {
        address: address.parse().unwrap(),
        deposed: None,
        before: simple("one"),
        after,
        schema_version: 1,
    };
    let observations =
        vec![observation("house.changed", Some(simple("two"))), observation("house.deleted", None)];
    let only = Plan { mode: Mode::RefreshOnly, observations, ..plan(Vec::new()) };
    assert_snapshot!("concise_drift", concise_text(&only));
}

#[test]
fn nothing_is_said_as_ever() {
    assert!(concise_text(&plan(Vec::new())).starts_with("No changes. "));
}
