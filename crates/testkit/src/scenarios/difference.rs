//! Where two results in their normal form differ.

use serde_json::Value;

/// How much of a value is shown.
const SHOWN: usize = 240;

/// Returns every place at which two values differ.
pub(super) fn between(place: &str, expected: &Value, found: &Value) -> Vec<String> {
    match (expected, found) {
        (Value::Object(want), Value::Object(got)) => {
            let names = want.keys().chain(got.keys().filter(|name| !want.contains_key(*name)));
            let one = |name: &String| between(&format!("{place}/{name}"), &expected[name], &found[name]);
            names.flat_map(one).collect()
        }
        (Value::Array(want), Value::Array(got)) if want.len() == got.len() => {
            let pairs = want.iter().zip(got).enumerate();
            pairs.flat_map(|(index, (want, got))| between(&format!("{place}/{index}"), want, got)).collect()
        }
        _ if expected == found => Vec::new(),
        _ => vec![format!("{place}: {} expected, {} found", shown(expected), shown(found))],
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= SHOWN { text } else { text.chars().take(SHOWN).chain("…".chars()).collect() }
}
