//! From values to JSON.

use super::{JsonError, json_number};
use crate::{Path, Type, Value, convert};
use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::Value as Json;
use std::borrow::Cow;

/// Returns the value as JSON.
///
/// # Errors
/// Fails, saying where, when something in the value is unknown or infinite.
pub fn encode(value: &Value) -> Result<Json, JsonError> {
    let node = Node { value, ty: value.ty() };
    serde_json::to_value(&node).map_err(|error| first_fault(value, &error))
}

/// Returns the value as JSON that [`decode`](super::decode) reads with this type.
///
/// Where the type is dynamic, the value is written as `{"type": …, "value": …}`.
///
/// # Errors
/// Fails, saying where, when the value does not convert to the type, or something in it is unknown or infinite.
pub fn encode_as(value: &Value, ty: &Type) -> Result<Json, JsonError> {
    let value = conforming(value, ty)?;
    serde_json::to_value(&Node { value: &value, ty }).map_err(|error| first_fault(&value, &error))
}

/// Returns the text of what [`encode_as`] returns: one line, the names of each object in order.
///
/// # Errors
/// As [`encode_as`].
pub fn text_as(value: &Value, ty: &Type) -> Result<String, JsonError> {
    let value = conforming(value, ty)?;
    serde_json::to_string(&Node { value: &value, ty }).map_err(|error| first_fault(&value, &error))
}

fn conforming<'v>(value: &'v Value, ty: &Type) -> Result<Cow<'v, Value>, JsonError> {
    if value.ty().conforms_to(ty) {
        return Ok(Cow::Borrowed(value));
    }
    match convert::convert(value, ty) {
        Ok(converted) => Ok(Cow::Owned(converted)),
        Err(error) => Err(JsonError { path: error.path, message: error.message }),
    }
}

/// A part of a value, to be written so that it can be read as a type.
struct Node<'n> {
    value: &'n Value,
    ty: &'n Type,
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { value, ty } = *self;
        if let Some(fault) = fault(value) {
            return Err(S::Error::custom(fault));
        }
        if *ty == Type::Dynamic && *value.ty() != Type::Dynamic {
            let mut accompanied = serializer.serialize_map(Some(2))?;
            accompanied.serialize_entry("type", &value.ty().to_json())?;
            accompanied.serialize_entry("value", &Node { value, ty: value.ty() })?;
            return accompanied.end();
        }
        if let Some(text) = value.as_str() {
            return serializer.serialize_str(text);
        }
        if let Some(truth) = value.as_bool() {
            return serializer.serialize_bool(truth);
        }
        if let Some(number) = value.as_number() {
            return json_number(number).serialize(serializer);
        }
        if let Some(elements) = value.elements() {
            return serializer.collect_seq(elements.iter().enumerate().map(|(index, value)| {
                let wanted = match ty {
                    Type::Tuple(types) => types.get(index),
                    ty => ty.element_type(),
                };
                Node { value, ty: wanted.unwrap_or_else(|| value.ty()) }
            }));
        }
        if let Some(entries) = value.entries() {
            return serializer.collect_map(entries.iter().map(|(name, value)| {
                let wanted = match ty {
                    Type::Map(element) => Some(element.as_ref()),
                    ty => ty.attribute_type(name),
                };
                (name, Node { value, ty: wanted.unwrap_or_else(|| value.ty()) })
            }));
        }
        serializer.serialize_unit()
    }
}

/// Returns why a value has no JSON, whatever is inside it.
fn fault(value: &Value) -> Option<&'static str> {
    if !value.is_known() {
        return Some("value is not known");
    }
    let is_infinite = value.as_number().is_some_and(|it| !it.is_finite());
    is_infinite.then_some("cannot serialize infinity as JSON")
}

/// Returns the error of a value that could not be written. Where it is concerned is looked for only now: most values
/// have no fault, and paths take longer than writing.
fn first_fault(value: &Value, error: &serde_json::Error) -> JsonError {
    let mut found = None;
    value.walk(&mut |path, it| {
        if found.is_none() {
            found = fault(it).map(|message| JsonError::new(path, message));
        }
        found.is_none()
    });
    found.unwrap_or_else(|| JsonError::new(&Path::root(), error.to_string()))
}
