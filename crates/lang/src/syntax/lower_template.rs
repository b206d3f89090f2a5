//! From the parts of templates to our tree.

use std::ops::Range;
use std::sync::Arc;

use rinfra_diag::Diagnostics;
use rinfra_value::Value;

use super::grammar::Node;
use super::lower::Lowering;
use super::lower_expression::Lowered;
use crate::ast::{Conditional, Expression, ExpressionKind, For};

impl Lowering<'_> {
    /// Returns the template that stands at a range of the text.
    pub(super) fn template_at(&self, range: Range<usize>) -> Lowered {
        let span = self.positions.span(range.clone());
        let Some(template) = self.facts.templates.get(&range.start) else {
            return Ok(Expression::literal(Value::string(self.text(range)), span));
        };
        let kind = match &*template.nodes {
            [Node::Interpolation { expression }] => {
                ExpressionKind::TemplateWrap(Arc::new(self.part(expression.clone())?))
            }
            nodes => ExpressionKind::Template(self.nodes(nodes)?.into()),
        };
        Ok(Expression::new(kind, span))
    }

    fn nodes(&self, nodes: &[Node]) -> Result<Vec<Expression>, Diagnostics> {
        nodes.iter().map(|node| self.node(node)).collect()
    }

    fn node(&self, node: &Node) -> Lowered {
        match node {
            Node::Literal { text, range } => {
                Ok(Expression::literal(Value::string(text.as_str()), self.positions.span(range.clone())))
            }
            Node::Interpolation { expression } => self.part(expression.clone()),
            Node::If { condition, yes, no, open, close } => {
                let conditional = Conditional {
                    condition: self.part(condition.clone())?,
                    yes: self.branch(yes, open.end)?,
                    no: self.branch(no, close.start)?,
                };
                let span = self.positions.span(open.start..close.end);
                Ok(Expression::new(ExpressionKind::Conditional(Arc::new(conditional)), span))
            }
            Node::For { key, value, collection, body, open, close } => {
                let span = self.positions.span(open.start..close.end);
                let each = For {
                    key_name: key.clone().map(|key| self.name(key)),
                    value_name: self.name(value.clone()),
                    collection: self.part(collection.clone())?,
                    key: None,
                    value: self.branch(body, open.end)?,
                    condition: None,
                    grouped: false,
                    open: self.positions.span(open.clone()),
                    close: self.positions.span(close.clone()),
                };
                let each = Expression::new(ExpressionKind::For(Arc::new(each)), span.clone());
                Ok(Expression::new(ExpressionKind::TemplateJoin(Arc::new(each)), span))
            }
        }
    }

    /// Returns what stands between two directives; `empty` is where nothing stands if nothing does.
    fn branch(&self, nodes: &[Node], empty: usize) -> Lowered {
        let mut parts = self.nodes(nodes)?;
        if parts.is_empty() {
            parts.push(Expression::literal(Value::string(""), self.positions.span(empty..empty)));
        }
        let span = parts[0].span.to(&parts[parts.len() - 1].span);
        Ok(Expression::new(ExpressionKind::Template(parts.into()), span))
    }
}
