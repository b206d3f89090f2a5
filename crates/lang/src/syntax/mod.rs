//! From text to syntax tree.
//!
//! Text is split into tokens, and the grammar makes the tree of them and says what is wrong as Terraform would.

mod file_text;
mod grammar;
mod json;
mod literal;
mod positions;
mod scan;
mod token;

use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Position, Result, Span};

pub use self::file_text::FileText;
use self::grammar::Parser;
pub(crate) use self::literal::unescape;
use self::positions::Positions;
pub(crate) use self::scan::code as code_tokens;
pub(crate) use self::token::{Token, TokenKind};
use crate::ast::{Body, Expression, Traversal};

/// Returns the body a file holds, in JSON if its name says so, and what is wrong with it.
///
/// When there are errors, what could be read is returned: enough to look for other mistakes in it, not to evaluate it.
pub fn parse_file(file: &Arc<str>, content: &FileText<'_>) -> (Body, Diagnostics) {
    if file_text::is_json(file) {
        return parse_json(file, content.text());
    }
    native(file, content.text(), &scan::file(content))
}

/// Returns the body a text in native syntax holds, and what is wrong with it.
///
/// When there are errors, what could be read is returned, as by [`parse_file`].
pub fn parse_native(file: &Arc<str>, text: &str) -> (Body, Diagnostics) {
    native(file, text, &scan::code(text))
}

fn native(file: &Arc<str>, text: &str, tokens: &[Token]) -> (Body, Diagnostics) {
    if let Some(refused) = too_large(file, text) {
        return (nothing(file), refused);
    }
    let positions = Positions::new(file, text, Position::START, tokens);
    Parser::new(&positions, tokens).file()
}

/// Returns the body a file in JSON holds, and what is wrong with it.
///
/// All properties are arguments until [`json_body::content`](crate::json_body::content) says which are blocks. When
/// there are errors, what could be read is returned.
pub fn parse_json(file: &Arc<str>, text: &str) -> (Body, Diagnostics) {
    if let Some(refused) = too_large(file, text) {
        return (nothing(file), refused);
    }
    json::parse(file, text)
}

/// Refuses a file in which there are more bytes than positions.
fn too_large(file: &Arc<str>, text: &str) -> Option<Diagnostics> {
    let detail = format!("A file may have {} bytes at most. Split it into several.", Position::MOST_BYTES);
    let refusal = || Diagnostic::error("File too large", detail).at(Span::start_of(Arc::clone(file)));
    (text.len() > Position::MOST_BYTES).then(refusal).map(Diagnostics::from)
}

/// Returns a body without anything in it.
fn nothing(file: &Arc<str>) -> Body {
    let span = Span::start_of(Arc::clone(file));
    Body { attributes: Vec::new(), blocks: Vec::new(), end: span.clone(), span, json: None }
}

/// Returns the expression a text holds; `start` is where the text stands in its file. Line breaks mean nothing.
///
/// # Errors
/// What is wrong with the syntax.
pub fn parse_expression(file: &Arc<str>, text: &str, start: Position) -> Result<Expression> {
    let tokens = scan::code(text);
    let positions = Positions::new(file, text, start, &tokens);
    let (expression, found) = Parser::new(&positions, &tokens).whole_expression();
    found.into_result(expression)
}

/// Returns the reference a text is, nothing but a name and constant steps, and what is wrong with it.
///
/// When there are errors, the steps before the first one are returned.
pub fn parse_traversal(file: &Arc<str>, text: &str, start: Position) -> (Option<Traversal>, Diagnostics) {
    let tokens = scan::code(text);
    let positions = Positions::new(file, text, start, &tokens);
    Parser::new(&positions, &tokens).whole_traversal()
}

/// Returns the expression a text is that is a template as a whole, as `templatefile` reads it.
///
/// # Errors
/// What is wrong with the syntax.
pub fn parse_template(file: &Arc<str>, text: &str, start: Position) -> Result<Expression> {
    let tokens = scan::template(text);
    let positions = Positions::new(file, text, start, &tokens);
    let (expression, found) = Parser::new(&positions, &tokens).whole_template();
    found.into_result(expression)
}

/// Returns whether a text could be a name in the language.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && scan::name_length(text) == text.len()
}
