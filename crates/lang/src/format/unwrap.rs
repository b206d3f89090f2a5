//! Interpolations around a whole expression, which were needed before expressions could stand alone.

use super::piece::Piece;
use crate::syntax::TokenKind;

/// Returns an expression without the string around it, when the string is nothing but one interpolation.
pub(super) fn unwrapped(mut pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    if !is_only_interpolation(&pieces) {
        return pieces;
    }
    pieces.truncate(pieces.len() - 2);
    pieces.drain(..2);
    let is_line_break = |it: &Piece<'_>| it.is(TokenKind::Newline);
    let end = pieces.iter().rposition(|it| !is_line_break(it)).map_or(0, |last| last + 1);
    pieces.truncate(end);
    let start = pieces.iter().position(|it| !is_line_break(it)).unwrap_or(end);
    pieces.drain(..start);
    if breaks_lines(&pieces) && !is_in_parentheses(&pieces) {
        // Outside of brackets, a line break would end the expression.
        pieces.insert(0, Piece::token(TokenKind::OpenParenthesis, "("));
        pieces.push(Piece::token(TokenKind::CloseParenthesis, ")"));
    }
    pieces
}

fn is_only_interpolation(pieces: &[Piece<'_>]) -> bool {
    let [open, interpolation, inside @ .., end, close] = pieces else { return false };
    if inside.is_empty()
        || !open.is(TokenKind::OpenQuote)
        || !interpolation.is(TokenKind::OpenInterpolation)
        || !end.is(TokenKind::CloseSequence)
        || !close.is(TokenKind::CloseQuote)
    {
        return false;
    }
    let mut quotes = 0usize;
    for piece in inside {
        if piece.is(TokenKind::OpenQuote) {
            quotes += 1;
        } else if piece.is(TokenKind::CloseQuote) {
            quotes = quotes.saturating_sub(1);
        } else if quotes == 0 && is_template(piece) {
            return false;
        }
    }
    true
}

fn is_template(piece: &Piece<'_>) -> bool {
    piece.is(TokenKind::OpenInterpolation)
        || piece.is(TokenKind::CloseSequence)
        || piece.is(TokenKind::QuotedLiteral)
}

/// Tells whether an expression goes over more than one line, as far as the layout looks.
///
/// A comment breaks the line too, but does no harm inside of brackets or at the very end.
fn breaks_lines(pieces: &[Piece<'_>]) -> bool {
    let mut depth = 0;
    pieces.iter().enumerate().any(|(at, piece)| {
        depth += piece.nesting();
        let comment = piece.ends_line() && depth == 0 && at + 1 < pieces.len();
        piece.is(TokenKind::Newline) || comment
    })
}

/// Tells whether the first parenthesis is closed by the last one.
fn is_in_parentheses(pieces: &[Piece<'_>]) -> bool {
    let [open, inside @ .., close] = pieces else { return false };
    let mut depth = 0;
    let closes_early = |piece: &Piece<'_>| {
        depth += isize::from(piece.is(TokenKind::OpenParenthesis))
            - isize::from(piece.is(TokenKind::CloseParenthesis));
        depth < 0
    };
    open.is(TokenKind::OpenParenthesis)
        && close.is(TokenKind::CloseParenthesis)
        && !inside.iter().any(closes_early)
}
