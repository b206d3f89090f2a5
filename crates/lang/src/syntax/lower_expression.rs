//! From the parser library's tree to ours: expressions.

use std::ops::Range;
use std::sync::Arc;

use hcl_edit::expr as parsed;
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_value::{Number, Value};

use super::lower::Lowering;
use crate::ast::{
    BinaryOperand, BinaryOperator, Call, Conditional, Expression, ExpressionKind, For, ObjectItem, ObjectKey,
    Traversal, UnaryOperator,
};

pub(super) type Lowered = Result<Expression, Diagnostics>;

impl Lowering<'_> {
    /// Returns the expression at a range of the text.
    pub(super) fn part(&self, range: Range<usize>) -> Lowered {
        let masked = self.mask(&range);
        let parsed =
            hcl_edit::parser::parse_expr(&masked).map_err(|error| self.refused(&error, range.start))?;
        self.expression(&parsed, range.start)
    }

    /// Returns an expression the library parsed from the text that begins at `offset`.
    pub(super) fn expression(&self, expression: &parsed::Expression, offset: usize) -> Lowered {
        let range = range_of(expression, offset);
        let span = self.positions.span(range.clone());
        let kind = match expression {
            parsed::Expression::Null(_) => ExpressionKind::Literal(Value::dynamic_null()),
            parsed::Expression::Bool(truth) => ExpressionKind::Literal(Value::bool(*truth.value())),
            parsed::Expression::Number(_) => return self.number(range),
            parsed::Expression::String(_)
            | parsed::Expression::StringTemplate(_)
            | parsed::Expression::HeredocTemplate(_) => return self.template_at(range),
            parsed::Expression::Array(items) => {
                let items: Result<Vec<_>, _> =
                    items.iter().map(|item| self.expression(item, offset)).collect();
                ExpressionKind::Tuple(items?.into())
            }
            parsed::Expression::Object(object) => self.object(object, offset)?,
            parsed::Expression::Parenthesis(inner) => {
                ExpressionKind::Parentheses(Arc::new(self.expression(inner.inner(), offset)?))
            }
            parsed::Expression::Variable(_) => {
                let root = self.name(range);
                let traversal =
                    Traversal { root, root_span: span.clone(), steps: Vec::new(), span: span.clone() };
                ExpressionKind::Traversal(Arc::new(traversal))
            }
            parsed::Expression::Conditional(conditional) => {
                let condition = self.expression(&conditional.cond_expr, offset)?;
                let yes = self.expression(&conditional.true_expr, offset)?;
                let no = self.expression(&conditional.false_expr, offset)?;
                let span = condition.span.to(&no.span);
                let kind = ExpressionKind::Conditional(Arc::new(Conditional { condition, yes, no }));
                return Ok(Expression::new(kind, span));
            }
            parsed::Expression::FuncCall(call) => self.call(call, &range, offset)?,
            parsed::Expression::Traversal(traversal) => {
                let source = self.expression(&traversal.expr, offset)?;
                return match (&traversal.expr, source.kind) {
                    // The library takes the minus sign of a number for a part of it, which steps are not applied to.
                    (
                        parsed::Expression::Number(_),
                        ExpressionKind::Unary { operator, operator_span, operand },
                    ) => {
                        let operand =
                            self.steps(Arc::unwrap_or_clone(operand), &traversal.operators, offset)?;
                        let span = operator_span.to(&operand.span);
                        let operand = Arc::new(operand);
                        Ok(Expression::new(ExpressionKind::Unary { operator, operator_span, operand }, span))
                    }
                    (_, kind) => self.steps(Expression::new(kind, source.span), &traversal.operators, offset),
                };
            }
            parsed::Expression::UnaryOp(unary) => {
                let operator = match unary.operator.value() {
                    parsed::UnaryOperator::Neg => UnaryOperator::Negate,
                    parsed::UnaryOperator::Not => UnaryOperator::Not,
                };
                let operator_span = self.positions.span(range.start..range.start + 1);
                let operand = Arc::new(self.expression(&unary.expr, offset)?);
                ExpressionKind::Unary { operator, operator_span, operand }
            }
            parsed::Expression::BinaryOp(binary) => return self.binary(binary, offset),
            parsed::Expression::ForExpr(expression) => self.for_expression(expression, &range, offset)?,
        };
        Ok(Expression::new(kind, span))
    }

    /// Returns a number with all the digits that stand in the text. The library reads a minus sign as part of it.
    fn number(&self, range: Range<usize>) -> Lowered {
        let span = self.positions.span(range.clone());
        let text = self.last_word(range.end);
        if self.text(range.clone()).starts_with('-') {
            let digits = range.end - text.len();
            let operand = self.number(digits..range.end)?;
            let operator_span = self.positions.span(range.start..range.start + 1);
            let kind = ExpressionKind::Unary {
                operator: UnaryOperator::Negate,
                operator_span,
                operand: Arc::new(operand),
            };
            return Ok(Expression::new(kind, span));
        }
        match Number::parse(text) {
            Some(number) => Ok(Expression::literal(Value::number(number), span)),
            None => {
                let detail = format!("{text} is not a number.");
                Err(Diagnostic::error("Invalid number literal", detail).at(span).into())
            }
        }
    }

    fn object(&self, object: &parsed::Object, offset: usize) -> Result<ExpressionKind, Diagnostics> {
        let mut items = Vec::with_capacity(object.len());
        for (key, value) in object {
            let key = match key {
                parsed::ObjectKey::Ident(_) => {
                    let range = range_of(key, offset);
                    ObjectKey::Name { name: self.name(range.clone()), span: self.positions.span(range) }
                }
                parsed::ObjectKey::Expression(
                    word @ (parsed::Expression::Null(_) | parsed::Expression::Bool(_)),
                ) => {
                    let range = range_of(word, offset);
                    ObjectKey::Name { name: self.name(range.clone()), span: self.positions.span(range) }
                }
                parsed::ObjectKey::Expression(key) => ObjectKey::Expression(self.expression(key, offset)?),
            };
            items.push(ObjectItem { key, value: self.expression(value.expr(), offset)? });
        }
        Ok(ExpressionKind::Object(items.into()))
    }

    fn call(
        &self,
        call: &parsed::FuncCall,
        range: &Range<usize>,
        offset: usize,
    ) -> Result<ExpressionKind, Diagnostics> {
        let parts: Vec<Range<usize>> = call
            .name
            .namespace
            .iter()
            .chain(std::iter::once(&call.name.name))
            .map(|part| range_of(part, offset))
            .collect();
        let name: Vec<&str> = parts.iter().map(|part| self.text(part.clone())).collect();
        let name_end = parts.last().map_or(range.start, |part| part.end);
        let open = self.tokens[self.token_at(name_end)].range();
        let arguments: Result<Vec<_>, _> = call.args.iter().map(|it| self.expression(it, offset)).collect();
        Ok(ExpressionKind::Call(Arc::new(Call {
            name: name.join("::").into(),
            name_span: self.positions.span(range.start..name_end),
            arguments: arguments?,
            expand_final: call.args.expand_final(),
            open: self.positions.span(open),
            close: self.positions.span(range.end.saturating_sub(1)..range.end),
        })))
    }

    /// Returns a chain of operators; the left operands of one precedence are flattened into it.
    fn binary(&self, binary: &parsed::BinaryOp, offset: usize) -> Lowered {
        let precedence = binary.operator.value().precedence();
        let mut chain = vec![binary];
        let mut first = &binary.lhs_expr;
        while let parsed::Expression::BinaryOp(left) = first
            && left.operator.value().precedence() == precedence
        {
            chain.push(left);
            first = &left.lhs_expr;
        }
        let first = self.expression(first, offset)?;
        let mut span = first.span.clone();
        let mut rest = Vec::with_capacity(chain.len());
        for link in chain.into_iter().rev() {
            let operand = self.expression(&link.rhs_expr, offset)?;
            span = span.to(&operand.span);
            rest.push(BinaryOperand {
                operator: operator(*link.operator.value()),
                operator_span: self.positions.span(range_of(&link.operator, offset)),
                operand,
            });
        }
        Ok(Expression::new(ExpressionKind::Binary { first: Arc::new(first), rest: rest.into() }, span))
    }

    fn for_expression(
        &self,
        expression: &parsed::ForExpr,
        range: &Range<usize>,
        offset: usize,
    ) -> Result<ExpressionKind, Diagnostics> {
        let intro = &expression.intro;
        let optional = |it: Option<&parsed::Expression>| it.map(|it| self.expression(it, offset)).transpose();
        Ok(ExpressionKind::For(Arc::new(For {
            key_name: intro.key_var.as_ref().map(|name| self.name(range_of(name, offset))),
            value_name: self.name(range_of(&intro.value_var, offset)),
            collection: self.expression(&intro.collection_expr, offset)?,
            key: optional(expression.key_expr.as_ref())?,
            value: self.expression(&expression.value_expr, offset)?,
            condition: optional(expression.cond.as_ref().map(|condition| &condition.expr))?,
            grouped: expression.grouping,
            open: self.positions.span(range.start..range.start + 1),
            close: self.positions.span(range.end.saturating_sub(1)..range.end),
        })))
    }
}

/// Returns the offsets of a node in the text; `offset` is where the text the library parsed begins.
pub(super) fn range_of(node: &impl hcl_edit::Span, offset: usize) -> Range<usize> {
    let range = node.span().unwrap_or_default();
    range.start + offset..range.end + offset
}

fn operator(operator: parsed::BinaryOperator) -> BinaryOperator {
    match operator {
        parsed::BinaryOperator::Or => BinaryOperator::Or,
        parsed::BinaryOperator::And => BinaryOperator::And,
        parsed::BinaryOperator::Eq => BinaryOperator::Equal,
        parsed::BinaryOperator::NotEq => BinaryOperator::NotEqual,
        parsed::BinaryOperator::Less => BinaryOperator::Less,
        parsed::BinaryOperator::LessEq => BinaryOperator::LessOrEqual,
        parsed::BinaryOperator::Greater => BinaryOperator::Greater,
        parsed::BinaryOperator::GreaterEq => BinaryOperator::GreaterOrEqual,
        parsed::BinaryOperator::Plus => BinaryOperator::Add,
        parsed::BinaryOperator::Minus => BinaryOperator::Subtract,
        parsed::BinaryOperator::Mul => BinaryOperator::Multiply,
        parsed::BinaryOperator::Div => BinaryOperator::Divide,
        parsed::BinaryOperator::Mod => BinaryOperator::Modulo,
    }
}
