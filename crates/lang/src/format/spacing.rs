//! Which tokens of a line have space between them.

use super::line::Line;
use super::piece::{Piece, PieceKind};
use crate::syntax::TokenKind;

/// Sets the space between the tokens of each line.
pub(super) fn set(pieces: &[Piece<'_>], lines: &[Line], spaces: &mut [usize]) {
    for line in lines {
        for column in [&line.lead, &line.assignment] {
            for at in column.clone().skip(1) {
                let before = (at >= column.start + 2).then(|| &pieces[at - 2]);
                spaces[at] = usize::from(is_space_between(before, &pieces[at - 1], &pieces[at]));
            }
        }
        if !line.assignment.is_empty() {
            spaces[line.assignment.start] = 1;
        }
    }
}

/// Tells whether there is a space between two tokens; `before` is what stands before them in the same column.
fn is_space_between(before: Option<&Piece<'_>>, left: &Piece<'_>, right: &Piece<'_>) -> bool {
    use TokenKind as T;
    let (PieceKind::Token(left_kind), right_kind) = (left.kind, right.kind) else {
        return !closes_up(right) && right.nesting() >= 0 || right.is(T::CloseBrace);
    };
    let is_right = |kinds: &[TokenKind]| kinds.iter().any(|it| right_kind == PieceKind::Token(*it));
    match left_kind {
        _ if closes_up(right) => false,
        T::Name if is_right(&[T::OpenParenthesis, T::DoubleColon]) => false,
        T::DoubleColon if is_right(&[T::Name]) => false,
        T::Dot => false,
        T::Comma => true,
        T::QuotedLiteral | T::PlainLiteral | T::OpenQuote | T::OpenHeredoc => false,
        _ if is_right(&[T::QuotedLiteral, T::PlainLiteral, T::CloseQuote, T::CloseHeredoc]) => false,
        // The keyword of a `for`, not a name that is indexed.
        T::Name if left.text == "in" && before.is_some_and(|it| it.is(T::Name)) => true,
        T::Name | T::Number if is_right(&[T::OpenBracket]) => false,
        _ if is_right(&[T::OpenBracket]) && left.nesting() < 0 => false,
        T::Operator if left.text == "!" => false,
        T::Operator if left.text == "-" => before.is_some_and(ends_operand),
        T::OpenBrace => !is_right(&[T::CloseBrace]),
        _ if is_right(&[T::CloseBrace]) => true,
        T::OpenInterpolation | T::OpenDirective if is_right(&[T::OpenBrace]) => true,
        T::CloseBrace if is_right(&[T::CloseSequence]) => true,
        T::CloseSequence if is_right(&[T::OpenInterpolation, T::OpenDirective]) => false,
        _ => left.nesting() <= 0 && right.nesting() >= 0,
    }
}

/// Tells whether a token never has space before it.
fn closes_up(piece: &Piece<'_>) -> bool {
    matches!(
        piece.kind,
        PieceKind::Token(TokenKind::Newline | TokenKind::Dot | TokenKind::Comma | TokenKind::Ellipsis)
    )
}

/// Tells whether a minus after this token subtracts rather than negates.
fn ends_operand(piece: &Piece<'_>) -> bool {
    use TokenKind as T;
    let PieceKind::Token(kind) = piece.kind else { return true };
    !matches!(
        kind,
        T::OpenParenthesis
            | T::OpenBrace
            | T::OpenBracket
            | T::Equal
            | T::Colon
            | T::Comma
            | T::Question
            | T::Operator
    )
}
