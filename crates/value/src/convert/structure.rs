//! Conversions whose result is a tuple or an object: every part has a type of its own.

use super::collection::at;
use super::{ConvertError, Safety, apply::apply, availability, mismatch};
use crate::{ObjectType, Path, PathStep, Type, Value};
use std::sync::Arc;

/// Returns a known tuple as a tuple of the same length.
pub(super) fn to_tuple(
    value: &Value,
    wanted: &[Type],
    safety: Safety,
    path: &mut Path,
) -> Result<Value, ConvertError> {
    let elements = value.elements().unwrap_or_default();
    let mut converted = Vec::with_capacity(elements.len());
    for (index, (element, wanted)) in elements.iter().zip(wanted).enumerate() {
        let step = PathStep::Index(Value::number(index));
        converted.push(at(path, step, |path| apply(element, wanted, safety, path))?);
    }
    Ok(Value::tuple(converted))
}

/// Returns a known object as an object: attributes that are not wanted are dropped, optional ones filled with null.
pub(super) fn object_to_object(
    value: &Value,
    wanted: &ObjectType,
    safety: Safety,
    path: &mut Path,
) -> Result<Value, ConvertError> {
    let mut converted: Vec<(Arc<str>, Value)> = Vec::with_capacity(wanted.attributes.len());
    for (name, wanted) in &wanted.attributes {
        let attribute = match value.attribute(name) {
            Some(attribute) => {
                let step = PathStep::Attribute(Arc::clone(name));
                at(path, step, |path| apply(attribute, wanted, safety, path))?
            }
            None => Value::null(wanted.without_optional_attributes()),
        };
        converted.push((Arc::clone(name), attribute));
    }
    Ok(Value::object(converted))
}

/// Returns a known map as an object: keys that are not wanted are dropped, optional ones filled with null.
pub(super) fn map_to_object(
    value: &Value,
    wanted: &ObjectType,
    safety: Safety,
    path: &mut Path,
) -> Result<Value, ConvertError> {
    let mut converted: Vec<(Arc<str>, Value)> = Vec::with_capacity(wanted.attributes.len());
    for (name, wanted_type) in &wanted.attributes {
        let attribute = match value.attribute(name) {
            Some(entry) if availability::is_available(entry.ty(), wanted_type, safety) => {
                let step = PathStep::Index(Value::string(Arc::clone(name)));
                at(path, step, |path| apply(entry, wanted_type, safety, path))?
            }
            Some(entry) => {
                let reason = mismatch::message(entry.ty(), wanted_type);
                let message = format!("map element type is incompatible with attribute {name:?}: {reason}");
                return Err(ConvertError::new(path, message));
            }
            None if wanted.optional.contains(name) => Value::null(wanted_type.without_optional_attributes()),
            None => {
                let message = format!("map has no element for required attribute {name:?}");
                return Err(ConvertError::new(path, message));
            }
        };
        converted.push((Arc::clone(name), attribute));
    }
    Ok(Value::object(converted))
}
