//! Function calls.

use std::sync::Arc;

use super::{Parsed, Parser};
use crate::ast::{Call, Expression, ExpressionKind};
use crate::syntax::token::{Token, TokenKind};

/// The arguments of a call and what encloses them.
struct Arguments {
    values: Vec<Expression>,
    expand_final: bool,
    close: Token,
}

impl Parser<'_> {
    /// Reads what follows the first word of a function's name.
    pub(super) fn call(&mut self, first: Token) -> Parsed {
        let mut open = self.read();
        let mut name = self.name(first);
        let mut name_end = first.end;
        while open.kind == TokenKind::DoubleColon {
            let next = self.read();
            if next.kind != TokenKind::Name {
                self.error(
                    "Missing function name",
                    "\"::\" is followed by the name of a function.",
                    next.range(),
                );
                self.recover_over(TokenKind::OpenParenthesis);
                return self.failed(first.start..next.end);
            }
            name = format!("{name}::{}", self.text(next)).into();
            name_end = next.end;
            open = self.read();
        }
        if open.kind != TokenKind::OpenParenthesis {
            let detail = "The name of a function is followed by its arguments in parentheses.";
            self.error("Missing open parenthesis", detail, open.range());
            self.recover_over(TokenKind::OpenParenthesis);
            return self.failed(first.start..open.end);
        }
        let errors = self.errors();
        self.newlines.push(false);
        let Arguments { values, expand_final, close } = self.arguments(first, open);
        self.newlines.pop();
        let call = Call {
            name,
            name_span: self.span(first.start..name_end),
            arguments: values,
            expand_final,
            open: self.span_of(open),
            close: self.span_of(close),
        };
        let span = self.span(first.start..close.end);
        let expression = Expression::new(ExpressionKind::Call(Arc::new(call)), span);
        Parsed { expression, ok: self.errors() == errors }
    }

    fn arguments(&mut self, name: Token, open: Token) -> Arguments {
        let mut values = Vec::new();
        let mut expand_final = false;
        let close = loop {
            if self.peek().kind == TokenKind::CloseParenthesis {
                break self.read();
            }
            let argument = self.expression();
            values.push(argument.expression);
            if self.recovering && !argument.ok {
                break self.recover(TokenKind::CloseParenthesis);
            }
            let separator = self.read();
            match separator.kind {
                TokenKind::CloseParenthesis => break separator,
                TokenKind::Comma => {}
                TokenKind::Ellipsis => {
                    expand_final = true;
                    if self.peek().kind == TokenKind::CloseParenthesis {
                        break self.read();
                    }
                    self.error_unless_recovering(
                        "Missing closing parenthesis",
                        "An expanded argument (with ...) is the last one.",
                        separator.range(),
                    );
                    break self.recover(TokenKind::CloseParenthesis);
                }
                TokenKind::End => {
                    let detail = "The file ends before the parenthesis that closes this function call.";
                    self.error("Unterminated function call", detail, name.start..open.end);
                    break self.recover(TokenKind::CloseParenthesis);
                }
                _ => {
                    let detail = "The arguments of a function are separated by commas.";
                    self.error("Missing argument separator", detail, separator.range());
                    break self.recover(TokenKind::CloseParenthesis);
                }
            }
        };
        values.shrink_to_fit();
        Arguments { values, expand_final, close }
    }
}
