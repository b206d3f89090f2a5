//! Functions over maps and objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_value::{Marks, Type, Value, convert};

use super::arguments::{elements, quote, quote_unless_secret, text};
use super::call::{Answer, Function, FunctionError, Parameter};

pub(super) fn functions() -> Vec<Function> {
    let any = |name| Parameter::new(name, Type::Dynamic);
    let lists = Type::map(Type::list(Type::String));
    vec![
        Function::typed("keys", keys_type, keys).parameter(any("inputMap").unknown().marked()),
        Function::typed("values", values_type, values).parameter(any("mapping").marked()),
        Function::typed("lookup", lookup_type, lookup)
            .parameter(any("inputMap").marked())
            .parameter(Parameter::new("key", Type::String).marked())
            .variadic(Parameter::verbatim("default"))
            .maybe_null(),
        Function::typed("merge", merge_type, merge).variadic(any("maps").dynamic().null().marked()),
        Function::typed("zipmap", zipmap_type, zipmap)
            .parameter(Parameter::new("keys", Type::list(Type::String)).marked())
            .parameter(any("values").marked()),
        Function::pure("transpose", lists.clone(), transpose).parameter(Parameter::new("values", lists)),
    ]
}

fn keys_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    match arguments[0].ty() {
        Type::Map(_) => Ok(Type::list(Type::String)),
        Type::Object(object) => Ok(Type::tuple(object.attributes.keys().map(|_| Type::String))),
        _ => Err(FunctionError::argument(0, "must have map or object type")),
    }
}

fn keys(arguments: &[Value]) -> Answer {
    let ty = keys_type(arguments)?;
    let (map, marks) = arguments[0].clone().without_marks();
    let keys = match (map.ty(), map.entries()) {
        (Type::Object(object), _) => {
            Value::tuple(object.attributes.keys().map(|it| Value::string(it.clone())).collect())
        }
        (_, Some(entries)) => {
            Value::list(Type::String, entries.keys().map(|it| Value::string(it.clone())).collect())
        }
        _ => Value::unknown(ty),
    };
    Ok(keys.with_marks(marks))
}

fn values_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    match arguments[0].ty() {
        Type::Map(element) => Ok(Type::List(element.clone())),
        Type::Object(object) => Ok(Type::tuple(object.attributes.values().cloned())),
        _ => Err(FunctionError::new("values() requires a map as the first argument")),
    }
}

fn values(arguments: &[Value]) -> Answer {
    let ty = values_type(arguments)?;
    let (map, marks) = arguments[0].clone().without_marks();
    let Some(entries) = map.entries() else { return Ok(Value::unknown(ty).with_marks(marks)) };
    let values = entries.values().cloned().collect();
    let values = match map.ty() {
        Type::Map(element) => Value::list(element.as_ref().clone(), values),
        _ => Value::tuple(values),
    };
    Ok(values.with_marks(marks))
}

fn lookup_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    if arguments.len() > 3 {
        let given = arguments.len();
        return Err(FunctionError::new(format!("lookup() takes two or three arguments, got {given}")));
    }
    let default = arguments.get(2);
    match arguments[0].ty() {
        Type::Object(object) => {
            let Some(key) = arguments[1].as_str() else { return Ok(Type::Dynamic) };
            match (object.attributes.get(key), default) {
                (Some(ty), _) => Ok(ty.clone()),
                (None, Some(default)) => Ok(default.ty().clone()),
                (None, None) => {
                    let message = format!("the given object has no attribute {}", quote(key));
                    Err(FunctionError::argument(0, message))
                }
            }
        }
        Type::Map(element) => {
            if default.is_some_and(|it| convert::convert(it, element).is_err()) {
                let message = "the default value must have the same type as the map elements";
                return Err(FunctionError::argument(2, message));
            }
            Ok(element.as_ref().clone())
        }
        _ => Err(FunctionError::argument(0, "lookup() requires a map as the first argument")),
    }
}

fn lookup(arguments: &[Value]) -> Answer {
    let ty = lookup_type(arguments)?;
    let (map, map_marks) = arguments[0].clone().without_marks();
    let (key, key_marks) = arguments[1].clone().without_marks();
    let marks = map_marks | key_marks;
    let Some(entries) = map.entries() else { return Ok(Value::unknown(ty).with_marks(marks)) };
    if let Some(found) = entries.get(text(&key)) {
        return Ok(found.clone().with_marks(marks));
    }
    match arguments.get(2) {
        Some(default) => convert::convert(default, &ty)
            .map(|it| it.with_marks(marks))
            .map_err(|error| FunctionError::argument(2, error.message)),
        None => {
            let key = quote_unless_secret(text(&key), key_marks);
            Err(FunctionError::new(format!("lookup failed to find key {key}")))
        }
    }
}

fn merge_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    if let Some(single) = single_type(arguments)? {
        return Ok(single);
    }
    let mut attributes: Vec<(Arc<str>, Type)> = Vec::new();
    for argument in arguments.iter().filter(|it| !it.is_null()) {
        match (argument.ty(), argument.entries()) {
            (Type::Map(element), Some(entries)) => {
                attributes.extend(entries.keys().map(|it| (it.clone(), element.as_ref().clone())));
            }
            (Type::Object(object), _) => {
                attributes.extend(object.attributes.iter().map(|(name, ty)| (name.clone(), ty.clone())));
            }
            _ => return Ok(Type::Dynamic),
        }
    }
    Ok(Type::object(attributes))
}

/// Returns the type that all maps and objects have, or dynamic where it is not known; `None` when they have several.
fn single_type(arguments: &[Value]) -> Result<Option<Type>, FunctionError> {
    let mut types = Vec::new();
    for argument in arguments {
        let ty = match argument.ty() {
            Type::Dynamic => return Ok(Some(Type::Dynamic)),
            // A null object has no attributes, whatever its type says.
            Type::Object(_) if argument.is_null() => Type::object::<Arc<str>>([]),
            ty @ (Type::Object(_) | Type::Map(_)) => ty.clone(),
            _ => return Err(unmergeable(argument)),
        };
        if types.last() != Some(&ty) {
            types.push(ty);
        }
    }
    Ok(match types.pop() {
        None => Some(Type::object::<Arc<str>>([])),
        Some(only) => types.is_empty().then_some(only),
    })
}

fn unmergeable(argument: &Value) -> FunctionError {
    let name = quote(&argument.ty().friendly_name());
    FunctionError::new(format!("arguments must be maps or objects, got {name}"))
}

fn merge(arguments: &[Value]) -> Answer {
    let single = single_type(arguments)?;
    let mut merged = Vec::new();
    let mut marks = Marks::NONE;
    for argument in arguments.iter().filter(|it| !it.is_null()) {
        marks |= argument.marks();
        let entries = argument.entries().ok_or_else(|| unmergeable(argument))?;
        merged.extend(entries.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    let merged = match single {
        Some(Type::Map(element)) => Value::map(element.as_ref().clone(), merged),
        _ => Value::object(merged),
    };
    Ok(merged.with_marks(marks))
}

fn zipmap_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    match arguments[1].ty() {
        Type::List(element) => Ok(Type::Map(element.clone())),
        Type::Tuple(types) => {
            if !arguments[0].is_wholly_known() {
                return Ok(Type::Dynamic);
            }
            let keys = zip_keys(&arguments[0], types.len())?;
            Ok(Type::object(keys.into_iter().zip(types.iter().cloned())))
        }
        _ => Err(FunctionError::new("values argument must be a list or tuple value")),
    }
}

/// Returns the texts of keys, of which there must be as many as there are values.
fn zip_keys(keys: &Value, values: usize) -> Result<Vec<Arc<str>>, FunctionError> {
    let keys = elements(keys);
    if keys.len() != values {
        return Err(FunctionError::new(format!(
            "number of keys ({}) does not match number of values ({values})",
            keys.len()
        )));
    }
    let texts = keys.iter().enumerate().map(|(index, key)| match key.as_str() {
        Some(text) => Ok(Arc::from(text)),
        None => Err(FunctionError::new(format!("keys list has null value at index {index}"))),
    });
    texts.collect()
}

fn zipmap(arguments: &[Value]) -> Answer {
    let ty = zipmap_type(arguments)?;
    let (keys, key_marks) = arguments[0].clone().without_marks();
    let (values, value_marks) = arguments[1].clone().without_marks();
    let mut marks = key_marks | value_marks;
    if !keys.is_wholly_known() {
        return Ok(Value::unknown(ty).with_marks(marks));
    }
    // Keys cannot carry marks of their own, so the whole result carries them.
    marks = elements(&keys).iter().fold(marks, |marks, it| marks | it.marks());
    let values = elements(&values);
    let zipped = zip_keys(&keys, values.len())?.into_iter().zip(values.iter().cloned());
    let zipped = match ty {
        Type::Map(element) => Value::map(element.as_ref().clone(), zipped),
        _ => Value::object(zipped),
    };
    Ok(zipped.with_marks(marks))
}

fn transpose(arguments: &[Value]) -> Answer {
    let ty = Type::list(Type::String);
    if !arguments[0].is_wholly_known() {
        return Ok(Value::unknown(Type::map(ty)));
    }
    let mut transposed: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
    for (key, list) in arguments[0].entries().into_iter().flatten() {
        if list.is_null() {
            return Err(FunctionError::new("input must not contain null list"));
        }
        for element in elements(list) {
            let Some(text) = element.as_str() else {
                return Err(FunctionError::new("input list must not contain null string"));
            };
            // Keys come in order, so every new list is sorted.
            transposed.entry(Arc::from(text)).or_default().push(Value::string(key.clone()));
        }
    }
    let lists = transposed.into_iter().map(|(key, keys)| (key, Value::list(Type::String, keys)));
    Ok(Value::map(ty, lists))
}
