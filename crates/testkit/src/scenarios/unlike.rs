//! Attributes that only one of two programs has, because their providers are of different versions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The names of the attributes, by mode and type, that one of two programs has and the other has not, or that only
/// one computes.
#[derive(Clone, Debug, Default)]
pub struct Unlike(BTreeMap<(String, String), BTreeSet<String>>);

impl Unlike {
    /// Compares what two programs print as `providers schema -json`; types that only one has are left out.
    pub fn between(one: &Value, other: &Value) -> Self {
        let (mut ours, mut theirs) = (names_of_all(one), names_of_all(other));
        let common: BTreeSet<_> = ours.keys().filter(|it| theirs.contains_key(*it)).cloned().collect();
        let unlike = |kind: (String, String)| {
            let (ours, theirs) = (ours.remove(&kind)?, theirs.remove(&kind)?);
            let names = ours.symmetric_difference(&theirs).map(|it| it.name.clone());
            Some((kind, names.collect()))
        };
        Self(common.into_iter().filter_map(unlike).collect())
    }

    /// Returns a result without the attributes that only one program has, and without what is empty in others: where
    /// AWS says nothing, one provider writes null, and another an empty text or list, false or zero.
    pub fn without(&self, result: Value) -> Value {
        self.strip(result, None)
    }

    fn strip(&self, value: Value, names: Option<&BTreeSet<String>>) -> Value {
        match value {
            Value::Object(members) => {
                let text = |name: &str| Some(members.get(name)?.as_str()?.to_owned());
                let own = text("mode").zip(text("type")).and_then(|it| self.0.get(&it));
                let names = own.or(names);
                let Some(names) = names else {
                    let all = members.into_iter().map(|(name, it)| (name, self.strip(it, None)));
                    return Value::Object(all.collect());
                };
                // What a provider notes for itself is its own business.
                let kept = members.into_iter().filter(|(name, _)| !names.contains(name) && name != "private");
                let stripped = kept.map(|(name, it)| (name, self.strip(it, Some(names))));
                Value::Object(stripped.filter(|(_, it)| !is_empty(it)).collect())
            }
            Value::Array(items) => items.into_iter().map(|it| self.strip(it, names)).collect(),
            other => other,
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(it) => !it,
        Value::Number(number) => number.as_f64() == Some(0.0),
    }
}

/// An attribute, as far as it is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    name: String,
    is_computed: bool,
}

/// Returns all attributes of each type, whatever they are nested in.
fn names_of_all(schemas: &Value) -> BTreeMap<(String, String), BTreeSet<Named>> {
    let mut all = BTreeMap::new();
    for provider in schemas["provider_schemas"].as_object().into_iter().flat_map(|it| it.values()) {
        for (mode, member) in [("managed", "resource_schemas"), ("data", "data_source_schemas")] {
            for (kind, schema) in provider[member].as_object().into_iter().flatten() {
                let mut names = BTreeSet::new();
                collect_block(&schema["block"], &mut names);
                all.insert((mode.to_owned(), kind.clone()), names);
            }
        }
    }
    all
}

fn collect_block(block: &Value, names: &mut BTreeSet<Named>) {
    for (name, attribute) in block["attributes"].as_object().into_iter().flatten() {
        names.insert(Named { name: name.clone(), is_computed: attribute["computed"] == true });
        collect_type(&attribute["type"], names);
    }
    for (name, nested) in block["block_types"].as_object().into_iter().flatten() {
        names.insert(Named { name: name.clone(), is_computed: false });
        collect_block(&nested["block"], names);
    }
}

fn collect_type(ty: &Value, names: &mut BTreeSet<Named>) {
    match ty {
        Value::Object(attributes) => {
            for (name, ty) in attributes {
                names.insert(Named { name: name.clone(), is_computed: false });
                collect_type(ty, names);
            }
        }
        Value::Array(parts) => parts.iter().for_each(|it| collect_type(it, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_only_one_has_is_left_out() {
        let schemas = |attributes: Value| {
            json!({ "provider_schemas": { "p": { "resource_schemas": { "t": { "block": {
                "attributes": attributes,
                "block_types": { "b": { "block": { "attributes": { "c": { "type": "string" } } } } },
            } } } } } })
        };
        let one = schemas(
            json!({ "a": { "type": "string" }, "l": { "type": ["list", ["object", { "x": "string" }]] } }),
        );
        let other = schemas(json!({ "l": { "type": ["list", ["object", { "y": "string" }]] } }));
        let unlike = Unlike::between(&one, &other);
        let result = json!({ "mode": "managed", "type": "t", "values": { "a": 1, "l": [{ "x": 1, "y": 2, "z": 3 }], "b": { "c": 4 } } });
        assert_eq!(
            unlike.without(result),
            json!({ "mode": "managed", "type": "t", "values": { "l": [{ "z": 3 }], "b": { "c": 4 } } })
        );
        let foreign = json!({ "mode": "managed", "type": "u", "a": 1 });
        assert_eq!(unlike.without(foreign.clone()), foreign);
    }
}
