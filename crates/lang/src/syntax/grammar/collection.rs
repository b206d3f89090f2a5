//! Tuples and objects written out.

use super::{Grammar, Key, Parsed};
use crate::syntax::token::{Token, TokenKind};

impl Grammar<'_> {
    pub(super) fn tuple(&mut self) -> Parsed {
        let open = self.read();
        self.newlines.push(false);
        let parsed = if self.at_word("for") { self.for_expression(open) } else { self.tuple_items(open) };
        self.newlines.pop();
        parsed
    }

    fn tuple_items(&mut self, open: Token) -> Parsed {
        let errors = self.errors();
        let close = loop {
            if self.peek().kind == TokenKind::CloseBracket {
                break self.read();
            }
            let item = self.expression();
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
        Parsed { range: open.start..close.end, ok: self.errors() == errors }
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
        let mut keys = Vec::new();
        let close = loop {
            match self.peek().kind {
                TokenKind::Newline => {
                    self.read();
                    continue;
                }
                TokenKind::CloseBrace => break self.read(),
                _ => {}
            }
            let first = self.peek();
            let key = self.expression();
            if self.recovering && !key.ok {
                break self.recover(TokenKind::CloseBrace);
            }
            self.note_key(first, &key, &mut keys);
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
            let next = self.peek();
            match next.kind {
                TokenKind::CloseBrace => break self.read(),
                TokenKind::Comma | TokenKind::Newline => {
                    self.read();
                }
                kind => {
                    if kind == TokenKind::End {
                        self.unterminated_object(open);
                    } else {
                        self.error_unless_recovering(
                            "Missing attribute separator",
                            "A line break or a comma is expected before the next attribute.",
                            next.range(),
                        );
                    }
                    break self.recover(TokenKind::CloseBrace);
                }
            }
        };
        self.facts.object_keys.insert(open.start, keys);
        Parsed { range: open.start..close.end, ok: self.errors() == errors }
    }

    /// Remembers keys of one name or string, which the parser library wants to be unique and Terraform does not.
    fn note_key(&self, first: Token, key: &Parsed, keys: &mut Vec<Key>) {
        let is_name = first.kind == TokenKind::Name && first.range() == key.range;
        let is_string = matches!(first.kind, TokenKind::OpenQuote | TokenKind::OpenHeredoc)
            && self.facts.templates.get(&first.start).is_some_and(|template| template.range == key.range);
        if is_name || is_string {
            keys.push(Key { range: key.range.clone(), is_name });
        }
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
}
