//! Expressions of which only the form counts: lists, references and keywords that are never evaluated.

use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Position};
use rinfra_lang::{Expression, ExpressionKind, Traversal, TraversalStep, syntax};
use rinfra_value::Value;

/// Returns the elements of a list that is written out.
pub(crate) fn list<'a>(expression: &'a Expression, found: &mut Diagnostics) -> &'a [Expression] {
    if let ExpressionKind::Tuple(elements) = &expression.kind {
        return elements;
    }
    let diagnostic = Diagnostic::error("Invalid expression", "A static list expression is required.");
    found.push(diagnostic.at(expression.span.clone()));
    &[]
}

/// Returns the references in a list that is written out, as in `depends_on`.
pub(crate) fn references(expression: &Expression, found: &mut Diagnostics) -> Vec<Traversal> {
    list(expression, found).iter().filter_map(|it| quotable_reference(it, found)).collect()
}

/// Returns the one reference an expression is; quotes around it are tolerated with a warning.
pub(crate) fn quotable_reference(expression: &Expression, found: &mut Diagnostics) -> Option<Traversal> {
    let Some(text) = literal_text(expression) else { return reference(expression, found) };
    let detail = "In this context, references are expected literally rather than in quotes. Remove the quotes \
                  surrounding this reference to silence this warning.";
    let start = expression.span.start;
    let inside = Position { line: start.line, column: start.column + 1, byte: start.byte + 1 };
    let parsed = found.absorb(syntax::parse_expression(&expression.span.file, text, inside))?;
    let traversal = reference(&parsed, found)?;
    found.push(Diagnostic::warning("Quoted references are deprecated", detail).at(expression.span.clone()));
    Some(traversal)
}

/// Returns the one reference an expression is.
pub(crate) fn reference(expression: &Expression, found: &mut Diagnostics) -> Option<Traversal> {
    if let Some(traversal) = as_reference(expression) {
        return Some(traversal);
    }
    let detail = "A single static variable reference is required: only attribute access and indexing with \
                  constant keys. No calculations, function calls, template expressions, etc are allowed here.";
    found.push(Diagnostic::error("Invalid expression", detail).at(expression.span.clone()));
    None
}

pub(crate) fn as_reference(expression: &Expression) -> Option<Traversal> {
    match &expression.kind {
        ExpressionKind::Traversal(traversal) if !has_splat(traversal) => Some(Traversal::clone(traversal)),
        _ => None,
    }
}

fn has_splat(traversal: &Traversal) -> bool {
    traversal.steps.iter().any(|it| matches!(it, TraversalStep::Splat { .. }))
}

/// Returns the bare word an expression is.
pub(crate) fn keyword(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        ExpressionKind::Traversal(traversal) if traversal.steps.is_empty() => Some(&traversal.root),
        ExpressionKind::Literal(value) if value.is_null() => Some("null"),
        ExpressionKind::Literal(value) => value.as_bool().map(|it| if it { "true" } else { "false" }),
        _ => None,
    }
}

/// Returns the text of a quoted string without interpolation.
pub(crate) fn literal_text(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        ExpressionKind::Template(parts) => match &**parts {
            [] => Some(""),
            [part] => literal_text(part),
            _ => None,
        },
        ExpressionKind::Literal(value) => Value::as_str(value),
        _ => None,
    }
}

/// Returns the name a step leads to, for steps that are names.
pub(crate) fn step_name(step: Option<&TraversalStep>) -> Option<&Arc<str>> {
    match step {
        Some(TraversalStep::Attribute { name, .. }) => Some(name),
        _ => None,
    }
}
