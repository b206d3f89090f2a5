//! What follows a term: `.name`, `[key]` and splats.

use super::{Grammar, Parsed};
use crate::syntax::token::{Token, TokenKind};

/// As many digits as surely fit 64 bits.
const LONGEST_INDEX: usize = 19;

impl Grammar<'_> {
    /// Checks `.name`, `[key]` and splats after a term.
    pub(super) fn steps(&mut self, from: &Parsed) -> Parsed {
        let mut ok = from.ok;
        let start = from.range.start;
        let mut end = from.range.end;
        loop {
            match self.peek().kind {
                TokenKind::Dot => ok &= self.dot(&mut end),
                TokenKind::OpenBracket => ok &= self.index(&mut end),
                _ => return Parsed { range: start..end, ok },
            }
        }
    }

    fn dot(&mut self, end: &mut usize) -> bool {
        self.read();
        let next = self.peek();
        match next.kind {
            TokenKind::Name => {
                *end = self.read().end;
                true
            }
            TokenKind::Number => {
                *end = self.read().end;
                self.legacy_index(next)
            }
            TokenKind::Operator if self.text(next) == "*" => {
                *end = self.read().end;
                self.attribute_splat(end)
            }
            _ => {
                self.error(
                    "Invalid attribute name",
                    "A dot is followed by the name of an attribute.",
                    next.range(),
                );
                self.recovering = true;
                false
            }
        }
    }

    fn legacy_index(&mut self, number: Token) -> bool {
        let text = self.text(number);
        if text.len() <= LONGEST_INDEX && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return true;
        }
        match text.split_once('.') {
            Some((first, second)) => {
                let detail = format!("Write indexes in brackets: [{first}][{second}].");
                self.error("Invalid legacy index syntax", detail, number.range());
            }
            None => self.error("Invalid legacy index syntax", "Write the index in brackets.", number.range()),
        }
        false
    }

    /// Checks the names and numbers after `.*`.
    fn attribute_splat(&mut self, end: &mut usize) -> bool {
        let mut ok = true;
        while self.peek().kind == TokenKind::Dot {
            self.read();
            let next = self.peek();
            match next.kind {
                TokenKind::Name => *end = self.read().end,
                TokenKind::Number => {
                    *end = self.read().end;
                    ok &= self.legacy_index(next);
                }
                _ => {
                    let (summary, detail) = if self.at_operator("*") {
                        (
                            "Nested splat expression not allowed",
                            "One \".*\" cannot follow another; use [*] instead.",
                        )
                    } else {
                        ("Invalid attribute name", "A dot is followed by the name of an attribute.")
                    };
                    ok &= self.recovering;
                    self.error_unless_recovering(summary, detail, next.range());
                    self.recovering = true;
                    return ok;
                }
            }
        }
        ok
    }

    fn index(&mut self, end: &mut usize) -> bool {
        self.read();
        if self.at_operator("*") {
            self.read();
            let (close, ok) = self.close_bracket(
                "Missing close bracket on splat index",
                "The star of a splat is followed by a closing bracket: [*].",
            );
            *end = close.end;
            return ok;
        }
        self.newlines.push(false);
        let key = self.expression();
        let (close, ok) = if self.recovering && !key.ok {
            (self.recover(TokenKind::CloseBracket), false)
        } else {
            self.close_bracket("Missing close bracket on index", "An index ends with a closing bracket.")
        };
        self.newlines.pop();
        *end = close.end;
        ok && key.ok
    }

    /// Reads a closing bracket; if there is none, says so at the next one there is, as Terraform does.
    fn close_bracket(&mut self, summary: &str, detail: &str) -> (Token, bool) {
        let close = self.read();
        if close.kind == TokenKind::CloseBracket {
            return (close, true);
        }
        let was_recovering = self.recovering;
        let close = self.recover(TokenKind::CloseBracket);
        if !was_recovering {
            self.error(summary, detail, close.range());
        }
        (close, was_recovering)
    }
}
