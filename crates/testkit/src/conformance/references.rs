use std::collections::BTreeMap;

use rinfra_value::{Value, json};
use serde_json::Value as Json;

/// What references lead to, by name.
#[derive(Clone, Default)]
pub(super) struct References(BTreeMap<String, Json>);

impl References {
    pub(super) fn add(&mut self, name: &str, object: &Value) {
        self.0.insert(name.to_owned(), json::encode(object).expect("a known object"));
    }

    /// Returns a value in which every `${name.attribute}` is what it leads to.
    pub(super) fn resolved(&self, given: &Json) -> Json {
        match given {
            Json::String(text) => self.text(text),
            Json::Array(all) => all.iter().map(|it| self.resolved(it)).collect(),
            Json::Object(all) => all.iter().map(|(name, it)| (name.clone(), self.resolved(it))).collect(),
            other => other.clone(),
        }
    }

    fn text(&self, text: &str) -> Json {
        let mut resolved = String::new();
        let mut rest = text;
        while let Some((before, reference)) = rest.split_once("${") {
            let (reference, after) = reference.split_once('}').expect(text);
            let value = self.value(reference);
            if before.is_empty() && resolved.is_empty() && after.is_empty() {
                return value;
            }
            resolved += before;
            resolved += value.as_str().unwrap_or_else(|| panic!("{reference} is no text: {value}"));
            rest = after;
        }
        Json::String(resolved + rest)
    }

    fn value(&self, reference: &str) -> Json {
        let mut parts = reference.split('.');
        let name = parts.next().unwrap_or_default();
        let object = self.0.get(name).unwrap_or_else(|| panic!("nothing is called {name}"));
        let found = parts.try_fold(object, |value, part| match part.parse::<usize>() {
            Ok(index) => value.get(index),
            Err(_) => value.get(part),
        });
        found.unwrap_or_else(|| panic!("there is no {reference}")).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::References;
    use rinfra_value::Value;
    use serde_json::json;

    #[test]
    fn references_lead_to_what_was_made() {
        let mut made = References::default();
        let ids = Value::tuple(vec![Value::string("a")]);
        made.add("vpc", &Value::object([("id", Value::string("vpc-1")), ("ids", ids)]));
        let given = json!({ "plain": 1, "id": "${vpc.id}", "text": "x-${vpc.id}/${vpc.ids.0}", "all": ["${vpc.ids}"] });
        let expected = json!({ "plain": 1, "id": "vpc-1", "text": "x-vpc-1/a", "all": [["a"]] });
        assert_eq!(made.resolved(&given), expected);
    }
}
