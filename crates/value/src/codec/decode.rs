//! Reading.

use super::{CodecError, refinement};
use crate::{Entries, Marks, Number, Type, Value};
use serde::Deserialize;
use serde_json::Value as Json;

type Members = serde_json::Map<String, Json>;

/// Returns the value that stands where one of type `expected` is expected.
pub(super) fn node(json: &Json, expected: &Type) -> Result<Value, CodecError> {
    if let Some((kind, members)) = special(json) {
        return match kind {
            "marked" => {
                let marks = Marks::deserialize(member(members, "marks")?)
                    .map_err(|error| CodecError::new(error.to_string()))?;
                Ok(node(member(members, "value")?, expected)?.with_marks(marks))
            }
            "typed" => {
                let ty = Type::from_json(member(members, "type")?)
                    .map_err(|error| CodecError::new(error.to_string()))?;
                node(member(members, "value")?, &ty)
            }
            "unknown" => {
                let unknown = Value::unknown(expected.clone());
                match members.get("but") {
                    None => Ok(unknown),
                    Some(known) => Ok(unknown.with_refinement(refinement::decode(known)?)),
                }
            }
            "number" => number(json).map(Value::number),
            other => Err(CodecError::new(format!("{other:?} is no kind of value"))),
        };
    }
    match (json, expected) {
        (Json::Null, ty) => Ok(Value::null(ty.clone())),
        (Json::String(text), Type::String) => Ok(Value::string(text.as_str())),
        (Json::Bool(truth), Type::Bool) => Ok(Value::bool(*truth)),
        (Json::Number(_), Type::Number) => number(json).map(Value::number),
        (Json::Array(elements), Type::List(element)) => {
            Ok(Value::list(element.as_ref().clone(), each(elements, element)?))
        }
        (Json::Array(elements), Type::Set(element)) => {
            Ok(Value::set(element.as_ref().clone(), each(elements, element)?))
        }
        (Json::Array(elements), Type::Tuple(types)) if elements.len() == types.len() => {
            let decoded = elements.iter().zip(types.iter()).map(|(json, ty)| node(json, ty));
            Ok(Value::tuple(decoded.collect::<Result<_, _>>()?))
        }
        (Json::Object(members), Type::Map(element)) => {
            Ok(Value::map(element.as_ref().clone(), entries(members, |_| Some(element.as_ref()))?))
        }
        (Json::Object(members), Type::Object(object)) if members.len() == object.attributes.len() => {
            Ok(Value::object(entries(members, |name| object.attributes.get(name))?))
        }
        (_, expected) => Err(CodecError::new(format!("no {expected} where one is expected"))),
    }
}

fn each(elements: &[Json], element: &Type) -> Result<Vec<Value>, CodecError> {
    elements.iter().map(|json| node(json, element)).collect()
}

fn entries<'a>(
    members: &Members,
    expected: impl Fn(&str) -> Option<&'a Type>,
) -> Result<Entries, CodecError> {
    let decoded = members.iter().map(|(name, json)| {
        let name = name.strip_prefix('$').unwrap_or(name);
        let expected = expected(name)
            .ok_or_else(|| CodecError::new(format!("{name:?} is not an attribute of the type")))?;
        Ok((name, node(json, expected)?))
    });
    decoded.collect()
}

/// Returns the number that was written as one of JSON's or with its precision.
pub(super) fn number(json: &Json) -> Result<Number, CodecError> {
    let refuse = || CodecError::new(format!("{json} is not a number"));
    match (json, special(json)) {
        (Json::Number(digits), _) => Number::parse(&digits.to_string()).ok_or_else(refuse),
        (_, Some(("number", members))) => {
            let digits = member(members, "digits")?.as_str().ok_or_else(refuse)?;
            let precision = member(members, "precision")?.as_u64().and_then(|bits| u32::try_from(bits).ok());
            let precision = precision.filter(|bits| (1..=Number::GREATEST_PRECISION).contains(bits));
            precision.and_then(|precision| Number::parse_with_precision(digits, precision)).ok_or_else(refuse)
        }
        _ => Err(refuse()),
    }
}

fn special(json: &Json) -> Option<(&str, &Members)> {
    let members = json.as_object()?;
    Some((members.get("$")?.as_str()?, members))
}

fn member<'a>(members: &'a Members, name: &str) -> Result<&'a Json, CodecError> {
    members.get(name).ok_or_else(|| CodecError::new(format!("no {name}")))
}
