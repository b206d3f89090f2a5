//! Beside what Terraform 1.11.4 printed for the same changes of `terraform_data`.

use std::path::Path as FilePath;

use rinfra_addr::ProviderSource;
use rinfra_change::Action;
use rinfra_state::State;
use rinfra_value::{Path, PathStep, Value, json};
use serde_json::Value as Json;

use crate::fixture::{catalogue, change_of, plan, text};

pub(crate) fn recorded(name: &str) -> String {
    let path = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("tests/terraform").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// Returns an object of `terraform_data` as a JSON plan has it, unknown where it says so.
fn object(known: &Json, unknown: &Json) -> Option<Value> {
    if known.is_null() {
        return None;
    }
    let mut complete = known.clone();
    for name in ["id", "input", "output", "triggers_replace"] {
        if complete.get(name).is_none() {
            complete[name] = Json::Null;
        }
    }
    fill(&mut complete, unknown);
    let is_unknown = |path: &Path| {
        let mut place = unknown;
        for step in path.steps() {
            let next = match step {
                PathStep::Attribute(name) => place.get(&**name),
                PathStep::Index(key) => match key.as_str() {
                    Some(name) => place.get(name),
                    None => key.as_number().and_then(|it| place.get(usize::try_from(it.to_i64()?).ok()?)),
                },
            };
            let Some(next) = next else { return false };
            place = next;
        }
        *place == Json::Bool(true)
    };
    let value = json::decode_implied(&complete);
    Some(value.transform(&mut |path, it| if is_unknown(path) { Value::dynamic() } else { it }))
}

/// Puts nulls where something is unknown: a JSON plan leaves it out.
fn fill(known: &mut Json, unknown: &Json) {
    let Some(places) = unknown.as_object() else { return };
    for (name, place) in places {
        if known.get(name).is_none() {
            known[name] = Json::Null;
        }
        fill(&mut known[name], place);
    }
}

fn action(names: &Json) -> Action {
    let all =
        [Action::Create, Action::Update, Action::Delete, Action::DeleteThenCreate, Action::CreateThenDelete];
    all.into_iter().find(|it| serde_json::json!(it.names()) == *names).unwrap()
}

#[test]
fn changes_look_the_same() {
    let cases: Vec<Json> = serde_json::from_str(&recorded("changes.json")).unwrap();
    assert!(cases.len() > 20);
    for case in &cases {
        let address = case["address"].as_str().unwrap();
        let before = object(&case["before"], &Json::Null);
        let after = object(&case["after"], &case["after_unknown"]);
        let source = ProviderSource::builtin_terraform();
        let plan = plan(vec![change_of(address, &source, action(&case["actions"]), before, after)]);
        let shown = text(&plan);
        let expected: Vec<_> = case["text"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
        assert!(shown.contains(&format!("{}\n", expected.join("\n"))), "{address}: {shown}");

        let json = rinfra_view::plan_json(&plan, &State::new(""), None, &catalogue());
        let change = &json["resource_changes"][0]["change"];
        for member in ["before", "after", "after_unknown", "before_sensitive", "after_sensitive", "actions"] {
            // An unknown value of no known type may become anything; Terraform knew its type.
            if member == "after_sensitive" && !case["after_unknown"].as_object().unwrap().is_empty() {
                continue;
            }
            assert_eq!(change[member], case[member], "{address}: {member}");
        }
    }
}

#[test]
fn a_state_looks_the_same() {
    let state = State::parse(recorded("state.tfstate").as_bytes()).unwrap();
    let catalogue = catalogue();
    let expected: Json = serde_json::from_str(&recorded("state.json")).unwrap();
    assert_eq!(rinfra_view::state_json(&state, &catalogue), expected);
    let text = rinfra_view::state(&state, &catalogue, rinfra_view::Style::plain());
    assert_eq!(text.trim_end(), recorded("state.txt").trim_end());
}
