//! Carrying a conversion out, once it is known to exist.

use super::{ConvertError, Safety, collection, mismatch, primitive, structure, undetermined};
use crate::{Path, Type, Value};

/// Returns the value converted; marks of the value itself are kept aside and put back.
pub(super) fn apply(
    value: &Value,
    to: &Type,
    safety: Safety,
    path: &mut Path,
) -> Result<Value, ConvertError> {
    if *to == Type::Dynamic || value.ty() == to {
        return Ok(value.clone());
    }
    if value.is_null() || !value.is_known() {
        return Ok(undetermined::convert(value, to).with_marks(value.marks()));
    }
    let converted = match (value.ty(), to) {
        (from, _) if from.is_primitive() => primitive::convert(value, to, path),
        (Type::List(_) | Type::Set(_) | Type::Tuple(_), Type::List(element)) => {
            collection::to_list(value, element, safety, path)
        }
        (Type::List(_) | Type::Set(_) | Type::Tuple(_), Type::Set(element)) => {
            collection::to_set(value, element, safety, path)
        }
        (Type::Map(_) | Type::Object(_), Type::Map(element)) => {
            collection::to_map(value, element, safety, path)
        }
        (Type::Tuple(_), Type::Tuple(elements)) => structure::to_tuple(value, elements, safety, path),
        (Type::Object(_), Type::Object(object)) => structure::object_to_object(value, object, safety, path),
        (Type::Map(_), Type::Object(object)) => structure::map_to_object(value, object, safety, path),
        (from, to) => Err(ConvertError::new(path, mismatch::message(from, to))),
    };
    converted.map(|converted| converted.with_marks(value.marks()))
}
