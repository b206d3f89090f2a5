//! From values to JSON.

use super::{JsonError, accompanied, at, json_number, position};
use crate::{Path, PathStep, Type, Value, convert};
use serde_json::Value as Json;
use std::sync::Arc;

/// Returns the value as JSON.
///
/// # Errors
/// Fails, saying where, when something in the value is unknown or infinite.
pub fn encode(value: &Value) -> Result<Json, JsonError> {
    encode_node(value, value.ty(), &mut Path::root())
}

/// Returns the value as JSON that [`decode`](super::decode) reads with this type.
///
/// Where the type is dynamic, the value is written as `{"type": …, "value": …}`.
///
/// # Errors
/// Fails, saying where, when the value does not convert to the type, or something in it is unknown or infinite.
pub fn encode_as(value: &Value, ty: &Type) -> Result<Json, JsonError> {
    if value.ty().conforms_to(ty) {
        return encode_node(value, ty, &mut Path::root());
    }
    let converted = convert::convert(value, ty)
        .map_err(|error| JsonError { path: error.path, message: error.message })?;
    encode_node(&converted, ty, &mut Path::root())
}

fn encode_node(value: &Value, ty: &Type, path: &mut Path) -> Result<Json, JsonError> {
    if !value.is_known() {
        return Err(JsonError::new(path, "value is not known"));
    }
    if *ty == Type::Dynamic && *value.ty() != Type::Dynamic {
        return Ok(accompanied(value.ty(), encode_node(value, value.ty(), path)?));
    }
    if let Some(text) = value.as_str() {
        return Ok(Json::String(text.to_owned()));
    }
    if let Some(truth) = value.as_bool() {
        return Ok(Json::Bool(truth));
    }
    if let Some(number) = value.as_number() {
        return json_number(number).ok_or_else(|| JsonError::new(path, "cannot serialize infinity as JSON"));
    }
    if let Some(elements) = value.elements() {
        let wanted = |index: usize| match ty {
            Type::Tuple(types) => types.get(index),
            ty => ty.element_type(),
        };
        let encoded = elements.iter().enumerate().map(|(index, element)| {
            let ty = wanted(index).unwrap_or_else(|| element.ty());
            at(path, position(index), |path| encode_node(element, ty, path))
        });
        return Ok(Json::Array(encoded.collect::<Result<_, _>>()?));
    }
    if let Some(entries) = value.entries() {
        let encoded = entries.iter().map(|(name, entry)| {
            let (step, wanted) = match ty {
                Type::Map(element) => {
                    (PathStep::Index(Value::string(Arc::clone(name))), Some(element.as_ref()))
                }
                ty => (PathStep::Attribute(Arc::clone(name)), ty.attribute_type(name)),
            };
            let wanted = wanted.unwrap_or_else(|| entry.ty());
            at(path, step, |path| encode_node(entry, wanted, path))
                .map(|json| (name.as_ref().to_owned(), json))
        });
        return Ok(Json::Object(encoded.collect::<Result<_, _>>()?));
    }
    Ok(Json::Null)
}
