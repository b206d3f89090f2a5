//! Values as JSON that loses nothing: types, unknowns and what is known of them, marks, the precision of numbers.
//!
//! This is the form of plan files and journals. A value is `{"type": …, "value": …}`. Inside, a string, bool, null,
//! list or number is what JSON has for it, and an object or map is a JSON object; whatever JSON has nothing for is an
//! object with the member `$`, which says what it is. Keys that begin with `$` get a second one.
//!
//! [`Value`], [`Path`](crate::Path) and [`Marks`](crate::Marks) implement serde's traits in this form.

use crate::{Type, Value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value as Json, json};

mod decode;
mod encode;
mod refinement;
mod words;

/// JSON that was not written by [`encode`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CodecError {
    message: String,
}

impl CodecError {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

/// Returns the value as JSON.
pub fn encode(value: &Value) -> Json {
    json!({ "type": value.ty().to_json(), "value": encode::node(value, value.ty()) })
}

/// Returns the value that was encoded.
///
/// # Errors
/// Fails when the JSON is not what [`encode`] writes.
pub fn decode(json: &Json) -> Result<Value, CodecError> {
    let member =
        |name: &str| json.get(name).ok_or_else(|| CodecError::new(format!("no {name} beside the value")));
    let ty = Type::from_json(member("type")?).map_err(|error| CodecError::new(error.to_string()))?;
    decode::node(member("value")?, &ty)
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        encode(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode(&Json::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
