//! The JSON notation of types: `"string"`, `["list","string"]`, `["object",{"a":"number"},["a"]]`.

use super::Type;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// JSON that does not describe a type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found} is not a type")]
pub struct TypeJsonError {
    found: String,
}

impl Type {
    /// Returns the type in the JSON notation that state and plan files use.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Dynamic => json!("dynamic"),
            Self::String => json!("string"),
            Self::Number => json!("number"),
            Self::Bool => json!("bool"),
            Self::List(element) => json!(["list", element.to_json()]),
            Self::Set(element) => json!(["set", element.to_json()]),
            Self::Map(element) => json!(["map", element.to_json()]),
            Self::Tuple(elements) => {
                json!(["tuple", elements.iter().map(Self::to_json).collect::<Vec<_>>()])
            }
            Self::Object(object) => {
                let attributes: serde_json::Map<String, Json> = object
                    .attributes
                    .iter()
                    .map(|(name, ty)| (name.as_ref().to_owned(), ty.to_json()))
                    .collect();
                if object.optional.is_empty() {
                    json!(["object", attributes])
                } else {
                    json!([
                        "object",
                        attributes,
                        object.optional.iter().map(AsRef::as_ref).collect::<Vec<&str>>()
                    ])
                }
            }
        }
    }

    /// Returns the type that the JSON notation describes.
    ///
    /// # Errors
    /// Fails, quoting the offending part, when the JSON is not a type.
    pub fn from_json(json: &Json) -> Result<Self, TypeJsonError> {
        let refuse = || TypeJsonError { found: json.to_string() };
        let parts = match json {
            Json::String(name) => {
                return match name.as_str() {
                    "dynamic" => Ok(Self::Dynamic),
                    "string" => Ok(Self::String),
                    "number" => Ok(Self::Number),
                    "bool" => Ok(Self::Bool),
                    _ => Err(refuse()),
                };
            }
            Json::Array(parts) => parts.as_slice(),
            _ => return Err(refuse()),
        };
        let [Json::String(kind), rest @ ..] = parts else { return Err(refuse()) };
        match (kind.as_str(), rest) {
            ("list", [element]) => Ok(Self::list(Self::from_json(element)?)),
            ("set", [element]) => Ok(Self::set(Self::from_json(element)?)),
            ("map", [element]) => Ok(Self::map(Self::from_json(element)?)),
            ("tuple", [Json::Array(elements)]) => {
                let elements: Vec<Self> = elements.iter().map(Self::from_json).collect::<Result<_, _>>()?;
                Ok(Self::tuple(elements))
            }
            ("object", [Json::Object(attributes), optional @ ..]) => {
                let optional = optional_names(optional).ok_or_else(refuse)?;
                let attributes: Vec<(Arc<str>, Self)> = attributes
                    .iter()
                    .map(|(name, ty)| Ok((Arc::from(name.as_str()), Self::from_json(ty)?)))
                    .collect::<Result<_, TypeJsonError>>()?;
                Ok(Self::object_with_optional(attributes, optional))
            }
            _ => Err(refuse()),
        }
    }
}

fn optional_names(parts: &[Json]) -> Option<Vec<Arc<str>>> {
    match parts {
        [] => Some(Vec::new()),
        [Json::Array(names)] => names.iter().map(|name| name.as_str().map(Arc::from)).collect(),
        _ => None,
    }
}

impl Serialize for Type {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Type {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        Self::from_json(&json).map_err(serde::de::Error::custom)
    }
}
