//! Conversions whose result is a list, set or map: all elements end up with one type.

use super::availability::{common_attribute, common_element};
use super::unify::unify_with;
use super::{ConvertError, Safety, apply::apply};
use crate::{Path, PathStep, Type, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Returns a known list, set or tuple as a list.
pub(super) fn to_list(
    value: &Value,
    wanted: &Type,
    safety: Safety,
    path: &mut Path,
) -> Result<Value, ConvertError> {
    if let Type::Set(element) = value.ty()
        && value.length_bounds().is_some_and(|(least, greatest)| least != greatest)
    {
        // Elements that are not known yet may turn out equal, so that the length is open.
        return Ok(Value::unknown(Type::list(element.as_ref().clone())));
    }
    let converted = converted_elements(value, wanted, safety, path)?;
    if converted.is_empty() {
        return Ok(Value::list(element_of_empty(value, wanted), Vec::new()));
    }
    let converted = if matches!(value.ty(), Type::Tuple(_)) {
        let keys = (0..converted.len()).map(|index| PathStep::Index(Value::number(index)));
        let (keys, common) = (keys.collect::<Vec<_>>(), unified(converted.iter(), safety, path)?);
        with_common_type(keys.iter().zip(converted), common.as_ref(), safety, path)?
    } else {
        converted
    };
    let element = single_type(converted.iter())
        .ok_or_else(|| ConvertError::new(path, "element types must all match for conversion to list"))?;
    Ok(Value::list(element, converted))
}

/// Returns a known list, set or tuple as a set.
pub(super) fn to_set(
    value: &Value,
    wanted: &Type,
    safety: Safety,
    path: &mut Path,
) -> Result<Value, ConvertError> {
    let converted = converted_elements(value, wanted, safety, path)?;
    if converted.is_empty() {
        return Ok(Value::set(element_of_empty(value, wanted), []));
    }
    let element = single_type(converted.iter())
        .ok_or_else(|| ConvertError::new(path, "element types must all match for conversion to set"))?;
    Ok(Value::set(element, converted))
}

/// Returns a known map or object as a map.
pub(super) fn to_map(
    value: &Value,
    wanted: &Type,
    safety: Safety,
    path: &mut Path,
) -> Result<Value, ConvertError> {
    let entries = value.entries().into_iter().flatten();
    let wanted_element = match value.ty() {
        Type::Object(object) if !object.attributes.is_empty() => {
            common_attribute(object.attributes.values(), wanted, safety).unwrap_or(Type::Dynamic)
        }
        _ => wanted.clone(),
    };
    let mut converted: BTreeMap<Arc<str>, Value> = BTreeMap::new();
    for (key, entry) in entries {
        let entry = at(path, key_step(key), |path| apply(entry, &wanted_element, safety, path))?;
        converted.insert(Arc::clone(key), entry);
    }
    if converted.is_empty() {
        return Ok(Value::map(element_of_empty(value, wanted), converted));
    }
    if wanted_element.is_collection() || matches!(wanted_element, Type::Object(_)) {
        let common = unified(converted.values(), safety, path)?;
        let steps: Vec<PathStep> = converted.keys().map(key_step).collect();
        let keys: Vec<Arc<str>> = converted.keys().map(Arc::clone).collect();
        let values =
            with_common_type(steps.iter().zip(converted.into_values()), common.as_ref(), safety, path)?;
        converted = keys.into_iter().zip(values).collect();
    }
    let noun = if matches!(value.ty(), Type::Object(_)) { "attribute" } else { "element" };
    let element = single_type(converted.values()).ok_or_else(|| {
        ConvertError::new(path, format!("{noun} types must all match for conversion to map"))
    })?;
    Ok(Value::map(element, converted))
}

fn converted_elements(
    value: &Value,
    wanted: &Type,
    safety: Safety,
    path: &mut Path,
) -> Result<Vec<Value>, ConvertError> {
    let common;
    let wanted = match value.ty() {
        Type::Tuple(elements) if !elements.is_empty() => {
            common = common_element(elements.iter(), wanted, safety).unwrap_or(Type::Dynamic);
            &common
        }
        _ => wanted,
    };
    let elements = value.elements().unwrap_or_default();
    let mut converted = Vec::with_capacity(elements.len());
    for (index, element) in elements.iter().enumerate() {
        let step = PathStep::Index(Value::number(index));
        converted.push(at(path, step, |path| apply(element, wanted, safety, path))?);
    }
    Ok(converted)
}

/// Returns the element type of an empty result: what was wanted, or else what the source had.
fn element_of_empty(value: &Value, wanted: &Type) -> Type {
    match (wanted, value.ty().element_type()) {
        (Type::Dynamic, Some(own)) => own.clone(),
        (wanted, _) => wanted.without_optional_attributes(),
    }
}

/// Returns the type to bring elements to that came out of their conversions with different ones.
fn unified<'a>(
    values: impl Iterator<Item = &'a Value> + Clone,
    safety: Safety,
    path: &Path,
) -> Result<Option<Type>, ConvertError> {
    let mut types = values.clone().map(Value::ty);
    let first = types.next();
    if types.all(|ty| Some(ty) == first) {
        return Ok(None);
    }
    match unify_with(values.map(Value::ty), safety) {
        Some(common) => Ok(Some(common)),
        None => Err(ConvertError::new(path, "cannot find a common base type for all elements")),
    }
}

fn with_common_type<'a>(
    values: impl Iterator<Item = (&'a PathStep, Value)>,
    common: Option<&Type>,
    safety: Safety,
    path: &mut Path,
) -> Result<Vec<Value>, ConvertError> {
    values
        .map(|(step, value)| match common {
            Some(common) => at(path, step.clone(), |path| apply(&value, common, safety, path)),
            None => Ok(value),
        })
        .collect()
}

/// Returns the one type of all values, apart from those that have none yet.
fn single_type<'a>(values: impl Iterator<Item = &'a Value>) -> Option<Type> {
    let mut single = &Type::Dynamic;
    for value in values {
        match (single, value.ty()) {
            (Type::Dynamic, ty) => single = ty,
            (_, Type::Dynamic) => {}
            (single, ty) if single == ty => {}
            _ => return None,
        }
    }
    Some(single.clone())
}

fn key_step(key: &Arc<str>) -> PathStep {
    PathStep::Index(Value::string(Arc::clone(key)))
}

/// Runs `inside` with the path one step deeper.
pub(super) fn at<T>(path: &mut Path, step: PathStep, inside: impl FnOnce(&mut Path) -> T) -> T {
    path.push(step);
    let result = inside(path);
    path.pop();
    result
}
