//! Reading arguments and wording what is wrong with them.

use std::fmt::Write as _;

use rinfra_value::{Marks, Type, Value};

/// Returns the text of a string argument, which the protocol has made sure is one.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Returns a number argument as a machine integer.
pub(super) fn whole(value: &Value) -> Result<i64, String> {
    value
        .as_number()
        .filter(|it| it.is_integer())
        .and_then(|it| it.to_i64())
        .ok_or_else(|| format!("value must be a whole number, between {} and {}", i64::MIN, i64::MAX))
}

/// Returns whether a type is a list, a set or a tuple.
pub(super) fn is_sequence(ty: &Type) -> bool {
    matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_))
}

/// Returns the elements of a sequence that is known.
pub(super) fn elements(value: &Value) -> &[Value] {
    value.elements().unwrap_or_default()
}

/// Returns how many elements a collection has, if that is certain: unknown elements of a set may yet turn out equal.
pub(super) fn known_length(value: &Value) -> Option<usize> {
    let length = value.len()?;
    let certain = length < 2 || !matches!(value.ty(), Type::Set(_)) || value.is_wholly_known();
    certain.then_some(length)
}

/// Returns a number as a value.
pub(super) fn count(length: usize) -> Value {
    Value::number(length)
}

/// Quotes text for a message, so that nothing in it can be mistaken for the message.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other if other.is_control() => {
                let _ = write!(quoted, "\\x{:02x}", u32::from(other));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Quotes text for a message unless it is secret.
pub(super) fn quote_unless_secret(text: &str, marks: Marks) -> String {
    match (marks.contains(Marks::EPHEMERAL), marks.contains(Marks::SENSITIVE)) {
        (true, true) => "(ephemeral sensitive value)".to_owned(),
        (true, false) => "(ephemeral value)".to_owned(),
        (false, true) => "(sensitive value)".to_owned(),
        (false, false) => quote(text),
    }
}
