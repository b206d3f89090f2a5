//! Expressions.

use super::{Grammar, Parsed};
use crate::syntax::token::{Token, TokenKind};

/// The binary operators by precedence, the weakest first.
const OPERATORS: [&[&str]; 6] =
    [&["||"], &["&&"], &["==", "!="], &["<", "<=", ">", ">="], &["+", "-"], &["*", "/", "%"]];

impl Grammar<'_> {
    pub(super) fn expression(&mut self) -> Parsed {
        self.deeper(Self::conditional)
    }

    fn conditional(&mut self) -> Parsed {
        let condition = self.operators();
        if (self.recovering && !condition.ok) || self.peek().kind != TokenKind::Question {
            return condition;
        }
        self.read();
        let yes = self.expression();
        if self.recovering && !yes.ok {
            return Parsed { range: condition.range, ok: false };
        }
        let colon = self.peek();
        if colon.kind != TokenKind::Colon {
            self.error(
                "Missing false expression in conditional",
                "A conditional has a result for either case: condition ? yes : no.",
                colon.range(),
            );
            return Parsed { range: condition.range, ok: false };
        }
        self.read();
        let no = self.expression();
        Parsed { range: condition.range.start..no.range.end, ok: condition.ok && yes.ok && no.ok }
    }

    /// Checks operands and the operators between them; precedence matters to the tree only.
    fn operators(&mut self) -> Parsed {
        let mut all = self.term_with_steps();
        loop {
            let next = self.peek();
            let is_operator = next.kind == TokenKind::Operator
                && OPERATORS.iter().any(|level| level.contains(&self.text(next)));
            if !is_operator || (self.recovering && !all.ok) {
                return all;
            }
            self.read();
            let operand = self.term_with_steps();
            all = Parsed { range: all.range.start..operand.range.end, ok: all.ok && operand.ok };
        }
    }

    fn term_with_steps(&mut self) -> Parsed {
        let term = self.term();
        self.steps(&term)
    }

    fn term(&mut self) -> Parsed {
        let start = self.peek();
        match start.kind {
            TokenKind::OpenParenthesis => self.parentheses(),
            TokenKind::Number => {
                self.read();
                let text = self.text(start);
                let valid = text.bytes().filter(|&byte| byte == b'.').count() <= 1
                    && text.bytes().filter(|byte| matches!(byte, b'e' | b'E')).count() <= 1
                    && !text.split(['e', 'E']).nth(1).is_some_and(|exponent| exponent.contains('.'));
                if !valid {
                    self.error("Invalid number literal", format!("{text} is not a number."), start.range());
                }
                Parsed { range: start.range(), ok: valid }
            }
            TokenKind::Name => {
                self.read();
                match self.peek().kind {
                    TokenKind::OpenParenthesis | TokenKind::DoubleColon => self.call(start),
                    _ => Parsed { range: start.range(), ok: true },
                }
            }
            TokenKind::OpenQuote | TokenKind::OpenHeredoc => {
                self.read();
                let indented = self.text(start).starts_with("<<-");
                match start.kind.closer() {
                    Some(close) => self.deeper(|grammar| grammar.template(start.start, close, indented)),
                    None => Parsed { range: start.range(), ok: false },
                }
            }
            TokenKind::Operator if matches!(self.text(start), "-" | "!") => {
                self.read();
                let operand = self.deeper(Self::term_with_steps);
                Parsed { range: start.start..operand.range.end, ok: operand.ok }
            }
            TokenKind::OpenBracket => self.tuple(),
            TokenKind::OpenBrace => self.object(),
            _ => {
                let (summary, detail) = match start.kind {
                    TokenKind::End => {
                        ("Missing expression", "The text ends where an expression is expected.")
                    }
                    _ => ("Invalid expression", "An expression is expected here, and this cannot start one."),
                };
                let ok = self.recovering;
                self.error_unless_recovering(summary, detail, start.range());
                self.recovering = true;
                Parsed { range: start.range(), ok }
            }
        }
    }

    fn parentheses(&mut self) -> Parsed {
        let open = self.read();
        self.newlines.push(false);
        let inner = self.expression();
        if !inner.ok {
            self.recover(TokenKind::CloseParenthesis);
            self.newlines.pop();
            return inner;
        }
        let close = self.peek();
        let ok = close.kind == TokenKind::CloseParenthesis;
        if !ok {
            self.error("Unbalanced parentheses", "A closing parenthesis is expected here.", close.range());
            self.recovering = true;
        }
        let close = self.read();
        self.newlines.pop();
        Parsed { range: open.start..close.end, ok }
    }

    fn call(&mut self, name: Token) -> Parsed {
        let mut open = self.read();
        let failed = |end: Token| Parsed { range: name.start..end.end, ok: false };
        while open.kind == TokenKind::DoubleColon {
            let next = self.read();
            if next.kind != TokenKind::Name {
                self.error(
                    "Missing function name",
                    "\"::\" is followed by the name of a function.",
                    next.range(),
                );
                self.recover_over(TokenKind::OpenParenthesis);
                return failed(next);
            }
            open = self.read();
        }
        if open.kind != TokenKind::OpenParenthesis {
            let detail = "The name of a function is followed by its arguments in parentheses.";
            self.error("Missing open parenthesis", detail, open.range());
            self.recover_over(TokenKind::OpenParenthesis);
            return failed(open);
        }
        let errors = self.errors();
        self.newlines.push(false);
        let close = self.arguments(name, open);
        self.newlines.pop();
        Parsed { range: name.start..close.end, ok: self.errors() == errors }
    }

    fn arguments(&mut self, name: Token, open: Token) -> Token {
        loop {
            if self.peek().kind == TokenKind::CloseParenthesis {
                return self.read();
            }
            let argument = self.expression();
            if self.recovering && !argument.ok {
                return self.recover(TokenKind::CloseParenthesis);
            }
            let separator = self.read();
            match separator.kind {
                TokenKind::CloseParenthesis => return separator,
                TokenKind::Comma => {}
                TokenKind::Ellipsis => {
                    if self.peek().kind == TokenKind::CloseParenthesis {
                        return self.read();
                    }
                    self.error_unless_recovering(
                        "Missing closing parenthesis",
                        "An expanded argument (with ...) is the last one.",
                        separator.range(),
                    );
                    return self.recover(TokenKind::CloseParenthesis);
                }
                TokenKind::End => {
                    let detail = "The file ends before the parenthesis that closes this function call.";
                    self.error("Unterminated function call", detail, name.start..open.end);
                    return self.recover(TokenKind::CloseParenthesis);
                }
                _ => {
                    let detail = "The arguments of a function are separated by commas.";
                    self.error("Missing argument separator", detail, separator.range());
                    return self.recover(TokenKind::CloseParenthesis);
                }
            }
        }
    }
}
