//! Writing.

use super::refinement;
use crate::json::json_number;
use crate::{Entries, Number, Type, Value};
use serde_json::{Value as Json, json};

/// Returns a value that stands where one of type `expected` is expected.
pub(super) fn node(value: &Value, expected: &Type) -> Json {
    let plain = unmarked(value);
    let typed = if value.ty() == expected {
        plain
    } else {
        json!({ "$": "typed", "type": value.ty().to_json(), "value": plain })
    };
    if value.is_marked() { json!({ "$": "marked", "marks": value.marks(), "value": typed }) } else { typed }
}

fn unmarked(value: &Value) -> Json {
    if !value.is_known() {
        return match value.refinement() {
            None => json!({ "$": "unknown" }),
            Some(known) => json!({ "$": "unknown", "but": refinement::encode(known) }),
        };
    }
    if let Some(text) = value.as_str() {
        return Json::String(text.to_owned());
    }
    if let Some(truth) = value.as_bool() {
        return Json::Bool(truth);
    }
    if let Some(written) = value.as_number() {
        return number(written);
    }
    if let Some(elements) = value.elements() {
        let encoded = elements.iter().enumerate().map(|(index, element)| {
            let expected = match value.ty() {
                Type::Tuple(types) => types.get(index),
                ty => ty.element_type(),
            };
            node(element, expected.unwrap_or(&Type::Dynamic))
        });
        return Json::Array(encoded.collect());
    }
    value.entries().map_or(Json::Null, |written| entries(written, value.ty()))
}

fn entries(entries: &Entries, ty: &Type) -> Json {
    let encoded = entries.iter().map(|(name, entry)| {
        let expected = ty.attribute_type(name).or_else(|| ty.element_type()).unwrap_or(&Type::Dynamic);
        let name = if name.starts_with('$') { format!("${name}") } else { name.as_ref().to_owned() };
        (name, node(entry, expected))
    });
    Json::Object(encoded.collect())
}

/// Returns the number as JSON's own where reading its digits gives the same number, otherwise with its precision.
pub(super) fn number(number: &Number) -> Json {
    let (text, precision) = (number.to_string(), number.precision());
    let is_same = |read: Option<Number>| read.is_some_and(|read| read.compare_values(number).is_eq());
    match json_number(number) {
        Some(json) if is_same(Number::parse(&text)) => json,
        // What Terraform prints of a power of two may belong to its neighbour, which is only half as far below it
        // as the one above.
        _ if !is_same(Number::parse_with_precision(&text, precision)) => {
            json!({ "$": "number", "digits": number.to_exact_text(), "precision": precision })
        }
        _ => json!({ "$": "number", "digits": text, "precision": precision }),
    }
}
