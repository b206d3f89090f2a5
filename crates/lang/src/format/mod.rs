//! How a configuration is laid out.
//!
//! Formatting works on tokens: the text of each stays, only the space between them changes, and a few obsolete
//! spellings are replaced first. What is inside strings and heredocs, comments and line breaks stay where they are.

mod alignment;
mod indentation;
mod line;
mod piece;
mod rewrite;
mod spacing;
mod unwrap;

use std::sync::Arc;

use rinfra_diag::Diagnostics;

use self::line::Line;
use self::piece::Piece;

/// Returns a file in native syntax as `terraform fmt` writes it.
///
/// # Errors
/// What is wrong with the syntax: only text that can be parsed is laid out.
pub fn format(file: &Arc<str>, text: &str) -> rinfra_diag::Result<String> {
    let (_, diagnostics) = crate::syntax::parse_native(file, text);
    if diagnostics.has_errors() {
        return Err(diagnostics.into_iter().filter(|it| it.is_error()).collect::<Diagnostics>());
    }
    Ok(laid_out(&rewrite::modern(piece::pieces(text))))
}

/// Returns text in native syntax with the space between its tokens as it should be, and nothing else changed.
pub fn lay_out(text: &str) -> String {
    laid_out(&piece::pieces(text))
}

/// Returns pieces as text, with the right space before each.
fn laid_out(pieces: &[Piece<'_>]) -> String {
    let lines = Line::split(pieces);
    let mut spaces = vec![0; pieces.len()];
    spacing::set(pieces, &lines, &mut spaces);
    indentation::set(pieces, &lines, &mut spaces);
    alignment::set(pieces, &lines, &mut spaces);
    let mut text = String::new();
    for (piece, spaces) in pieces.iter().zip(spaces) {
        // What stands behind the last token belongs to no line.
        let spaces = if piece.is_end() { piece.trailing_space } else { spaces };
        text.extend(std::iter::repeat_n(' ', spaces));
        text.push_str(&piece.text);
    }
    text
}
