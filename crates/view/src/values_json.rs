//! Values as the JSON formats write them: the known part, and where it is unknown or sensitive.

use rinfra_value::{Marks, Type, Value, json};
use serde_json::{Map, Value as Json};

/// Returns the JSON of a value; what is not known is left out of objects and null in lists.
pub(crate) fn known(value: &Value) -> Json {
    if !value.is_known() || value.is_null() {
        return Json::Null;
    }
    if let Some(entries) = value.entries() {
        let members = entries.iter().filter(|(_, it)| it.is_known());
        return Json::Object(members.map(|(name, it)| (name.to_string(), known(it))).collect());
    }
    if let Some(elements) = value.elements() {
        return Json::Array(elements.iter().map(known).collect());
    }
    // A primitive value always has a JSON form, but for infinities, which no state can hold either.
    json::encode(&value.unmark_deep()).unwrap_or(Json::Null)
}

/// Returns where a value is unknown: `true` for the whole, or the same shape with `true` at those places.
pub(crate) fn unknown(value: &Value) -> Json {
    places(value, &|it| !it.is_known())
}

/// Returns where a value is sensitive, in the same form.
pub(crate) fn sensitive(value: &Value) -> Json {
    places(value, &|it| it.has_mark(Marks::SENSITIVE))
}

fn places(value: &Value, is_one: &impl Fn(&Value) -> bool) -> Json {
    if is_one(value) {
        return Json::Bool(true);
    }
    if let Some(entries) = value.entries() {
        let members = entries.iter().map(|(name, it)| (name.to_string(), places(it, is_one)));
        return Json::Object(members.filter(|(_, it)| *it != Json::Bool(false)).collect());
    }
    if let Some(elements) = value.elements() {
        return Json::Array(elements.iter().map(|it| places(it, is_one)).collect());
    }
    match value.ty() {
        Type::List(_) | Type::Set(_) | Type::Tuple(_) if !value.is_null() => Json::Array(Vec::new()),
        Type::Map(_) | Type::Object(_) if !value.is_null() => Json::Object(Map::new()),
        _ => Json::Bool(false),
    }
}
