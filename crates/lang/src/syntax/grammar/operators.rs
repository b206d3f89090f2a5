//! Binary operators: a flat list of operands first, then a chain for each precedence.

use std::iter::Peekable;
use std::sync::Arc;
use std::vec::IntoIter;

use rinfra_diag::Span;

use super::{Parsed, Parser};
use crate::ast::{BinaryOperand, BinaryOperator, Expression, ExpressionKind};
use crate::syntax::token::{Token, TokenKind};

/// An operator and the operand after it.
struct Link {
    /// The precedence: a lower level binds less.
    level: usize,
    operator: BinaryOperator,
    operator_span: Span,
    operand: Expression,
}

impl Parser<'_> {
    /// Reads operands and the operators between them.
    pub(super) fn operators(&mut self) -> Parsed {
        let first = self.term_with_steps();
        let mut ok = first.ok;
        let mut links = Vec::new();
        while let Some((level, operator)) = self.binary_operator(self.peek()) {
            if self.recovering && !ok {
                break;
            }
            let token = self.read();
            let operand = self.term_with_steps();
            ok &= operand.ok;
            let operator_span = self.span(token.range());
            links.push(Link { level, operator, operator_span, operand: operand.expression });
        }
        Parsed { expression: chain(first.expression, links, 0), ok }
    }

    fn binary_operator(&self, token: Token) -> Option<(usize, BinaryOperator)> {
        if token.kind != TokenKind::Operator {
            return None;
        }
        Some(match self.text(token) {
            "||" => (0, BinaryOperator::Or),
            "&&" => (1, BinaryOperator::And),
            "==" => (2, BinaryOperator::Equal),
            "!=" => (2, BinaryOperator::NotEqual),
            "<" => (3, BinaryOperator::Less),
            "<=" => (3, BinaryOperator::LessOrEqual),
            ">" => (3, BinaryOperator::Greater),
            ">=" => (3, BinaryOperator::GreaterOrEqual),
            "+" => (4, BinaryOperator::Add),
            "-" => (4, BinaryOperator::Subtract),
            "*" => (5, BinaryOperator::Multiply),
            "/" => (5, BinaryOperator::Divide),
            "%" => (5, BinaryOperator::Modulo),
            _ => return None,
        })
    }
}

/// Returns the chain of the operators of one level, whose operands are chains of those that bind more.
fn chain(first: Expression, links: Vec<Link>, level: usize) -> Expression {
    if links.is_empty() {
        return first;
    }
    let mut links = links.into_iter().peekable();
    let first = operand(first, &mut links, level);
    let mut rest = Vec::new();
    while let Some(Link { operator, operator_span, operand: head, .. }) = links.next() {
        let operand = operand(head, &mut links, level);
        rest.push(BinaryOperand { operator, operator_span, operand });
    }
    let Some(last) = rest.last() else { return first };
    let span = first.span.to(&last.operand.span);
    Expression::new(ExpressionKind::Binary { first: Arc::new(first), rest: rest.into() }, span)
}

/// Takes what binds more than `level` together with the operand it begins with.
fn operand(head: Expression, links: &mut Peekable<IntoIter<Link>>, level: usize) -> Expression {
    let mut tighter = Vec::new();
    while let Some(link) = links.next_if(|link| link.level > level) {
        tighter.push(link);
    }
    chain(head, tighter, level + 1)
}
