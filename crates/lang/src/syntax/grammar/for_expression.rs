//! `[for …]` and `{for …}`, and the names a `%{ for }` declares.

use std::sync::Arc;

use super::{Parsed, Parser};
use crate::ast::{Expression, ExpressionKind, For};
use crate::syntax::token::{Token, TokenKind};

impl Parser<'_> {
    pub(super) fn for_expression(&mut self, open: Token) -> Parsed {
        let errors = self.errors();
        let close_kind = open.kind.closer().unwrap_or(TokenKind::CloseBracket);
        match self.for_inner(open, close_kind) {
            Some(expression) => Parsed { expression, ok: self.errors() == errors },
            None => {
                let close = self.recover(close_kind);
                let range = open.start..close.end;
                Parsed { ok: self.errors() == errors, ..self.failed(range) }
            }
        }
    }

    fn bad_for(&mut self, detail: &str, at: Token) {
        self.error_unless_recovering("Invalid 'for' expression", detail, at.range());
    }

    /// Reads everything after the bracket; returns nothing after an error.
    fn for_inner(&mut self, open: Token, close_kind: TokenKind) -> Option<Expression> {
        self.read();
        let (key_name, value_name) = self.for_names(|parser, detail, at| parser.bad_for(detail, at))?;
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
        let mut condition = None;
        if self.at_word("if") {
            self.read();
            let parsed = self.expression();
            if self.recovering && !parsed.ok {
                return None;
            }
            condition = Some(parsed.expression);
        }
        let close = if self.peek().kind == close_kind {
            self.read()
        } else {
            let next = self.peek();
            self.bad_for("The 'for' expression ends before this.", next);
            self.recover(close_kind)
        };
        let expression = For {
            key_name: key_name.map(|name| self.name(name)),
            value_name: self.name(value_name),
            collection: collection.expression,
            key: key.map(|key| key.expression),
            value: value.expression,
            condition,
            grouped: ellipsis.is_some(),
            open: self.span_of(open),
            close: self.span_of(close),
        };
        self.check_form(&expression, open.kind, ellipsis);
        let span = self.span(open.start..close.end);
        Some(Expression::new(ExpressionKind::For(Arc::new(expression)), span))
    }

    /// Says what does not go together: brackets make a tuple, without keys, braces an object, with keys.
    fn check_form(&mut self, expression: &For, open: TokenKind, ellipsis: Option<Token>) {
        let summary = "Invalid 'for' expression";
        match (open, &expression.key) {
            (TokenKind::OpenBracket, key) => {
                if let Some(key) = key {
                    let detail = "Elements of a tuple have no keys; braces make an object.";
                    self.error_at(summary, detail, key.span.clone());
                }
                if let Some(ellipsis) = ellipsis {
                    let detail = "Grouping (...) works by key, and elements of a tuple have none.";
                    self.error(summary, detail, ellipsis.range());
                }
            }
            (_, None) => {
                let detail = "An object needs a key for each value: key => value.";
                self.error_at(summary, detail, expression.value.span.clone());
            }
            _ => {}
        }
    }

    /// Reads `k, v in`, for expressions and directives alike.
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
