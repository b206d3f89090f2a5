//! Tokens and comments, which is all that a layout keeps of a text.

use std::borrow::Cow;

use crate::syntax::{Token, TokenKind, code_tokens};

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PieceKind {
    Token(TokenKind),
    /// A comment; one that ends with the line includes the line break.
    Comment,
}

/// A token or comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece<'t> {
    pub(super) kind: PieceKind,
    pub(super) text: Cow<'t, str>,
    /// How much space stands before the end of the text; nothing elsewhere.
    pub(super) trailing_space: usize,
}

impl<'t> Piece<'t> {
    pub(super) fn token(kind: TokenKind, text: impl Into<Cow<'t, str>>) -> Self {
        Self { kind: PieceKind::Token(kind), text: text.into(), trailing_space: 0 }
    }

    fn comment(text: &'t str) -> Self {
        Self { kind: PieceKind::Comment, text: text.into(), trailing_space: 0 }
    }

    pub(super) fn is(&self, kind: TokenKind) -> bool {
        self.kind == PieceKind::Token(kind)
    }

    pub(super) fn is_comment(&self) -> bool {
        self.kind == PieceKind::Comment
    }

    pub(super) fn is_end(&self) -> bool {
        self.is(TokenKind::End)
    }

    pub(super) fn ends_line(&self) -> bool {
        self.is(TokenKind::Newline) || self.is_comment() && self.text.ends_with('\n')
    }

    /// Returns by how much this changes how deep the text is nested, as far as the layout looks.
    pub(super) fn nesting(&self) -> isize {
        match self.kind {
            PieceKind::Token(
                TokenKind::OpenBrace
                | TokenKind::OpenBracket
                | TokenKind::OpenParenthesis
                | TokenKind::OpenInterpolation
                | TokenKind::OpenDirective,
            ) => 1,
            PieceKind::Token(
                TokenKind::CloseBrace
                | TokenKind::CloseBracket
                | TokenKind::CloseParenthesis
                | TokenKind::CloseSequence,
            ) => -1,
            _ => 0,
        }
    }
}

/// Returns the pieces of a text; the last one is [`TokenKind::End`].
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for token in code_tokens(text) {
        let space = between(&text[at..token.start], &mut pieces);
        pieces.push(piece(&token, text, space));
        at = token.end;
    }
    pieces
}

fn piece<'t>(token: &Token, text: &'t str, space: usize) -> Piece<'t> {
    let text = token.text(text);
    match token.kind {
        TokenKind::Newline if text.starts_with(['#', '/']) => Piece::comment(text),
        TokenKind::End => Piece { trailing_space: space, ..Piece::token(TokenKind::End, text) },
        kind => Piece::token(kind, text),
    }
}

/// Adds the comments that stand between two tokens and returns how much space follows them.
fn between<'t>(mut gap: &'t str, pieces: &mut Vec<Piece<'t>>) -> usize {
    while let Some(start) = gap.find(['/', '#']) {
        let rest = &gap[start..];
        let length = match rest.strip_prefix("/*").and_then(|inside| inside.find("*/")) {
            Some(inside) => inside + 4,
            None => rest.len(),
        };
        pieces.push(Piece::comment(&rest[..length]));
        gap = &rest[length..];
    }
    gap.len()
}
