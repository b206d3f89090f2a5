//! Expressions.

use std::sync::Arc;

use rinfra_value::{Number, Value};

use super::{Parsed, Parser};
use crate::ast::{Conditional, Expression, ExpressionKind, Traversal, UnaryOperator};
use crate::syntax::token::{Token, TokenKind};

impl Parser<'_> {
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
            return Parsed { ok: false, ..condition };
        }
        let colon = self.peek();
        if colon.kind != TokenKind::Colon {
            self.error(
                "Missing false expression in conditional",
                "A conditional has a result for either case: condition ? yes : no.",
                colon.range(),
            );
            return Parsed { ok: false, ..condition };
        }
        self.read();
        let no = self.expression();
        let ok = condition.ok && yes.ok && no.ok;
        let (condition, yes, no) = (condition.expression, yes.expression, no.expression);
        let span = condition.span.to(&no.span);
        let kind = ExpressionKind::Conditional(Arc::new(Conditional { condition, yes, no }));
        Parsed { expression: Expression::new(kind, span), ok }
    }

    pub(super) fn term_with_steps(&mut self) -> Parsed {
        let term = self.term();
        self.steps(term)
    }

    fn term(&mut self) -> Parsed {
        let start = self.peek();
        match start.kind {
            TokenKind::OpenParenthesis => self.parentheses(),
            TokenKind::Number => {
                self.read();
                let value = self.number(start);
                let ok = value.is_some();
                let value = value.unwrap_or_else(Value::dynamic);
                Parsed { expression: Expression::literal(value, self.span_of(start)), ok }
            }
            TokenKind::Name => {
                self.read();
                match self.peek().kind {
                    TokenKind::OpenParenthesis | TokenKind::DoubleColon => self.call(start),
                    _ => Parsed { expression: self.word(start), ok: true },
                }
            }
            TokenKind::OpenQuote | TokenKind::OpenHeredoc => {
                self.read();
                let indented = self.text(start).starts_with("<<-");
                match start.kind.closer() {
                    Some(close) => self.deeper(|parser| parser.template(start.start, close, indented)),
                    None => self.failed(start.range()),
                }
            }
            TokenKind::Operator if matches!(self.text(start), "-" | "!") => self.unary(),
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
                Parsed { ok, ..self.failed(start.range()) }
            }
        }
    }

    fn word(&mut self, name: Token) -> Expression {
        let span = self.span_of(name);
        let value = match self.text(name) {
            "true" => Value::bool(true),
            "false" => Value::bool(false),
            "null" => Value::dynamic_null(),
            _ => {
                let (root, root_span) = (self.name(name), span.clone());
                let traversal = Traversal { root, root_span, steps: Vec::new(), span: span.clone() };
                return Expression::new(ExpressionKind::Traversal(Arc::new(traversal)), span);
            }
        };
        Expression::literal(value, span)
    }

    /// Returns the number a token is, or says that it is none.
    pub(super) fn number(&mut self, token: Token) -> Option<Value> {
        let text = self.text(token);
        let valid = text.bytes().filter(|&byte| byte == b'.').count() <= 1
            && text.bytes().filter(|byte| matches!(byte, b'e' | b'E')).count() <= 1
            && !text.split(['e', 'E']).nth(1).is_some_and(|exponent| exponent.contains('.'));
        let number = if valid { Number::parse(text) } else { None };
        if number.is_none() {
            self.error("Invalid number literal", format!("{text} is not a number."), token.range());
        }
        number.map(Value::number)
    }

    fn unary(&mut self) -> Parsed {
        let token = self.read();
        let operator = if self.text(token) == "!" { UnaryOperator::Not } else { UnaryOperator::Negate };
        let Parsed { expression: operand, ok } = self.deeper(Self::term_with_steps);
        let operator_span = self.span_of(token);
        let span = operator_span.to(&operand.span);
        let operator_span = operator_span.into();
        let kind = ExpressionKind::Unary { operator, operator_span, operand: Arc::new(operand) };
        Parsed { expression: Expression::new(kind, span), ok }
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
        let kind = ExpressionKind::Parentheses(Arc::new(inner.expression));
        Parsed { expression: Expression::new(kind, self.span(open.start..close.end)), ok }
    }
}
