//! From a value to its stored form, and back.

use rinfra_addr::ConfigResource;
use rinfra_value::{Marks, Path, Type, Value, json};
use serde_json::Value as Json;

use crate::{Attributes, Object};

/// Why a stored object does not have the shape of its schema.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The object was stored by Terraform 0.11, as a flat list of texts.
    #[error(
        "the attributes are in the flat form of Terraform 0.11; let Terraform 0.13 or later refresh them"
    )]
    Flat,
    /// An attribute has another type than the schema says.
    #[error("the stored attribute \"{}\" does not fit the schema", shown(&.0.path))]
    Shape(#[from] json::JsonError),
}

/// Why a value cannot be stored.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A part of the value is not known.
    #[error("\"{}\" is not known", shown(path))]
    Unknown {
        /// Where.
        path: Path,
    },
    /// A part of the value must not be stored.
    #[error("\"{}\" is ephemeral and must not be stored", shown(path))]
    Ephemeral {
        /// Where.
        path: Path,
    },
    /// A part of the value has no JSON.
    #[error("\"{}\" cannot be stored", shown(&.0.path))]
    Json(#[from] json::JsonError),
    /// A part of the state has no JSON.
    #[error("the state cannot be written as JSON: {message}")]
    Unwritable {
        /// Which part, and why not.
        message: String,
    },
}

impl Object {
    /// Returns the value of the object as its schema's type describes it, with the sensitive parts marked.
    ///
    /// What the type does not know is dropped, at any depth; what the object lacks is null: so an object of
    /// another schema version still decodes where the types of the attributes in both agree.
    ///
    /// # Errors
    /// Fails when an attribute has another type than the schema says, and for objects of Terraform 0.11.
    pub fn decode(&self, ty: &Type) -> Result<Value, DecodeError> {
        if self.attributes.is_null() && self.unknown_fields.contains_key("attributes_flat") {
            return Err(DecodeError::Flat);
        }
        let mut stored = self.attributes.to_json();
        fit(&mut stored, ty);
        let value = json::decode(&stored, ty)?;
        let marks: Vec<(Path, Marks)> =
            self.sensitive_paths.iter().map(|path| (path.clone(), Marks::SENSITIVE)).collect();
        Ok(value.mark_paths(&marks))
    }

    /// Returns a ready object with this value, whose type is the schema's type `ty` or conforms to it. Its
    /// sensitive paths are where the value is marked.
    ///
    /// # Errors
    /// Fails when a part of the value is unknown, ephemeral, or an infinite number.
    pub fn from_value(
        value: &Value,
        ty: &Type,
        schema_version: u64,
        dependencies: Vec<ConfigResource>,
    ) -> Result<Self, EncodeError> {
        let (value, marks) = value.unmark_deep_with_paths();
        let mut sensitive_paths = Vec::new();
        for (path, marks) in marks {
            if marks.contains(Marks::EPHEMERAL) {
                return Err(EncodeError::Ephemeral { path });
            }
            if marks.contains(Marks::SENSITIVE) {
                sensitive_paths.push(path);
            }
        }
        if let Some(path) = first_unknown(&value) {
            return Err(EncodeError::Unknown { path });
        }
        sensitive_paths.sort();
        let mut dependencies: Vec<(String, ConfigResource)> =
            dependencies.into_iter().map(|it| (it.to_string(), it)).collect();
        dependencies.sort_by(|a, b| a.0.cmp(&b.0));
        dependencies.dedup();
        Ok(Self {
            sensitive_paths,
            dependencies: dependencies.into_iter().map(|(_, it)| it).collect(),
            ..Self::new(schema_version, Attributes::of(&value, ty)?)
        })
    }

    /// Returns an object with as much of this value as is known: what is not known is null.
    ///
    /// # Errors
    /// Fails when a part of the value is ephemeral or an infinite number.
    pub fn from_partial_value(
        value: &Value,
        ty: &Type,
        schema_version: u64,
        dependencies: Vec<ConfigResource>,
    ) -> Result<Self, EncodeError> {
        Self::from_value(&value.without_unknowns(), ty, schema_version, dependencies)
    }
}

/// Returns a path as people write it.
fn shown(path: &Path) -> String {
    path.to_string().trim_start_matches('.').to_owned()
}

fn first_unknown(value: &Value) -> Option<Path> {
    let mut found = None;
    value.walk(&mut |path, it| {
        if found.is_none() && !it.is_known() {
            found = Some(path.clone());
        }
        found.is_none() && !it.is_wholly_known()
    });
    found
}

/// Drops what a type does not know from JSON.
fn fit(stored: &mut Json, ty: &Type) {
    match (stored, ty) {
        (Json::Object(entries), Type::Object(object)) => {
            entries.retain(|name, it| match object.attributes.get(name.as_str()) {
                Some(ty) => {
                    fit(it, ty);
                    true
                }
                None => false,
            });
        }
        (Json::Object(entries), Type::Map(element)) => {
            entries.values_mut().for_each(|it| fit(it, element));
        }
        (Json::Array(elements), Type::List(element) | Type::Set(element)) => {
            elements.iter_mut().for_each(|it| fit(it, element));
        }
        (Json::Array(elements), Type::Tuple(types)) if elements.len() == types.len() => {
            elements.iter_mut().zip(types.iter()).for_each(|(it, ty)| fit(it, ty));
        }
        _ => {}
    }
}
