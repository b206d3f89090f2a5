//! `[for …]` and `{for …}`, and the names a `%{ for }` declares.

use super::{Grammar, Parsed};
use crate::syntax::token::{Token, TokenKind};

impl Grammar<'_> {
    pub(super) fn for_expression(&mut self, open: Token) -> Parsed {
        let errors = self.errors();
        let close_kind = open.kind.closer().unwrap_or(TokenKind::CloseBracket);
        let close = match self.for_inner(open, close_kind) {
            Some(close) => close,
            None => self.recover(close_kind),
        };
        Parsed { range: open.start..close.end, ok: self.errors() == errors }
    }

    fn bad_for(&mut self, detail: &str, at: Token) {
        self.error_unless_recovering("Invalid 'for' expression", detail, at.range());
    }

    /// Checks everything after the bracket; returns the closing bracket, or nothing after an error.
    fn for_inner(&mut self, open: Token, close_kind: TokenKind) -> Option<Token> {
        self.read();
        self.for_names(|grammar, detail, at| grammar.bad_for(detail, at))?;
        let collection = self.expression();
        if self.recovering && !collection.ok {
            return None;
        }
        let colon = self.peek();
        if colon.kind != TokenKind::Colon {
            self.bad_for("A colon is expected after the collection.", colon);
            return None;
        }
        self.read();
        let mut key = None;
        let mut value = self.expression();
        if self.peek().kind == TokenKind::FatArrow {
            self.read();
            key = Some(value);
            value = self.expression();
        }
        if self.recovering && !(value.ok && key.as_ref().is_none_or(|key| key.ok)) {
            return None;
        }
        let ellipsis = (self.peek().kind == TokenKind::Ellipsis).then(|| self.read());
        if self.at_word("if") {
            self.read();
            let condition = self.expression();
            if self.recovering && !condition.ok {
                return None;
            }
        }
        let close = if self.peek().kind == close_kind {
            self.read()
        } else {
            let next = self.peek();
            self.bad_for("The 'for' expression ends before this.", next);
            self.recover(close_kind)
        };
        let summary = "Invalid 'for' expression";
        match (open.kind, key, ellipsis) {
            (TokenKind::OpenBracket, key, ellipsis) => {
                if let Some(key) = key {
                    self.error(
                        summary,
                        "Elements of a tuple have no keys; braces make an object.",
                        key.range,
                    );
                }
                if let Some(ellipsis) = ellipsis {
                    let detail = "Grouping (...) works by key, and elements of a tuple have none.";
                    self.error(summary, detail, ellipsis.range());
                }
            }
            (_, None, _) => {
                self.error(summary, "An object needs a key for each value: key => value.", value.range);
            }
            _ => {}
        }
        Some(close)
    }

    /// Checks `k, v in`, for expressions and directives alike.
    pub(super) fn for_names(
        &mut self,
        report: impl Fn(&mut Self, &str, Token),
    ) -> Option<(Option<Token>, Token)> {
        let first = self.peek();
        if first.kind != TokenKind::Name {
            report(self, "A name for the value is expected after 'for'.", first);
            return None;
        }
        self.read();
        let mut names = (None, first);
        if self.peek().kind == TokenKind::Comma {
            self.read();
            let second = self.peek();
            if second.kind != TokenKind::Name {
                report(self, "A name for the value is expected after the comma.", second);
                return None;
            }
            self.read();
            names = (Some(first), second);
        }
        let keyword = self.peek();
        if !self.at_word("in") {
            report(self, "The keyword 'in' is expected after the names.", keyword);
            return None;
        }
        self.read();
        Some(names)
    }
}
