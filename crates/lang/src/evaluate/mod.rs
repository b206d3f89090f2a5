//! From expression and scope to value.

use rinfra_diag::{Diagnostic, Result};
use rinfra_value::{Type, Value};

use crate::ast::Expression;
use crate::scope::Scope;

/// Returns what an expression is worth in a scope.
///
/// # Errors
/// Everything found wrong, with the place it stands at.
pub fn evaluate(expression: &Expression, _scope: &Scope<'_>) -> Result<Value> {
    Err(Diagnostic::error("Unsupported expression", "not evaluated yet").at(expression.span.clone()).into())
}

/// Returns what an expression is worth in a scope, converted to a type.
///
/// # Errors
/// As [`evaluate`], and when the value cannot be converted.
pub fn evaluate_as(expression: &Expression, scope: &Scope<'_>, _wanted: &Type) -> Result<Value> {
    evaluate(expression, scope)
}
