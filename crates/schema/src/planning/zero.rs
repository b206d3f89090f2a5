//! Values that say nothing.

use rinfra_value::Value;

/// Returns true for null, `""` and collections without elements.
pub(super) fn is_blank(value: &Value) -> bool {
    value.is_null()
        || value.as_str().is_some_and(str::is_empty)
        || (value.ty().is_collection() && value.len() == Some(0))
}

/// Returns true for blank values, `false` and `0`: what a stored object holds for an argument nobody set.
pub(super) fn is_zero(value: &Value) -> bool {
    is_blank(value)
        || value.as_bool() == Some(false)
        || value.as_number().is_some_and(rinfra_value::Number::is_zero)
}
