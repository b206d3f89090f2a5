//! Bodies, arguments and blocks.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Grammar, Parsed};
use crate::syntax::literal;
use crate::syntax::token::{Token, TokenKind};

const ITEM_REQUIRED: &str = "Argument or block definition required";

impl Grammar<'_> {
    /// Checks items up to and including `end`.
    pub(super) fn body(&mut self, end: TokenKind) -> Parsed {
        let opened = self.previous_range();
        let errors = self.errors();
        let mut seen = BTreeMap::new();
        loop {
            let next = self.peek();
            if next.kind == end {
                self.read();
                break;
            }
            match next.kind {
                TokenKind::Newline => {
                    self.read();
                }
                TokenKind::Name => {
                    if let Some(name) = self.item() {
                        self.unique(name, &mut seen);
                    }
                }
                _ => {
                    let bad = self.read();
                    self.stray(bad, end, opened.clone());
                    self.recover(end);
                    break;
                }
            }
        }
        Parsed { range: opened.start..self.previous_end(), ok: self.errors() == errors }
    }

    fn previous_range(&self) -> Range<usize> {
        self.tokens[self.next.saturating_sub(1)].range()
    }

    fn stray(&mut self, bad: Token, end: TokenKind, opened: Range<usize>) {
        match (bad.kind, end) {
            (TokenKind::OpenQuote, _) => self.error_unless_recovering(
                "Invalid argument name",
                "The name of an argument is written without quotes.",
                bad.range(),
            ),
            (TokenKind::End, TokenKind::CloseBrace) => self.unclosed_block(opened),
            _ => self.error_unless_recovering(
                ITEM_REQUIRED,
                "An argument (name = value) or a block is expected here.",
                bad.range(),
            ),
        }
    }

    fn unclosed_block(&mut self, brace: Range<usize>) {
        self.error_unless_recovering(
            "Unclosed configuration block",
            "The file ends before the brace that closes this block. A brace may be missing further down as well.",
            brace,
        );
    }

    fn unique(&mut self, name: Token, seen: &mut BTreeMap<String, Token>) {
        let text = self.text(name);
        let Some(first) = seen.insert(text.to_owned(), name) else { return };
        seen.insert(text.to_owned(), first);
        let detail = format!(
            "\"{text}\" is set already at {}. An argument can be set only once.",
            self.positions.span(first.range())
        );
        self.error("Attribute redefined", detail, name.range());
    }

    /// Checks one argument or block; returns the name if it is an argument.
    fn item(&mut self) -> Option<Token> {
        let name = self.read();
        match self.peek().kind {
            TokenKind::Equal => {
                self.argument(name, true);
                return Some(name);
            }
            TokenKind::OpenQuote | TokenKind::OpenBrace | TokenKind::Name => {
                self.deeper(|grammar| grammar.block(name));
            }
            _ => {
                self.recover_after_item();
                self.not_an_item(name);
            }
        }
        None
    }

    fn not_an_item(&mut self, name: Token) {
        self.error(
            ITEM_REQUIRED,
            "An argument or a block is expected here. An argument is set with an equals sign: name = value.",
            name.range(),
        );
    }

    fn argument(&mut self, name: Token, own_line: bool) {
        self.read();
        let value = self.expression();
        if self.recovering && !value.ok {
            return self.recover_after_item();
        }
        if !own_line {
            return;
        }
        let end = self.peek();
        match end.kind {
            TokenKind::Newline | TokenKind::End => {
                self.read();
            }
            TokenKind::Comma => {
                self.error_unless_recovering(
                    "Unexpected comma after argument",
                    "Arguments are separated by line breaks, not by commas.",
                    end.range(),
                );
                self.recover_after_item();
            }
            _ => {
                let detail = format!(
                    "The value of \"{}\" ends before this; an argument ends with its line.",
                    self.text(name)
                );
                self.error_unless_recovering("Missing newline after argument", detail, end.range());
                self.recover_after_item();
            }
        }
    }

    fn block(&mut self, kind: Token) -> Parsed {
        let errors = self.errors();
        let brace = loop {
            let token = self.peek();
            match token.kind {
                TokenKind::OpenBrace => break self.read(),
                TokenKind::OpenQuote => self.label(),
                TokenKind::Name => {
                    self.read();
                }
                _ => {
                    self.bad_header(token);
                    self.recover_after_item();
                    return Parsed { range: kind.range(), ok: false };
                }
            }
        };
        match self.peek().kind {
            TokenKind::Newline | TokenKind::End | TokenKind::CloseBrace => {
                self.body(TokenKind::CloseBrace);
            }
            _ => self.single_line(brace),
        }
        let end = self.peek();
        if matches!(end.kind, TokenKind::Newline | TokenKind::End) {
            self.read();
        } else {
            self.error_unless_recovering(
                "Missing newline after block definition",
                "A block ends with its line.",
                end.range(),
            );
            self.recover_after_item();
        }
        Parsed { range: kind.start..self.previous_end(), ok: self.errors() == errors }
    }

    fn bad_header(&mut self, token: Token) {
        let summary = "Invalid block definition";
        match token.kind {
            TokenKind::Equal => {
                self.error(
                    summary,
                    "A block is written without an equals sign before its brace.",
                    token.range(),
                );
            }
            TokenKind::Newline => self.error(
                summary,
                "Expected `{`: the opening brace of a block stands on the line of its kind and labels.",
                token.range(),
            ),
            _ => self.error_unless_recovering(
                summary,
                "A label in quotes or the opening brace of the block is expected here.",
                token.range(),
            ),
        }
    }

    /// Checks what follows the brace of a block that has something on the same line: one argument and the end.
    fn single_line(&mut self, brace: Token) {
        let name = self.read();
        let next = self.peek();
        match (name.kind, next.kind) {
            (TokenKind::Name, TokenKind::Equal) => self.argument(name, false),
            (TokenKind::Name, TokenKind::OpenQuote | TokenKind::OpenBrace | TokenKind::Name) => {
                self.recover_after_item();
                self.error(
                    "Argument definition required",
                    "A block on one line holds one argument. A nested block needs lines of its own.",
                    name.start..next.end,
                );
            }
            _ => {
                self.recover_after_item();
                self.not_an_item(name);
            }
        }
        let end = self.peek();
        let summary = "Invalid single-argument block definition";
        match end.kind {
            TokenKind::CloseBrace => {
                self.read();
                return;
            }
            TokenKind::Comma => self.error(
                summary,
                "A block on one line holds one argument. Give several arguments a line each.",
                end.range(),
            ),
            TokenKind::Newline => {
                self.error(
                    summary,
                    "A block that starts with an argument on its first line ends there too.",
                    end.range(),
                );
            }
            TokenKind::End => self.unclosed_block(brace.range()),
            _ => self.error_unless_recovering(
                summary,
                "A block on one line ends with a closing brace right after its argument.",
                end.range(),
            ),
        }
        self.recover(TokenKind::CloseBrace);
    }

    /// Checks a quoted label, in which template sequences are not allowed.
    fn label(&mut self) {
        let open = self.read();
        loop {
            let token = self.read();
            match token.kind {
                TokenKind::CloseQuote => return,
                TokenKind::QuotedLiteral => {
                    let (_, wrong) = literal::unescape(self.text(token));
                    self.wrong_escapes(token, wrong);
                }
                TokenKind::OpenInterpolation | TokenKind::OpenDirective => {
                    let marker = &self.text(token)[..1];
                    let detail = format!(
                        "A label cannot hold template sequences. Double the \"{marker}\" if it is meant literally."
                    );
                    self.error("Invalid string literal", detail, token.range());
                    self.recover(TokenKind::CloseSequence);
                }
                TokenKind::End => {
                    let detail = "The file ends before the quote that closes this string.";
                    return self.error("Unterminated string literal", detail, open.start..token.end);
                }
                _ => {
                    self.error("Invalid string literal", "This cannot stand in a label.", token.range());
                    self.recover(TokenKind::CloseQuote);
                    return;
                }
            }
        }
    }
}
