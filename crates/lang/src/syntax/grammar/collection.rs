//! Tuples and objects written out.

use std::sync::Arc;

use super::{Parsed, Parser};
use crate::ast::{Expression, ExpressionKind, ObjectItem, ObjectKey};
use crate::static_value;
use crate::syntax::token::{Token, TokenKind};

impl Parser<'_> {
    pub(super) fn tuple(&mut self) -> Parsed {
        let open = self.read();
        self.newlines.push(false);
        let parsed = if self.at_word("for") { self.for_expression(open) } else { self.tuple_items(open) };
        self.newlines.pop();
        parsed
    }

    fn tuple_items(&mut self, open: Token) -> Parsed {
        let errors = self.errors();
        let mut items = Vec::new();
        let close = loop {
            if self.peek().kind == TokenKind::CloseBracket {
                break self.read();
            }
            let item = self.expression();
            items.push(item.expression);
            if self.recovering && !item.ok {
                break self.recover(TokenKind::CloseBracket);
            }
            let next = self.peek();
            match next.kind {
                TokenKind::CloseBracket => break self.read(),
                TokenKind::Comma => {
                    self.read();
                }
                TokenKind::End => {
                    self.error_unless_recovering(
                        "Unterminated tuple constructor expression",
                        "The file ends before the bracket that closes this.",
                        open.range(),
                    );
                    break self.recover(TokenKind::CloseBracket);
                }
                _ => {
                    self.error_unless_recovering(
                        "Missing item separator",
                        "A comma is expected between two elements.",
                        next.range(),
                    );
                    break self.recover(TokenKind::CloseBracket);
                }
            }
        };
        let kind = ExpressionKind::Tuple(items.into());
        let expression = Expression::new(kind, self.span(open.start..close.end));
        Parsed { expression, ok: self.errors() == errors }
    }

    pub(super) fn object(&mut self) -> Parsed {
        let open = self.read();
        self.newlines.push(false);
        let is_for = self.at_word("for");
        self.newlines.pop();
        self.newlines.push(!is_for);
        let parsed = if is_for { self.for_expression(open) } else { self.object_items(open) };
        self.newlines.pop();
        parsed
    }

    fn object_items(&mut self, open: Token) -> Parsed {
        let errors = self.errors();
        let mut items = Vec::new();
        let close = loop {
            match self.peek().kind {
                TokenKind::Newline => {
                    self.read();
                    continue;
                }
                TokenKind::CloseBrace => break self.read(),
                _ => {}
            }
            let key = self.expression();
            if self.recovering && !key.ok {
                break self.recover(TokenKind::CloseBrace);
            }
            let next = self.peek();
            if !matches!(next.kind, TokenKind::Equal | TokenKind::Colon) {
                self.missing_value(open, next);
                break self.recover(TokenKind::CloseBrace);
            }
            self.read();
            let value = self.expression();
            if self.recovering && !value.ok {
                break self.recover(TokenKind::CloseBrace);
            }
            items.push(ObjectItem { key: self.object_key(key.expression), value: value.expression });
            let next = self.peek();
            match next.kind {
                TokenKind::CloseBrace => break self.read(),
                TokenKind::Comma | TokenKind::Newline => {
                    self.read();
                }
                TokenKind::End => {
                    self.unterminated_object(open);
                    break self.recover(TokenKind::CloseBrace);
                }
                _ => {
                    self.error_unless_recovering(
                        "Missing attribute separator",
                        "A line break or a comma is expected before the next attribute.",
                        next.range(),
                    );
                    break self.recover(TokenKind::CloseBrace);
                }
            }
        };
        let kind = ExpressionKind::Object(items.into());
        let expression = Expression::new(kind, self.span(open.start..close.end));
        Parsed { expression, ok: self.errors() == errors }
    }

    fn missing_value(&mut self, open: Token, next: Token) {
        match next.kind {
            TokenKind::Newline | TokenKind::Comma => self.error_unless_recovering(
                "Missing attribute value",
                "An attribute has a value after an equals sign: name = value.",
                next.range(),
            ),
            TokenKind::End => self.unterminated_object(open),
            _ => self.error_unless_recovering(
                "Missing key/value separator",
                "An equals sign is expected between name and value. A name with dots or spaces is written in quotes.",
                next.range(),
            ),
        }
    }

    fn unterminated_object(&mut self, open: Token) {
        self.error_unless_recovering(
            "Unterminated object constructor expression",
            "The file ends before the brace that closes this.",
            open.range(),
        );
    }

    /// Returns an expression as a key: a bare word is a name, even one that is a keyword elsewhere.
    fn object_key(&mut self, expression: Expression) -> ObjectKey {
        let name = match &expression.kind {
            ExpressionKind::Traversal(word) if word.steps.is_empty() => Some(word.root.clone()),
            _ => static_value::as_keyword(&expression).map(Arc::from),
        };
        match name {
            Some(name) => ObjectKey::Name { name, span: expression.span },
            None => ObjectKey::Expression(expression.into()),
        }
    }
}
