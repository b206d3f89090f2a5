//! Bodies, arguments and blocks.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::Parser;
use crate::ast::{Attribute, Block, Body, Label};
use crate::stack;
use crate::syntax::literal;
use crate::syntax::token::{Token, TokenKind};

const ITEM_REQUIRED: &str = "Argument or block definition required";

enum Item {
    Attribute(Attribute),
    Block(Block),
}

impl Parser<'_> {
    fn new_body(&self, range: Range<usize>) -> Body {
        let span = self.span(range);
        Body { attributes: Vec::new(), blocks: Vec::new(), end: span.clone(), span, json: None }
    }

    /// Reads items up to and including `end`.
    pub(super) fn body(&mut self, end: TokenKind) -> Body {
        let opened = self.previous().range();
        let mut body = self.new_body(opened.clone());
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
                TokenKind::Name => match self.item() {
                    Some(Item::Attribute(attribute)) if self.is_first(&attribute, &mut seen) => {
                        body.attributes.push(attribute);
                    }
                    Some(Item::Block(block)) => body.blocks.push(block),
                    Some(Item::Attribute(_)) | None => {}
                },
                _ => {
                    let bad = self.read();
                    self.stray(bad, end, opened.clone());
                    self.recover(end);
                    break;
                }
            }
        }
        let close = self.previous().range();
        body.span = self.span(opened.start..close.end);
        body.end = self.span(close);
        // Most bodies are small, and stay as they are: room for more would be most of a tree.
        body.attributes.shrink_to_fit();
        body.blocks.shrink_to_fit();
        body
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

    fn is_first(&mut self, attribute: &Attribute, seen: &mut BTreeMap<Arc<str>, rinfra_diag::Span>) -> bool {
        let name = &attribute.name;
        let Some(first) = seen.get(name) else {
            seen.insert(name.clone(), attribute.name_span.clone());
            return true;
        };
        let detail = format!("\"{name}\" is set already at {first}. An argument can be set only once.");
        self.error_at("Attribute redefined", detail, attribute.name_span.clone());
        false
    }

    /// Reads one argument or block.
    fn item(&mut self) -> Option<Item> {
        let name = self.read();
        match self.peek().kind {
            TokenKind::Equal => Some(Item::Attribute(self.argument(name, true))),
            TokenKind::OpenQuote | TokenKind::OpenBrace | TokenKind::Name => {
                if !self.descend() {
                    return None;
                }
                let block = stack::with_room(|| self.block(name));
                self.depth -= 1;
                Some(Item::Block(block))
            }
            _ => {
                self.recover_after_item();
                self.not_an_item(name);
                None
            }
        }
    }

    fn not_an_item(&mut self, name: Token) {
        self.error(
            ITEM_REQUIRED,
            "An argument or a block is expected here. An argument is set with an equals sign: name = value.",
            name.range(),
        );
    }

    fn argument(&mut self, name: Token, own_line: bool) -> Attribute {
        self.read();
        let value = self.expression();
        let name_span = self.span_of(name);
        let attribute = Attribute {
            name: self.name(name),
            span: name_span.to(&value.expression.span),
            name_span,
            expression: value.expression,
        };
        if self.recovering && !value.ok {
            self.recover_after_item();
        } else if own_line {
            self.end_of_argument(name);
        }
        attribute
    }

    fn end_of_argument(&mut self, name: Token) {
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

    fn block(&mut self, kind: Token) -> Block {
        let mut labels = Vec::new();
        let mut header_end = kind.end;
        let brace = loop {
            let token = self.peek();
            match token.kind {
                TokenKind::OpenBrace => break Some(self.read()),
                TokenKind::OpenQuote => labels.push(self.label()),
                TokenKind::Name => {
                    self.read();
                    labels.push(Label { text: self.name(token), span: self.span_of(token) });
                }
                _ => {
                    self.bad_header(token);
                    self.recover_after_item();
                    break None;
                }
            }
            header_end = self.previous().end;
        };
        let body = match brace {
            Some(brace) => self.block_body(brace),
            None => self.new_body(kind.range()),
        };
        labels.shrink_to_fit();
        let header = self.span(kind.start..header_end);
        Block { kind: self.name(kind), kind_span: self.span_of(kind), labels, body, header }
    }

    fn block_body(&mut self, brace: Token) -> Body {
        let body = match self.peek().kind {
            TokenKind::Newline | TokenKind::End | TokenKind::CloseBrace => self.body(TokenKind::CloseBrace),
            _ => self.single_line(brace),
        };
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
        body
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

    /// Reads what follows the brace of a block that has something on the same line: one argument and the end.
    ///
    /// Such a body begins with its argument, where Terraform reports what is missing.
    fn single_line(&mut self, brace: Token) -> Body {
        let name = self.read();
        let next = self.peek();
        let mut attribute = None;
        match (name.kind, next.kind) {
            (TokenKind::Name, TokenKind::Equal) => attribute = Some(self.argument(name, false)),
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
        self.end_of_single_line(brace);
        let close = self.previous().range();
        let mut body = self.new_body(brace.start..close.end);
        body.end = self.span(close);
        if let Some(attribute) = attribute {
            body.span.start = attribute.span.start;
            body.attributes.push(attribute);
        }
        body
    }

    fn end_of_single_line(&mut self, brace: Token) {
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

    /// Reads a quoted label, in which template sequences are not allowed; something stands for one all the same.
    pub(super) fn label(&mut self) -> Label {
        let open = self.read();
        let mut text = String::new();
        let end = loop {
            let token = self.read();
            match token.kind {
                TokenKind::CloseQuote => break token,
                TokenKind::QuotedLiteral => {
                    let (piece, wrong) = literal::unescape(self.text(token));
                    self.wrong_escapes(token, wrong);
                    text.push_str(&piece);
                }
                TokenKind::OpenInterpolation | TokenKind::OpenDirective => {
                    let marker = &self.text(token)[..1];
                    text.push_str(marker);
                    text.push_str("{ ... }");
                    let detail = format!(
                        "A label cannot hold template sequences. Double the \"{marker}\" if it is meant literally."
                    );
                    self.error("Invalid string literal", detail, token.range());
                    self.recover(TokenKind::CloseSequence);
                }
                TokenKind::End => {
                    let detail = "The file ends before the quote that closes this string.";
                    self.error("Unterminated string literal", detail, open.start..token.end);
                    break token;
                }
                _ => {
                    self.error("Invalid string literal", "This cannot stand in a label.", token.range());
                    self.recover(TokenKind::CloseQuote);
                    break token;
                }
            }
        };
        Label { text: text.into(), span: self.span(open.start..end.end) }
    }
}
