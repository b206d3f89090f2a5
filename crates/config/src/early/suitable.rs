//! Which values will do where they are needed early.

use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Result};
use rinfra_lang::{Attribute, Expression};
use rinfra_value::{Marks, Type, Value};

use crate::constant;

/// Returns the text an argument is set to.
pub(crate) fn early_string(
    attribute: &Attribute,
    holder: &str,
    value: Result<Value>,
    found: &mut Diagnostics,
) -> Option<Arc<str>> {
    let expression = &attribute.expression;
    let value = found.absorb(value.and_then(|it| without_secrets(it, expression, holder)))?;
    constant::suitable(expression, &value, &Type::String, found)?.as_str().map(Into::into)
}

/// Returns the value, which must not hold anything that is kept from the manifest and the screen.
///
/// # Errors
/// That it does.
pub(crate) fn without_secrets(value: Value, expression: &Expression, holder: &str) -> Result<Value> {
    let marks = value.marks_deep();
    let (summary, what) = if marks.contains(Marks::SENSITIVE) {
        ("Sensitive value not allowed", "sensitive")
    } else if marks.contains(Marks::EPHEMERAL) {
        ("Ephemeral value not allowed", "ephemeral")
    } else {
        return Ok(value);
    };
    let detail = format!(
        "This value is {what} or derived from one that is, and {holder} is shown and recorded in files."
    );
    Err(Diagnostic::error(summary, detail).at(expression.span.clone()).into())
}
