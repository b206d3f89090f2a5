//! From JSON to values.

use super::{JsonError, at, position};
use crate::{Number, ObjectType, Path, PathStep, Type, Value, convert};
use serde_json::Value as Json;
use std::sync::Arc;

/// Returns the value of this type that JSON stands for.
///
/// Primitives may stand for each other where they convert; attributes that are missing become null.
///
/// # Errors
/// Fails, saying where, when the JSON has another shape than the type or an attribute that the type has not.
pub fn decode(json: &Json, ty: &Type) -> Result<Value, JsonError> {
    decode_node(json, ty, &mut Path::root())
}

/// Returns the type that JSON has by itself: objects and tuples of what they hold; null is dynamic.
pub fn implied_type(json: &Json) -> Type {
    match json {
        Json::Null => Type::Dynamic,
        Json::Bool(_) => Type::Bool,
        Json::Number(_) => Type::Number,
        Json::String(_) => Type::String,
        Json::Array(elements) => Type::tuple(elements.iter().map(implied_type)),
        Json::Object(members) => {
            Type::object(members.iter().map(|(name, member)| (name.as_str(), implied_type(member))))
        }
    }
}

/// Returns the value that JSON stands for by itself: objects, tuples, primitives and untyped nulls.
pub fn decode_implied(json: &Json) -> Value {
    match json {
        Json::Null => Value::dynamic_null(),
        Json::Bool(truth) => Value::bool(*truth),
        Json::Number(number) => match Number::parse(&number.to_string()) {
            Some(number) => Value::number(number),
            // Every number of JSON's syntax parses unless its exponent is beyond any use.
            None => Value::number(Number::INFINITY),
        },
        Json::String(text) => Value::string(text.as_str()),
        Json::Array(elements) => Value::tuple(elements.iter().map(decode_implied).collect()),
        Json::Object(members) => {
            Value::object(members.iter().map(|(name, member)| (name.as_str(), decode_implied(member))))
        }
    }
}

fn decode_node(json: &Json, ty: &Type, path: &mut Path) -> Result<Value, JsonError> {
    if json.is_null() {
        return Ok(Value::null(ty.without_optional_attributes()));
    }
    match ty {
        Type::Dynamic => decode_accompanied(json, path),
        Type::Bool => decode_bool(json, path),
        Type::Number => decode_number(json, path),
        Type::String => decode_string(json, path),
        Type::List(element) => {
            let elements = decode_elements(json, |_| Some(element.as_ref()), path)?;
            Ok(Value::list(element.as_ref().clone(), elements))
        }
        Type::Set(element) => {
            let elements = decode_elements(json, |_| Some(element.as_ref()), path)?;
            Ok(Value::set(element.as_ref().clone(), elements))
        }
        Type::Map(element) => decode_map(json, element, path),
        Type::Tuple(types) => {
            let given = array(json, path)?.len();
            if given != types.len() {
                let amount = if given > types.len() { "too many" } else { "not enough" };
                return Err(JsonError::new(path, format!("{amount} tuple elements (need {})", types.len())));
            }
            Ok(Value::tuple(decode_elements(json, |index| types.get(index), path)?))
        }
        Type::Object(object) => decode_object(json, object, path),
    }
}

fn decode_bool(json: &Json, path: &Path) -> Result<Value, JsonError> {
    match json {
        Json::Bool(truth) => Ok(Value::bool(*truth)),
        Json::String(text) => converted(&Value::string(text.as_str()), &Type::Bool, path),
        _ => Err(JsonError::new(path, "bool is required")),
    }
}

fn decode_number(json: &Json, path: &Path) -> Result<Value, JsonError> {
    let text = match json {
        Json::Number(number) => number.to_string(),
        Json::String(text) => text.clone(),
        _ => return Err(JsonError::new(path, "number is required")),
    };
    Number::parse(&text).map(Value::number).ok_or_else(|| JsonError::new(path, "a number is required"))
}

fn decode_string(json: &Json, path: &Path) -> Result<Value, JsonError> {
    match json {
        Json::String(text) => Ok(Value::string(text.as_str())),
        Json::Number(number) => Ok(Value::string(number.to_string())),
        Json::Bool(truth) => converted(&Value::bool(*truth), &Type::String, path),
        _ => Err(JsonError::new(path, "string is required")),
    }
}

fn converted(value: &Value, ty: &Type, path: &Path) -> Result<Value, JsonError> {
    convert::convert(value, ty).map_err(|error| JsonError::new(path, error.message))
}

fn array<'a>(json: &'a Json, path: &Path) -> Result<&'a [Json], JsonError> {
    json.as_array().map(Vec::as_slice).ok_or_else(|| JsonError::new(path, "missing expected ["))
}

fn object<'a>(json: &'a Json, path: &Path) -> Result<&'a serde_json::Map<String, Json>, JsonError> {
    json.as_object().ok_or_else(|| JsonError::new(path, "missing expected {"))
}

fn decode_elements<'a>(
    json: &Json,
    ty: impl Fn(usize) -> Option<&'a Type>,
    path: &mut Path,
) -> Result<Vec<Value>, JsonError> {
    let elements = array(json, path)?.iter().enumerate();
    elements
        .map(|(index, element)| {
            let ty = ty(index).unwrap_or(&Type::Dynamic);
            at(path, position(index), |path| decode_node(element, ty, path))
        })
        .collect()
}

fn decode_map(json: &Json, element: &Type, path: &mut Path) -> Result<Value, JsonError> {
    let mut entries: Vec<(Arc<str>, Value)> = Vec::new();
    for (key, member) in object(json, path)? {
        let key: Arc<str> = Arc::from(key.as_str());
        let step = PathStep::Index(Value::string(Arc::clone(&key)));
        entries.push((key, at(path, step, |path| decode_node(member, element, path))?));
    }
    Ok(Value::map(element.clone(), entries))
}

fn decode_object(json: &Json, ty: &ObjectType, path: &mut Path) -> Result<Value, JsonError> {
    let members = object(json, path)?;
    if let Some(name) = members.keys().find(|name| !ty.attributes.contains_key(name.as_str())) {
        return Err(JsonError::new(path, format!("unsupported attribute {name:?}")));
    }
    let mut attributes: Vec<(Arc<str>, Value)> = Vec::with_capacity(ty.attributes.len());
    for (name, ty) in &ty.attributes {
        let member = members.get(name.as_ref()).unwrap_or(&Json::Null);
        let step = PathStep::Attribute(Arc::clone(name));
        attributes.push((Arc::clone(name), at(path, step, |path| decode_node(member, ty, path))?));
    }
    Ok(Value::object(attributes))
}

/// Reads `{"type": …, "value": …}`.
fn decode_accompanied(json: &Json, path: &mut Path) -> Result<Value, JsonError> {
    let members = object(json, path)?;
    if let Some(name) = members.keys().find(|name| !matches!(name.as_str(), "type" | "value")) {
        return Err(JsonError::new(path, format!("invalid key {name:?} in dynamically-typed value")));
    }
    let missing = |what: &str| JsonError::new(path, format!("missing {what} in dynamically-typed value"));
    let ty = members.get("type").ok_or_else(|| missing("type"))?;
    let value = members.get("value").ok_or_else(|| missing("value"))?;
    let ty = Type::from_json(ty)
        .map_err(|error| JsonError::new(path, format!("failed to decode type for dynamic value: {error}")))?;
    if ty == Type::Dynamic && !value.is_null() {
        return Err(JsonError::new(path, "a dynamically-typed value cannot itself be of dynamic type"));
    }
    decode_node(value, &ty, path)
}
