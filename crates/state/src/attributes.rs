//! The attributes of an object as they are stored.

use std::fmt;
use std::sync::Arc;

use rinfra_value::{Type, Value, json};
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

/// The attributes of an object: JSON, kept as its text.
///
/// A state holds very many objects and a run looks at each once or twice. As a tree of JSON they would need ten times
/// the memory, and more time to be filled in than to be read again.
///
#[derive(Clone, Eq, PartialEq)]
pub struct Attributes(Kept);

/// How attributes are kept. Equal ones are kept alike.
#[derive(Clone, Eq, PartialEq)]
enum Kept {
    /// As text, in which names are sorted.
    Text(Arc<str>),
    /// As they are, because they nest deeper than text can be read.
    Tree(Arc<Json>),
}

/// Text may nest 128 levels deep.
const DEEPEST_TEXT: usize = 100;

/// Values that nest less deep than this are text within [`DEEPEST_TEXT`], also with the types that stand beside what is
/// dynamic.
const SURELY_TEXT: u32 = 24;

impl Attributes {
    /// Returns the attributes of a value, to be read again with this type.
    ///
    /// # Errors
    /// Fails when the value does not convert to the type, or something in it is unknown or infinite.
    pub(crate) fn of(value: &Value, ty: &Type) -> Result<Self, json::JsonError> {
        if value.depth() < SURELY_TEXT {
            Ok(Self(Kept::Text(json::text_as(value, ty)?.into())))
        } else {
            json::encode_as(value, ty).map(Self::from)
        }
    }

    /// Returns the attributes as JSON.
    pub fn to_json(&self) -> Json {
        match &self.0 {
            Kept::Text(text) => serde_json::from_str(text).expect("the text was written from JSON"),
            Kept::Tree(json) => Json::clone(json),
        }
    }

    /// Returns whether there are none: the file said nothing of them.
    pub fn is_null(&self) -> bool {
        matches!(&self.0, Kept::Text(text) if &**text == "null")
    }
}

impl From<Json> for Attributes {
    fn from(json: Json) -> Self {
        Self(if is_within(&json, DEEPEST_TEXT) {
            Kept::Text(json.to_string().into())
        } else {
            Kept::Tree(Arc::new(json))
        })
    }
}

/// Tells whether JSON nests so many levels deep at most.
fn is_within(json: &Json, levels: usize) -> bool {
    match (json, levels.checked_sub(1)) {
        (Json::Array(elements), Some(rest)) => elements.iter().all(|it| is_within(it, rest)),
        (Json::Object(entries), Some(rest)) => entries.values().all(|it| is_within(it, rest)),
        (Json::Array(_) | Json::Object(_), None) => false,
        _ => true,
    }
}

impl Default for Attributes {
    fn default() -> Self {
        Self::from(Json::Null)
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kept::Text(text) => f.write_str(text),
            Kept::Tree(json) => write!(f, "{json}"),
        }
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Json::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use rinfra_value::{Type, Value, json};

    use super::{Attributes, DEEPEST_TEXT, SURELY_TEXT};

    #[test]
    fn of_a_value_are_those_of_its_json() {
        let nested = |levels: u32| (0..levels).fold(Value::from("x"), |inside, _| Value::tuple(vec![inside]));
        let deepest = nested(SURELY_TEXT - 1);
        for (value, ty) in [
            (Value::object([("b", Value::bool(true)), ("a", Value::null(Type::String))]), None),
            (Value::object([("é\"", Value::from("x\u{2028}<")), ("n", Value::number(12_u64))]), None),
            (deepest.clone(), None),
            (Value::object([("any", deepest)]), Some(Type::object([("any", Type::Dynamic)]))),
            (nested(DEEPEST_TEXT as u32 + 5), None),
        ] {
            let ty = ty.unwrap_or_else(|| value.ty().clone());
            let json = json::encode_as(&value, &ty).unwrap();
            assert_eq!(Attributes::of(&value, &ty).unwrap(), Attributes::from(json));
        }
    }

    #[test]
    fn are_the_json_they_were_made_of() {
        let nested = |levels: usize| (0..levels).fold(json!(1), |inside, _| json!([inside]));
        for json in [
            json!(null),
            json!({}),
            json!({"b": 1, "a": ["x\u{2028}\"<é", 1.5, null, true]}),
            serde_json::from_str(r#"{"big": 12345678901234567890123456789.50}"#).unwrap(),
            nested(DEEPEST_TEXT),
            nested(DEEPEST_TEXT + 1),
            nested(500),
        ] {
            let kept = Attributes::from(json.clone());
            assert_eq!(kept.to_json(), json);
            assert_eq!(kept.is_null(), json.is_null());
        }
        assert_eq!(Attributes::from(json!({"a": 1, "b": 2})), Attributes::from(json!({"b": 2, "a": 1})));
    }
}
