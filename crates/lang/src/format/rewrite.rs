//! Obsolete spellings, and what replaces them.

use std::collections::VecDeque;

use super::piece::{Piece, PieceKind};
use super::unwrap::unwrapped;
use crate::print::escaped;
use crate::syntax::{TokenKind, unescape};

/// Returns the pieces of a file with obsolete spellings replaced.
///
/// *Assumptions*: the text the pieces are from can be parsed.
pub(super) fn modern(pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    let mut rewriting = Rewriting { given: VecDeque::from(pieces), written: Vec::new(), blocks: Vec::new() };
    while rewriting.item().is_some() {}
    rewriting.written.extend(rewriting.given);
    rewriting.written
}

struct Rewriting<'t> {
    given: VecDeque<Piece<'t>>,
    written: Vec<Piece<'t>>,
    /// The types of the blocks around, the outermost first.
    blocks: Vec<String>,
}

impl<'t> Rewriting<'t> {
    /// Rewrites the next piece of a body; `None` at the end.
    fn item(&mut self) -> Option<()> {
        let piece = self.given.pop_front_if(|it| !it.is_end())?;
        if piece.is(TokenKind::CloseBrace) {
            self.blocks.pop();
        }
        let name = piece.is(TokenKind::Name).then(|| piece.text.to_string());
        self.written.push(piece);
        let Some(name) = name else { return Some(()) };
        let comments = self.comments();
        if self.given.front()?.is(TokenKind::Equal) {
            self.written.extend(comments);
            self.written.extend(self.given.pop_front());
            self.attribute(&name);
        } else {
            self.header(comments);
            self.blocks.push(name);
        }
        Some(())
    }

    /// Takes the comments that come next.
    fn comments(&mut self) -> Vec<Piece<'t>> {
        std::iter::from_fn(|| self.given.pop_front_if(|it| it.is_comment())).collect()
    }

    fn attribute(&mut self, name: &str) {
        let comments = self.comments();
        self.written.extend(comments);
        let mut expression = Vec::new();
        let mut depth = 0usize;
        while let Some(piece) = self.given.front() {
            let PieceKind::Token(kind) = piece.kind else {
                if depth == 0 && piece.ends_line() {
                    break;
                }
                expression.extend(self.given.pop_front());
                continue;
            };
            let is_over = matches!(kind, TokenKind::Newline | TokenKind::CloseBrace | TokenKind::End);
            if depth == 0 && is_over {
                break;
            }
            depth = if kind.closer().is_some() {
                depth + 1
            } else {
                depth.saturating_sub(usize::from(kind.is_closer()))
            };
            expression.extend(self.given.pop_front());
        }
        let end = expression.iter().rposition(|it| !it.is_comment()).map_or(0, |last| last + 1);
        let behind = expression.split_off(end);
        let is_type = name == "type" && self.blocks == ["variable"];
        self.written.extend(if is_type { type_constraint(expression) } else { unwrapped(expression) });
        self.written.extend(behind);
    }

    /// Writes what stands between the type of a block and its body: labels in quotes.
    fn header(&mut self, before: Vec<Piece<'t>>) {
        let mut header = before;
        while let Some(piece) = self.given.pop_front_if(|it| !it.is(TokenKind::OpenBrace)) {
            header.push(piece);
        }
        let is_label = |it: &Piece<'_>| it.is(TokenKind::Name) || it.is(TokenKind::CloseQuote);
        // Comments among labels are lost, as they are in Terraform; those behind the last one are not.
        let end = header.iter().rposition(is_label).map_or(0, |last| last + 1);
        let behind = header.split_off(end);
        for label in header.split_inclusive(is_label) {
            self.label(label);
        }
        self.written.extend(behind);
        self.written.extend(self.given.pop_front());
    }

    fn label(&mut self, pieces: &[Piece<'t>]) {
        let is_literal = |it: &&Piece<'_>| it.is(TokenKind::QuotedLiteral);
        let content: String = match pieces.last() {
            Some(name) if name.is(TokenKind::Name) => name.text.to_string(),
            _ => pieces.iter().filter(is_literal).map(|it| unescape(&it.text).0).collect(),
        };
        self.written.push(Piece::token(TokenKind::OpenQuote, "\""));
        self.written.push(Piece::token(TokenKind::QuotedLiteral, escaped(&content)));
        self.written.push(Piece::token(TokenKind::CloseQuote, "\""));
    }
}

/// Returns the type constraint of a variable with its element type written out and without quotes.
fn type_constraint(pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    let (keyword, element) = match &pieces[..] {
        [keyword] if keyword.is(TokenKind::Name) => (&keyword.text, "any"),
        // A type in quotes is from before there was `any`: elements were strings then.
        [open, keyword, _] if open.is(TokenKind::OpenQuote) && keyword.is(TokenKind::QuotedLiteral) => {
            (&keyword.text, "string")
        }
        _ => return pieces,
    };
    let name = |text: &str| Piece::token(TokenKind::Name, text.to_owned());
    match (&**keyword, element) {
        ("string", "string") => vec![name("string")],
        ("list" | "map", _) | ("set", "any") => vec![
            name(keyword),
            Piece::token(TokenKind::OpenParenthesis, "("),
            name(element),
            Piece::token(TokenKind::CloseParenthesis, ")"),
        ],
        _ => pieces,
    }
}
