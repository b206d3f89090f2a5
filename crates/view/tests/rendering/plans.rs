//! Whole plans: headlines, reasons, drift, outputs, and their JSON.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use rinfra_change::{Action, Mode, Observation, OutputChange, Plan, Reason, ResourceChange};
use rinfra_provider::Region;
use rinfra_state::State;
use rinfra_value::{Path, Type, Value};
use serde_json::json;

use crate::fixture::{catalogue, change, house, in_region, plan, text};

pub(crate) fn simple(name: &str) -> Value {
    house(json!({"id": "h", "name": name}))
}

pub(crate) fn at(change: ResourceChange, address: &str) -> ResourceChange {
    ResourceChange { address: address.parse().unwrap(), ..change }
}

/// One change of every kind.
pub(crate) fn varied() -> Plan {
    let (one, other) = (|| Some(simple("one")), || Some(simple("other")));
    let replaced = || change(Action::DeleteThenCreate, one(), other());
    let gone = |reason| ResourceChange { reason: Some(reason), ..change(Action::Delete, one(), None) };
    let because = |change, reason| ResourceChange { reason: Some(reason), ..change };
    plan(vec![
        in_region(at(change(Action::Create, None, one()), "house.created"), "us-east-1"),
        in_region(at(change(Action::Update, one(), other()), "house.updated"), "eu-west-1"),
        in_region(at(change(Action::NoOp, one(), one()), "house.kept"), "eu-west-1"),
        in_region(
            ResourceChange {
                previous_address: Some("house.old".parse().unwrap()),
                ..at(change(Action::NoOp, one(), one()), "house.moved")
            },
            "global",
        ),
        ResourceChange {
            previous_address: Some("house.old[0]".parse().unwrap()),
            ..at(change(Action::Update, one(), other()), "house.moved_and_updated")
        },
        ResourceChange {
            replace_paths: vec![Path::root().attribute("name")],
            ..in_region(
                at(because(replaced(), Reason::ReplaceBecauseCannotUpdate), "house.replaced"),
                "global",
            )
        },
        at(because(replaced(), Reason::ReplaceBecauseTainted), "house.tainted"),
        at(because(replaced(), Reason::ReplaceByRequest), "house.requested"),
        at(because(replaced(), Reason::ReplaceByTriggers), "house.triggered"),
        at(change(Action::CreateThenDelete, one(), other()), "module.m[\"a\"].house.first"),
        at(gone(Reason::DeleteBecauseNoResourceConfig), "house.gone"),
        at(gone(Reason::DeleteBecauseNoModule), "module.m[1].house.gone"),
        at(gone(Reason::DeleteBecauseCountIndex), "house.gone[3]"),
        at(gone(Reason::DeleteBecauseEachKey), "house.gone[\"k\"]"),
        at(gone(Reason::DeleteBecauseWrongRepetition), "house.single"),
        at(gone(Reason::DeleteBecauseWrongRepetition), "house.counted[0]"),
        at(gone(Reason::DeleteBecauseWrongRepetition), "house.keyed[\"k\"]"),
        ResourceChange {
            deposed: Some("0badcafe".to_owned()),
            ..at(change(Action::Delete, one(), None), "house.deposed")
        },
        at(change(Action::Forget, one(), None), "house.forgotten"),
        at(
            ResourceChange {
                reason: Some(Reason::DeleteBecauseNoMoveTarget),
                previous_address: Some("house.before".parse().unwrap()),
                ..change(Action::Delete, one(), None)
            },
            "house.nowhere",
        ),
        at(
            ResourceChange { importing: Some("h".to_owned()), ..change(Action::NoOp, one(), one()) },
            "house.imported",
        ),
        at(
            ResourceChange { importing: Some("h".to_owned()), ..change(Action::Update, one(), other()) },
            "house.imported_and_updated",
        ),
        at(
            because(change(Action::Read, one(), other()), Reason::ReadBecauseConfigUnknown),
            "data.house.config",
        ),
        at(
            because(change(Action::Read, None, other()), Reason::ReadBecauseDependencyPending),
            "data.house.dependency",
        ),
    ])
}

pub(crate) fn outputs() -> BTreeMap<String, OutputChange> {
    let change = |action, before: Option<Value>, after: Option<Value>| OutputChange {
        action,
        before,
        after,
        sensitive: false,
    };
    let text = |it: &str| Some(Value::string(it));
    let list = |it: &[&str]| Some(Value::tuple(it.iter().map(|it| Value::string(*it)).collect()));
    let changes = [
        ("a", change(Action::Create, None, text("x"))),
        ("changed", change(Action::Update, text("x"), text("y"))),
        ("gone", change(Action::Delete, text("x"), None)),
        ("kept", change(Action::NoOp, text("x"), text("x"))),
        ("list", change(Action::Update, list(&["a", "b", "c"]), list(&["a", "x", "c"]))),
        ("null", change(Action::Update, text("x"), Some(Value::dynamic_null()))),
        ("secret", OutputChange { sensitive: true, ..change(Action::Update, text("s3cret"), text("hush")) }),
        ("unknown", change(Action::Create, None, Some(Value::tuple(vec![Value::unknown(Type::String)])))),
        ("was_known", change(Action::Update, list(&["a"]), Some(Value::dynamic()))),
    ];
    changes.into_iter().map(|(name, it)| (name.to_owned(), it)).collect()
}

#[test]
fn every_kind_of_change_has_its_headline() {
    assert_snapshot!(text(&varied()));
}

#[test]
fn outputs_change_beside_resources_and_alone() {
    let resources = vec![change(Action::Create, None, Some(simple("one")))];
    assert_snapshot!("outputs_beside_resources", text(&Plan { outputs: outputs(), ..plan(resources) }));
    let alone = text(&Plan { outputs: outputs(), ..plan(Vec::new()) });
    assert!(!alone.contains("s3cret") && !alone.contains("Plan:"), "{alone}");
    assert_snapshot!("outputs_alone", alone);
}

#[test]
fn nothing_to_do_is_said() {
    assert_snapshot!("no_changes", text(&plan(Vec::new())));
    let refreshed = Plan { mode: Mode::RefreshOnly, ..plan(Vec::new()) };
    assert_snapshot!("nothing_to_record", text(&refreshed));
    assert_snapshot!("nothing_to_destroy", text(&Plan { mode: Mode::Destroy, ..plan(Vec::new()) }));
    let regions = ["us-east-1", "eu-west-1"].map(Region::new).into();
    assert_snapshot!("no_changes_in_some_regions", text(&Plan { regions, ..plan(Vec::new()) }));
}

#[test]
fn what_others_changed_is_told() {
    let observation = |address: &str, after: Option<Value>| Observation {
        address: address.parse().unwrap(),
        deposed: None,
        before: simple("one"),
        after,
        schema_version: 1,
    };
    let observations = vec![
        observation("house.changed", Some(simple("two"))),
        observation("house.deleted", None),
        observation("house.untouched", Some(simple("two"))),
    ];
    let only = Plan { mode: Mode::RefreshOnly, observations: observations.clone(), ..plan(Vec::new()) };
    assert_snapshot!("only_what_others_changed", text(&Plan { outputs: outputs(), ..only }));
    let back = change(Action::Update, Some(simple("two")), Some(simple("one")));
    let text = text(&Plan { observations, ..plan(vec![at(back, "house.changed")]) });
    assert!(!text.contains("house.untouched"), "{text}");
    assert_snapshot!(text);
}

#[test]
fn colours_are_only_added() {
    let plan = Plan { outputs: outputs(), ..varied() };
    let coloured = rinfra_view::plan(&plan, &catalogue(), rinfra_view::Style { colour: true });
    let mut bare = String::new();
    for (position, part) in coloured.split('\u{1b}').enumerate() {
        bare.push_str(if position == 0 { part } else { part.split_once('m').unwrap().1 });
    }
    assert_ne!(coloured, bare);
    assert_eq!(bare, text(&plan));
}

#[test]
fn plans_have_a_form_for_programs() {
    let observations = vec![Observation {
        address: "house.changed".parse().unwrap(),
        deposed: None,
        before: simple("one"),
        after: Some(simple("two")),
        schema_version: 1,
    }];
    let variables = BTreeMap::from([("v".to_owned(), Value::number(1))]);
    let plan = Plan { outputs: outputs(), observations, variables, ..varied() };
    assert_snapshot!(format!(
        "{:#}",
        rinfra_view::plan_json(&plan, &State::new("lineage"), None, &catalogue())
    ));
}
