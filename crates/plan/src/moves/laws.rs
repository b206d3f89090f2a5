//! What holds for every state and whatever moves a configuration declares.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::collection::{btree_set, vec};
use proptest::prelude::{Strategy, prop_oneof, proptest};
use rinfra_addr::ResourceInstance;
use rinfra_config::{Config, load};
use rinfra_lang::files::MemoryFiles;
use rinfra_provider::Catalogue;
use rinfra_state::{Object, State};
use serde_json::json;

use super::Moves;

// Few names and keys, so that moves meet.

fn key() -> impl Strategy<Value = String> {
    prop_oneof!["", "\\[[01]\\]", "\\[\"k\"\\]"]
}

fn module() -> impl Strategy<Value = String> {
    ("module\\.[mn]", key()).prop_map(|(name, key)| name + &key)
}

fn around() -> impl Strategy<Value = String> {
    vec(module(), 0..3).prop_map(|modules| modules.into_iter().map(|it| it + ".").collect())
}

fn instance() -> impl Strategy<Value = String> {
    (around(), "x_y\\.[abc]", key()).prop_map(|(around, name, key)| around + &name + &key)
}

fn moved() -> impl Strategy<Value = String> {
    let ends = prop_oneof![
        (instance(), instance()),
        (around(), module(), around(), module())
            .prop_map(|(from_around, from, to_around, to)| (from_around + &from, to_around + &to))
    ];
    ends.prop_map(|(from, to)| format!("moved {{\n from = {from}\n to = {to}\n}}\n"))
}

fn configuration(text: &str) -> Config {
    let files: MemoryFiles = [("main.tf", text)].into_iter().collect();
    let loaded = load(&files, Path::new("."));
    assert!(!loaded.diagnostics.has_errors(), "{text}\n{}", loaded.diagnostics);
    loaded.config
}

/// Returns where each object is.
fn places(state: &State) -> BTreeMap<String, ResourceInstance> {
    let id = |it: &Object| it.attributes.to_json()["id"].as_str().unwrap().to_owned();
    state.instances().map(|(address, _, it)| (id(it.current.as_ref().unwrap()), address)).collect()
}

proptest! {
    #[test]
    fn objects_are_neither_lost_nor_doubled(
        instances in btree_set(instance(), 0..6),
        moved in vec(moved(), 0..6),
        declared in btree_set("x_y\" \"[abc]", 0..3),
        count in "(count = 1)?",
    ) {
        let blocks = declared.iter().map(|it| format!("resource \"{it}\" {{\n {count}\n}}\n"));
        let config = configuration(&blocks.chain(moved).collect::<String>());
        let mut state = State::new("laws");
        let provider = "provider[\"registry.terraform.io/hashicorp/x\"]".parse().unwrap();
        for (number, address) in instances.iter().enumerate() {
            let object = Object::new(0, json!({"id": number.to_string()}));
            state.set_current(&address.parse().unwrap(), &provider, object);
        }
        let before = places(&state);
        let moves = Moves::new(&config, &Catalogue::default(), &state).unwrap();
        let after = places(&moves.state);
        assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
        for (id, address) in &after {
            assert_eq!(moves.origin(address).unwrap_or(address), &before[id], "{id} is at {address}");
        }
        let mut again = state.clone();
        for step in &moves.steps {
            assert!(again.move_instance(&step.from, &step.to), "{} to {}", step.from, step.to);
        }
        assert_eq!(places(&again), after);
    }
}
