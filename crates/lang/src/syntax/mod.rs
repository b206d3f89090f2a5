//! From text to syntax tree.
//!
//! Text is split into tokens, the grammar pass checks them and says what is wrong as Terraform would, and accepted
//! text goes through the parser library into our tree. Strings, numbers and names are read from the tokens, never
//! from the library's idea of them.

mod grammar;
mod json;
mod literal;
mod lower;
mod lower_expression;
mod lower_steps;
mod lower_template;
mod mask;
mod positions;
mod scan;
mod token;

use std::sync::Arc;

use rinfra_diag::{Diagnostics, Position, Result};

use self::grammar::{Facts, Grammar};
pub(crate) use self::literal::unescape;
use self::lower::Lowering;
use self::positions::Positions;
pub(crate) use self::scan::code as code_tokens;
pub(crate) use self::token::{Token, TokenKind};
use crate::ast::{Body, Expression};

/// Returns the body a file in native syntax holds, and what is wrong with it.
///
/// When there are errors the body is empty.
pub fn parse_native(file: &Arc<str>, text: &str) -> (Body, Diagnostics) {
    let positions = Positions::new(file, text, Position::START);
    let tokens = scan::code(text);
    let mut facts = Grammar::new(&positions, &tokens).file();
    let mut diagnostics = std::mem::take(&mut facts.diagnostics);
    if !diagnostics.has_errors() {
        match Lowering::new(&positions, &tokens, &facts).file() {
            Ok(body) => return (body, diagnostics),
            Err(refused) => diagnostics = refused,
        }
    }
    let (span, end) = (positions.span(0..text.len()), positions.span(text.len()..text.len()));
    (Body { attributes: Vec::new(), blocks: Vec::new(), span, end, json: None }, diagnostics)
}

/// Returns the body a file in JSON holds, and what is wrong with it.
///
/// All properties are arguments until [`json_body::content`](crate::json_body::content) says which are blocks. When
/// there are errors, what could be read is returned.
pub fn parse_json(file: &Arc<str>, text: &str) -> (Body, Diagnostics) {
    json::parse(file, text)
}

/// Returns the expression a text holds; `start` is where the text stands in its file. Line breaks mean nothing.
///
/// # Errors
/// What is wrong with the syntax.
pub fn parse_expression(file: &Arc<str>, text: &str, start: Position) -> Result<Expression> {
    let positions = Positions::new(file, text, start);
    let tokens = scan::code(text);
    let facts = accepted(Grammar::new(&positions, &tokens).whole_expression())?;
    let significant = |token: &&Token| !matches!(token.kind, TokenKind::Newline | TokenKind::End);
    let first = tokens.iter().find(significant).map_or(0, |token| token.start);
    let last = tokens.iter().rev().find(significant).map_or(0, |token| token.end);
    Lowering::new(&positions, &tokens, &facts).part(first..last)
}

/// Returns the expression a text is that is a template as a whole, as `templatefile` reads it.
///
/// # Errors
/// What is wrong with the syntax.
pub fn parse_template(file: &Arc<str>, text: &str, start: Position) -> Result<Expression> {
    let positions = Positions::new(file, text, start);
    let tokens = scan::template(text);
    let facts = accepted(Grammar::new(&positions, &tokens).whole_template())?;
    Lowering::new(&positions, &tokens, &facts).template_at(0..text.len())
}

fn accepted(mut facts: Facts) -> Result<Facts> {
    let diagnostics = std::mem::take(&mut facts.diagnostics);
    diagnostics.into_result(facts)
}

/// Returns whether a text could be a name in the language.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && scan::name_length(text) == text.len()
}
