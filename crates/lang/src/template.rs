//! Templates that are a file or a string of their own, as `templatefile` and `templatestring` read them.

use std::sync::Arc;

use rinfra_diag::{Position, Result};

use crate::ast::Expression;
use crate::syntax;

/// Returns the template a text holds. [`evaluate`](crate::evaluate()) renders it.
///
/// A text that is one interpolation and nothing else keeps the type of what is interpolated.
///
/// # Errors
/// What is wrong with the syntax.
pub fn parse(file: &Arc<str>, text: &str) -> Result<Expression> {
    syntax::parse_template(file, text, Position::START)
}
