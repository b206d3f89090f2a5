//! Arguments that must be known before anything is evaluated.

use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Attribute, Expression, ExpressionKind, static_value};
use rinfra_value::{Type, Value};

/// Returns the value of an expression that may neither name anything nor call a function.
pub(crate) fn value(expression: &Expression, found: &mut Diagnostics) -> Option<Value> {
    found.absorb(static_value::constant(expression))
}

/// Returns the text an argument is set to.
pub(crate) fn string(attribute: &Attribute, found: &mut Diagnostics) -> Option<Arc<str>> {
    let value = typed(attribute, &Type::String, found)?;
    value.as_str().map(Into::into)
}

/// Returns what a switch is set to.
pub(crate) fn boolean(attribute: &Attribute, found: &mut Diagnostics) -> Option<bool> {
    typed(attribute, &Type::Bool, found)?.as_bool()
}

fn typed(attribute: &Attribute, wanted: &Type, found: &mut Diagnostics) -> Option<Value> {
    let expression = &attribute.expression;
    let mut refused = Diagnostics::new();
    let value = value(expression, &mut refused);
    // What is no constant is not known either.
    let value = value.unwrap_or_else(Value::dynamic);
    let value = suitable(expression, &value, wanted, found);
    found.extend(refused);
    value
}

/// Returns the value of an expression as the type that is wanted; it must be known, and not null.
pub(crate) fn suitable(
    expression: &Expression,
    value: &Value,
    wanted: &Type,
    found: &mut Diagnostics,
) -> Option<Value> {
    let mut unsuitable = |reason: &str| {
        let diagnostic = Diagnostic::error("Unsuitable value type", format!("Unsuitable value: {reason}"));
        found.push(diagnostic.at(start(expression)).within(expression.span.clone()));
    };
    match rinfra_value::convert::convert(value, wanted) {
        Ok(value) if value.is_null() => unsuitable(&format!("a {} is required", wanted.friendly_name())),
        Ok(value) if !value.is_known() => unsuitable("value must be known"),
        Ok(value) => return Some(value),
        Err(error) => unsuitable(&error.message),
    }
    None
}

/// Returns the place an expression starts at, as Terraform underlines it: a text without its quotes, a
/// collection's opening bracket, the first operand of an operator.
pub(crate) fn start(expression: &Expression) -> Span {
    match &expression.kind {
        ExpressionKind::Tuple(_) | ExpressionKind::Object(_) => {
            let mut bracket = expression.span.clone();
            bracket.end = bracket.start.advanced(1);
            bracket
        }
        ExpressionKind::Template(parts) => parts.first().map_or_else(|| expression.span.clone(), start),
        ExpressionKind::Binary { first, .. } => start(first),
        ExpressionKind::Conditional(conditional) => start(&conditional.condition),
        ExpressionKind::Unary { operator_span, .. } => (**operator_span).clone(),
        ExpressionKind::For(each) => each.open.clone(),
        ExpressionKind::Call(call) => call.name_span.to(&call.open),
        _ => expression.span.clone(),
    }
}
