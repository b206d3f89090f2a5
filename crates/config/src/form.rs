//! Expressions of which only the form counts: lists and references that are never evaluated.

use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Position};
use rinfra_lang::{Expression, Traversal, TraversalStep, static_value, syntax};

/// Returns the elements of a list that is written out.
pub(crate) fn list<'a>(expression: &'a Expression, found: &mut Diagnostics) -> Vec<&'a Expression> {
    if let Some(elements) = static_value::as_list(expression) {
        return elements;
    }
    let diagnostic = Diagnostic::error("Invalid expression", "A static list expression is required.");
    found.push(diagnostic.at(expression.span.clone()));
    Vec::new()
}

/// Returns the references in a list that is written out, as in `depends_on`.
pub(crate) fn references(expression: &Expression, found: &mut Diagnostics) -> Vec<Traversal> {
    list(expression, found).into_iter().filter_map(|it| quotable_reference(it, found)).collect()
}

/// Returns the one reference an expression is; quotes around it are tolerated with a warning.
pub(crate) fn quotable_reference(expression: &Expression, found: &mut Diagnostics) -> Option<Traversal> {
    let Some(text) = static_value::literal_string(expression) else { return reference(expression, found) };
    let detail = "In this context, references are expected literally rather than in quotes. Remove the \
                  quotes surrounding this reference to silence this warning.";
    let start = expression.span.start;
    let inside = Position { line: start.line, column: start.column + 1, byte: start.byte + 1 };
    let parsed = found.absorb(syntax::parse_expression(&expression.span.file, text, inside))?;
    let traversal = reference(&parsed, found)?;
    found.push(Diagnostic::warning("Quoted references are deprecated", detail).at(expression.span.clone()));
    Some(traversal)
}

/// Returns the one reference an expression is.
pub(crate) fn reference(expression: &Expression, found: &mut Diagnostics) -> Option<Traversal> {
    if let Some(traversal) = static_value::as_traversal(expression) {
        return Some(traversal);
    }
    let detail = "A single static variable reference is required: only attribute access and indexing with \
                  constant keys. No calculations, function calls, template expressions, etc are allowed \
                  here.";
    found.push(Diagnostic::error("Invalid expression", detail).at(expression.span.clone()));
    None
}

/// Returns the name a step leads to, for steps that are names.
pub(crate) fn step_name(step: Option<&TraversalStep>) -> Option<&Arc<str>> {
    match step {
        Some(TraversalStep::Attribute { name, .. }) => Some(name),
        _ => None,
    }
}
