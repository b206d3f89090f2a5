//! From expression and scope to value.
//!
//! Every part of an expression is evaluated even where another part is wrong, so that all errors are told at once; a
//! part that failed is worth an unknown value of unknown type to the rest. Unknown and marked values follow
//! Terraform's rules.

mod access;
mod call;
mod conditional;
mod construct;
mod extent;
mod for_expression;
mod operator;
mod splat;
mod template;

pub(crate) use access::apply_steps;

use rinfra_diag::{Diagnostic, Diagnostics, Result, Span};
use rinfra_value::{Type, Value, convert};

use crate::ast::{Expression, ExpressionKind, JsonString};
use crate::evidence::{self, Cause, evidence};
use crate::scope::Scope;
use crate::stack;

/// Returns what an expression is worth in a scope.
///
/// # Errors
/// Everything found wrong, with the place it stands at.
pub fn evaluate(expression: &Expression, scope: &Scope<'_>) -> Result<Value> {
    let mut diagnostics = Diagnostics::new();
    let value = value_of(expression, scope, &mut diagnostics);
    if diagnostics.has_errors() { Err(diagnostics) } else { Ok(value) }
}

/// Returns what an expression is worth in a scope, converted to a type.
///
/// # Errors
/// As [`evaluate`], and "Incorrect value type" when the value cannot be converted.
pub fn evaluate_as(expression: &Expression, scope: &Scope<'_>, wanted: &Type) -> Result<Value> {
    let value = evaluate(expression, scope)?;
    convert::convert(&value, wanted).map_err(|error| {
        let detail = format!("The value of this expression does not fit: {error}.");
        let diagnostic = Diagnostic::error("Incorrect value type", detail).at(expression.span.clone());
        diagnostic.evidence(evidence(expression, scope, Cause::Other)).into()
    })
}

/// Returns the value and adds what is wrong to `diagnostics`.
fn value_of(expression: &Expression, scope: &Scope<'_>, diagnostics: &mut Diagnostics) -> Value {
    let first = diagnostics.len();
    let value = stack::with_room(|| value_of_kind(expression, scope, diagnostics));
    let value = extent::checked(value, &expression.span, diagnostics);
    evidence::complete(diagnostics, first, expression, scope);
    value
}

fn value_of_kind(expression: &Expression, scope: &Scope<'_>, diagnostics: &mut Diagnostics) -> Value {
    let whole = &expression.span;
    match &expression.kind {
        ExpressionKind::Literal(value) => (**value).clone(),
        ExpressionKind::Template(parts) => template::template(parts, whole, scope, diagnostics),
        ExpressionKind::TemplateWrap(inner) | ExpressionKind::Parentheses(inner) => {
            value_of(inner, scope, diagnostics)
        }
        ExpressionKind::TemplateJoin(tuple) => template::join(tuple, whole, scope, diagnostics),
        ExpressionKind::Tuple(items) => construct::tuple(items, scope, diagnostics),
        ExpressionKind::Object(items) => construct::object(items, scope, diagnostics),
        ExpressionKind::Traversal(traversal) => access::traversal(traversal, scope, diagnostics),
        ExpressionKind::RelativeTraversal { source, steps } => {
            let value = value_of(source, scope, diagnostics);
            apply_steps(value, steps, diagnostics)
        }
        ExpressionKind::Index { collection, key, brackets } => {
            let collection = value_of(collection, scope, diagnostics);
            let key = value_of(key, scope, diagnostics);
            access::index(&collection, &key, brackets, diagnostics)
        }
        ExpressionKind::Splat { source, each, marker } => {
            splat::splat(&splat::Splat { source, each, marker, whole }, scope, diagnostics)
        }
        ExpressionKind::SplatElement => scope.element().cloned().unwrap_or_else(Value::dynamic),
        ExpressionKind::Call(call) => call::call(call, whole, scope, diagnostics),
        ExpressionKind::Conditional(conditional) => {
            conditional::conditional(conditional, whole, scope, diagnostics)
        }
        ExpressionKind::Unary { operator, operand, .. } => {
            operator::unary(*operator, operand, whole, scope, diagnostics)
        }
        ExpressionKind::Binary { first, rest } => operator::chain(first, rest, scope, diagnostics),
        ExpressionKind::For(expression) => for_expression::evaluate(expression, whole, scope, diagnostics),
        ExpressionKind::JsonString(string) => json_string(string, scope, diagnostics),
    }
}

/// Returns the rendered template a string in JSON is, or its text where nothing is evaluated.
fn json_string(string: &JsonString, scope: &Scope<'_>, diagnostics: &mut Diagnostics) -> Value {
    match &string.template {
        _ if scope.is_constant() => Value::string(string.text.clone()),
        Ok(template) => value_of(template, scope, diagnostics),
        Err(wrong) => {
            diagnostics.extend(wrong.clone());
            Value::dynamic()
        }
    }
}

/// Nobody reads more errors than this about one expression.
const MOST_ERRORS: usize = 1000;

/// Tells whether a loop may go on to another element; says why not.
fn may_go_on(whole: &Span, scope: &Scope<'_>, diagnostics: &mut Diagnostics) -> bool {
    if diagnostics.len() >= MOST_ERRORS {
        return false;
    }
    let may = scope.step();
    if !may {
        let detail = "The loops of this expression go through more than ten million elements, all together.";
        report(diagnostics, "Too many iterations", detail, whole, whole);
    }
    may
}

/// Adds an error about `at` inside `within`.
fn report(diagnostics: &mut Diagnostics, summary: &str, detail: impl Into<String>, at: &Span, within: &Span) {
    let diagnostic = Diagnostic::error(summary, detail).at(at.clone());
    diagnostics.push(if at == within { diagnostic } else { diagnostic.within(within.clone()) });
}

/// Returns where an expression begins: what is underlined when it is the wrong argument of a function.
fn start_of(expression: &Expression) -> Span {
    let first = |length: usize| {
        let start = expression.span.start;
        Span::new(expression.span.file.clone(), start, start.advanced(length))
    };
    match &expression.kind {
        ExpressionKind::Call(call) => call.name_span.to(&call.open),
        ExpressionKind::Conditional(conditional) if expression.span.contains(&conditional.condition.span) => {
            start_of(&conditional.condition)
        }
        ExpressionKind::Index { brackets, .. } => {
            let mut open = (**brackets).clone();
            open.end = open.start.advanced(1);
            open
        }
        ExpressionKind::Tuple(_) | ExpressionKind::Object(_) => first(1),
        ExpressionKind::For(expression) => expression.open.clone(),
        ExpressionKind::Splat { marker, .. } => (**marker).clone(),
        ExpressionKind::Template(parts) => parts.first().map_or_else(|| expression.span.clone(), start_of),
        ExpressionKind::TemplateJoin(inner) | ExpressionKind::Parentheses(inner) => start_of(inner),
        ExpressionKind::Binary { first, .. } => start_of(first),
        ExpressionKind::Unary { operator_span, .. } => (**operator_span).clone(),
        _ => expression.span.clone(),
    }
}
