//! Reading the fields of a struct out of an object, and writing them.

use rinfra_value::{Number, Type, Value};

use super::{DecodeError, Field};

/// Returns the field `name` of the object `value`; an attribute the object lacks counts as null.
///
/// # Errors
/// Values that are not a known object, and what the field itself cannot hold.
pub fn decode_field<F: Field>(value: &Value, name: &str) -> Result<F, DecodeError> {
    let entries = value.entries().ok_or_else(|| wrong_type("an object", value))?;
    let field = match entries.get(name) {
        Some(value) => F::decode(value),
        None => F::decode(&Value::null(F::attribute().ty)),
    };
    field.map_err(|error| error.under(name))
}

/// Returns the field `name` of the object `value`, or of `default` where it is null.
///
/// # Errors
/// As [`decode_field`].
pub fn decode_field_or<F: Field>(
    value: &Value,
    name: &str,
    default: impl FnOnce() -> Value,
) -> Result<F, DecodeError> {
    let entries = value.entries().ok_or_else(|| wrong_type("an object", value))?;
    let field = match entries.get(name) {
        Some(value) if !value.is_null() => F::decode(value),
        _ => F::decode(&default()),
    };
    field.map_err(|error| error.under(name))
}

/// Returns the error that `what` is required where `value` stands.
pub fn wrong_type(what: &str, value: &Value) -> DecodeError {
    DecodeError::new(if !value.is_known() {
        format!("{what} is required, but the value is not known yet")
    } else if value.is_null() {
        format!("{what} is required, but the value is null")
    } else {
        format!("{what} is required, not {}", value.ty().friendly_name())
    })
}

/// Returns the object of these fields.
pub fn encode_object<const N: usize>(fields: [(&'static str, Value); N]) -> Value {
    Value::object(fields)
}

/// Returns the value of a number's literal; null where it is none.
pub fn number(literal: &str) -> Value {
    Number::parse(literal).map_or_else(|| Value::null(Type::Number), Value::number)
}
