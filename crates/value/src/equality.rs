//! The language's `==`.

use crate::Value;

/// Returns whether two values are equal.
pub fn equals(left: &Value, right: &Value) -> Value {
    Value::bool(left == right)
}
