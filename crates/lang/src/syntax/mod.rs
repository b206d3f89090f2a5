//! From text to syntax tree.

use std::sync::Arc;

use rinfra_diag::{Diagnostics, Position, Result, Span};

use crate::ast::{Body, Expression};

/// Returns the body a file in native syntax holds, and what is wrong with it.
///
/// When there are errors the body holds what could be understood.
pub fn parse_native(file: &Arc<str>, _text: &str) -> (Body, Diagnostics) {
    let span = Span::start_of(file.clone());
    (Body { attributes: Vec::new(), blocks: Vec::new(), span: span.clone(), end: span }, Diagnostics::new())
}

/// Returns the expression a text holds; `start` is where the text stands in its file.
///
/// # Errors
/// What is wrong with the syntax.
pub fn parse_expression(file: &Arc<str>, _text: &str, _start: Position) -> Result<Expression> {
    let span = Span::start_of(file.clone());
    Err(rinfra_diag::Diagnostic::error("Invalid expression", "not parsed yet").at(span).into())
}
