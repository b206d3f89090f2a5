//! From the parser library's tree to ours: what follows a term, `.name`, `[key]` and splats.

use std::ops::Range;
use std::sync::Arc;

use hcl_edit::Decorated;
use hcl_edit::expr::TraversalOperator;
use rinfra_diag::Span;
use rinfra_value::{Number, Value};

use super::lower::Lowering;
use super::lower_expression::{Lowered, range_of};
use crate::ast::{Expression, ExpressionKind, Traversal, TraversalStep};

type Operators<'o> = &'o [Decorated<TraversalOperator>];

impl Lowering<'_> {
    /// Returns `source` with steps applied to it.
    ///
    /// A `[*]` takes all steps after it into what is done for each element; a `.*` takes the dots only.
    pub(super) fn steps(&self, source: Expression, operators: Operators<'_>, offset: usize) -> Lowered {
        let mut result = source;
        let mut rest = operators;
        while let Some((operator, after)) = rest.split_first() {
            let range = range_of(operator, offset);
            let span = self.positions.span(range.clone());
            rest = after;
            result = match operator.value() {
                TraversalOperator::GetAttr(_) | TraversalOperator::LegacyIndex(_) => {
                    self.step(result, operator, range)
                }
                TraversalOperator::Index(key) => {
                    let key = self.expression(key, offset)?;
                    index(result, key, span)
                }
                TraversalOperator::AttrSplat(_) => {
                    let dots = rest.iter().take_while(|operator| {
                        matches!(
                            operator.value(),
                            TraversalOperator::GetAttr(_) | TraversalOperator::LegacyIndex(_)
                        )
                    });
                    let (taken, after) = rest.split_at(dots.count());
                    rest = after;
                    let each = self.steps(element(&span), taken, offset)?;
                    splat(result, each, span)
                }
                TraversalOperator::FullSplat(_) => {
                    let each = self.steps(element(&span), rest, offset)?;
                    rest = &[];
                    splat(result, each, span)
                }
            };
        }
        Ok(result)
    }

    fn step(
        &self,
        source: Expression,
        operator: &Decorated<TraversalOperator>,
        range: Range<usize>,
    ) -> Expression {
        let name = self.last_word(range.end);
        let span = self.positions.span(range);
        let step = match operator.value() {
            TraversalOperator::LegacyIndex(_) => {
                let key = Number::parse(name).map_or_else(Value::dynamic, Value::number);
                TraversalStep::Index { key, span: span.clone() }
            }
            _ => TraversalStep::Attribute { name: name.into(), span: span.clone() },
        };
        extend(source, step, &span)
    }
}

fn element(marker: &Span) -> Expression {
    Expression::new(ExpressionKind::SplatElement, marker.clone())
}

fn splat(source: Expression, each: Expression, marker: Span) -> Expression {
    let span = source.span.to(&each.span);
    Expression::new(ExpressionKind::Splat { source: Arc::new(source), each: Arc::new(each), marker }, span)
}

fn index(collection: Expression, key: Expression, brackets: Span) -> Expression {
    let constant = match &key.kind {
        ExpressionKind::Literal(value) => Some(value.clone()),
        ExpressionKind::Template(parts) => match &**parts {
            [Expression { kind: ExpressionKind::Literal(value), .. }] => Some(value.clone()),
            _ => None,
        },
        _ => None,
    };
    match constant {
        Some(key) => extend(collection, TraversalStep::Index { key, span: brackets.clone() }, &brackets),
        None => {
            let span = collection.span.to(&brackets);
            let (collection, key) = (Arc::new(collection), Arc::new(key));
            Expression::new(ExpressionKind::Index { collection, key, brackets }, span)
        }
    }
}

/// Returns `source` with one constant step more.
fn extend(source: Expression, step: TraversalStep, step_span: &Span) -> Expression {
    let span = source.span.to(step_span);
    let kind = match source.kind {
        ExpressionKind::Traversal(traversal) => {
            let mut traversal = Arc::unwrap_or_clone(traversal);
            traversal.steps.push(step);
            traversal.span = span.clone();
            ExpressionKind::Traversal(Arc::new(Traversal { ..traversal }))
        }
        ExpressionKind::RelativeTraversal { source, steps } => {
            let steps: Vec<_> = steps.iter().cloned().chain(std::iter::once(step)).collect();
            ExpressionKind::RelativeTraversal { source, steps: steps.into() }
        }
        kind => {
            let source = Arc::new(Expression::new(kind, source.span));
            ExpressionKind::RelativeTraversal { source, steps: Arc::new([step]) }
        }
    };
    Expression::new(kind, span)
}
