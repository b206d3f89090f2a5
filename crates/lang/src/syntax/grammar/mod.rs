//! The grammar: from tokens to the tree, and every syntax error with its place.
//!
//! A recursive descent that enters and leaves each construct exactly where Terraform's parser does, and after an error
//! skips what it skips, so that the same further errors are told. What could be read is returned even then.

mod body;
mod call;
mod collection;
mod expression;
mod for_expression;
mod invalid;
mod names;
mod nesting;
mod operators;
mod step;
mod template;
mod traversal;

use std::ops::Range;
use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_value::Value;

use self::names::Names;
use super::positions::Positions;
use super::token::{Token, TokenKind};
use crate::ast::{Body, Expression};
use crate::stack;

/// How deep expressions, templates and blocks may nest.
///
/// What walks a tree may recurse because of it: dropping, comparing and printing one of this depth fits the stack of a
/// thread, and what needs more room per level asks for it with [`stack::with_room`].
pub(crate) const MAX_DEPTH: usize = 500;

/// What a rule read.
struct Parsed {
    expression: Expression,
    /// Whether it was free of errors.
    ok: bool,
}

pub(super) struct Parser<'t> {
    positions: &'t Positions<'t>,
    tokens: &'t [Token],
    /// For each token, the index of the first one from there that is no line break.
    significant: Vec<usize>,
    next: usize,
    /// Whether line breaks mean something, innermost construct last.
    newlines: Vec<bool>,
    /// Set by the first error that leaves the position doubtful: errors that may only follow from it are not told.
    recovering: bool,
    too_deep: bool,
    depth: usize,
    names: Names<'t>,
    found: Diagnostics,
}

impl<'t> Parser<'t> {
    pub(super) fn new(positions: &'t Positions<'t>, tokens: &'t [Token]) -> Self {
        let mut significant = vec![0; tokens.len()];
        let mut following = tokens.len().saturating_sub(1);
        for (index, token) in tokens.iter().enumerate().rev() {
            if token.kind != TokenKind::Newline {
                following = index;
            }
            significant[index] = following;
        }
        Self {
            positions,
            tokens,
            significant,
            next: 0,
            newlines: vec![true],
            recovering: false,
            too_deep: false,
            depth: 0,
            names: Names::default(),
            found: invalid::invalid_tokens(positions, tokens),
        }
    }

    /// Reads a whole file; what nests too deeply is given up as a whole.
    pub(super) fn file(mut self) -> (Body, Diagnostics) {
        let length = self.positions.text().len();
        let mut body = self.body(TokenKind::End);
        body.span = self.span(0..length);
        body.end = self.span(length..length);
        if self.too_deep {
            body.attributes.clear();
            body.blocks.clear();
        }
        (body, self.found)
    }

    /// Reads a text that is one expression.
    pub(super) fn whole_expression(mut self) -> (Expression, Diagnostics) {
        self.newlines.push(false);
        let parsed = self.expression();
        let next = self.peek();
        if next.kind != TokenKind::End && !self.recovering {
            self.error("Extra characters after expression", "The expression ends before this.", next.range());
        }
        (parsed.expression, self.found)
    }

    /// Reads a text that is one template.
    pub(super) fn whole_template(mut self) -> (Expression, Diagnostics) {
        let parsed = self.template(0, TokenKind::End, false);
        (parsed.expression, self.found)
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.positions.span(range)
    }

    fn span_of(&self, token: Token) -> Span {
        self.span(token.range())
    }

    /// Returns what stands in the tree where nothing could be read.
    fn placeholder(&self, range: Range<usize>) -> Expression {
        Expression::literal(Value::dynamic(), self.span(range))
    }

    fn failed(&self, range: Range<usize>) -> Parsed {
        Parsed { expression: self.placeholder(range), ok: false }
    }

    fn text(&self, token: Token) -> &'t str {
        token.text(self.positions.text())
    }

    /// Returns the text of a token as a name.
    fn name(&mut self, token: Token) -> Arc<str> {
        self.names.name(self.text(token))
    }

    fn next_index(&self) -> usize {
        if self.newlines.last().copied().unwrap_or(true) { self.next } else { self.significant[self.next] }
    }

    fn peek(&self) -> Token {
        self.tokens[self.next_index()]
    }

    fn read(&mut self) -> Token {
        let index = self.next_index();
        let token = self.tokens[index];
        self.next = if token.kind == TokenKind::End { index } else { index + 1 };
        token
    }

    fn previous(&self) -> Token {
        self.tokens[self.next.saturating_sub(1)]
    }

    /// Returns whether the next token is this keyword.
    fn at_word(&self, word: &str) -> bool {
        let next = self.peek();
        next.kind == TokenKind::Name && self.text(next) == word
    }

    /// Returns whether the next token is this operator.
    fn at_operator(&self, operator: &str) -> bool {
        let next = self.peek();
        next.kind == TokenKind::Operator && self.text(next) == operator
    }

    fn error(&mut self, summary: &str, detail: impl Into<String>, range: Range<usize>) {
        self.error_at(summary, detail, self.span(range));
    }

    fn error_at(&mut self, summary: &str, detail: impl Into<String>, span: Span) {
        self.found.push(Diagnostic::error(summary, detail).at(span));
    }

    /// Reports an error unless an earlier one may be its cause.
    fn error_unless_recovering(&mut self, summary: &str, detail: impl Into<String>, range: Range<usize>) {
        if !self.recovering {
            self.error(summary, detail, range);
        }
    }

    fn errors(&self) -> usize {
        self.found.len()
    }

    /// Runs a rule one level deeper; at the limit reports that once and gives up on the rest of the text.
    fn deeper(&mut self, rule: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        let range = self.peek().range();
        if !self.descend() {
            return self.failed(range);
        }
        let parsed = stack::with_room(|| rule(self));
        self.depth -= 1;
        parsed
    }

    /// Goes one level deeper unless that is too deep.
    fn descend(&mut self) -> bool {
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            return true;
        }
        if !self.too_deep {
            self.too_deep = true;
            let detail = format!(
                "Expressions, directives and blocks may be nested {MAX_DEPTH} levels deep at most. Give an inner part \
                 a name of its own, for example as a local value."
            );
            let range = self.peek().range();
            self.error("Nesting too deep", detail, range);
        }
        self.recovering = true;
        self.next = self.tokens.len() - 1;
        false
    }

    /// Skips to after the token that closes the current construct, counting nested ones.
    fn recover(&mut self, end: TokenKind) -> Token {
        self.recovering = true;
        let mut nested = 0_usize;
        loop {
            let token = self.read();
            if token.kind == TokenKind::End {
                return token;
            }
            if token.kind == end {
                if nested == 0 {
                    return token;
                }
                nested -= 1;
            } else if token.kind.closer() == Some(end) {
                nested += 1;
            }
        }
    }

    /// Skips to after the next construct this opens.
    fn recover_over(&mut self, open: TokenKind) {
        self.recovering = true;
        loop {
            let token = self.read();
            if token.kind == open {
                break;
            }
            if token.kind == TokenKind::End {
                return;
            }
        }
        if let Some(close) = open.closer() {
            self.recover(close);
        }
    }

    /// Skips to after the line break that ends the current argument or block.
    fn recover_after_item(&mut self) {
        self.recovering = true;
        let mut open = Vec::new();
        loop {
            let token = self.read();
            match token.kind {
                TokenKind::End => return,
                TokenKind::Newline if open.is_empty() => return,
                kind if kind.closer().is_some() => open.push(kind),
                kind if kind.is_closer() => {
                    while let Some(opener) = open.pop() {
                        if opener.closer() == Some(kind) {
                            break;
                        }
                    }
                }
                _ => {}
            }
        }
    }
}
