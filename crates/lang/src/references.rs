//! Which names an expression or body depends on, found without evaluating anything.

use std::sync::Arc;

use crate::ast::{Block, Body, Expression, ExpressionKind, ObjectKey, Traversal, TraversalStep};
use crate::stack;
use crate::static_value;

/// Returns the names an expression uses, with the constant steps that follow them, in source order.
///
/// Names that a `for` binds are not among them. A traversal ends before an index that must be evaluated, whose own
/// references are listed too, and with a [`TraversalStep::Splat`] at a splat.
pub fn references(expression: &Expression) -> Vec<Arc<Traversal>> {
    let mut walk = Walk::default();
    walk.expression(expression);
    walk.found
}

/// Returns the names a body uses, in nested blocks as well.
///
/// Names that a `dynamic` block binds for its content are not among them.
pub fn body_references(body: &Body) -> Vec<Arc<Traversal>> {
    let mut walk = Walk::default();
    walk.body(body);
    walk.found
}

#[derive(Default)]
struct Walk {
    bound: Vec<Arc<str>>,
    found: Vec<Arc<Traversal>>,
}

impl Walk {
    fn body(&mut self, body: &Body) {
        for attribute in &body.attributes {
            self.expression(&attribute.expression);
        }
        for block in &body.blocks {
            match block.labels.first() {
                Some(label) if &*block.kind == "dynamic" => self.dynamic(block, &label.text),
                _ => self.body(&block.body),
            }
        }
    }

    fn dynamic(&mut self, block: &Block, label: &Arc<str>) {
        let iterator = block
            .body
            .attribute("iterator")
            .and_then(|attribute| static_value::as_keyword(&attribute.expression))
            .map_or_else(|| label.clone(), Arc::from);
        if let Some(attribute) = block.body.attribute("for_each") {
            self.expression(&attribute.expression);
        }
        self.bound.push(iterator);
        if let Some(attribute) = block.body.attribute("labels") {
            self.expression(&attribute.expression);
        }
        for content in block.body.blocks_of("content") {
            self.body(&content.body);
        }
        self.bound.pop();
    }

    fn all<'e>(&mut self, expressions: impl IntoIterator<Item = &'e Expression>) {
        for expression in expressions {
            self.expression(expression);
        }
    }

    fn traversal(&mut self, traversal: &Arc<Traversal>) {
        if !self.bound.contains(&traversal.root) {
            self.found.push(Arc::clone(traversal));
        }
    }

    fn expression(&mut self, expression: &Expression) {
        stack::with_room(|| self.kind(expression));
    }

    fn kind(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Literal(_) | ExpressionKind::SplatElement => {}
            ExpressionKind::Template(parts) | ExpressionKind::Tuple(parts) => self.all(&**parts),
            ExpressionKind::TemplateWrap(inner)
            | ExpressionKind::TemplateJoin(inner)
            | ExpressionKind::Parentheses(inner)
            | ExpressionKind::RelativeTraversal { source: inner, .. }
            | ExpressionKind::Unary { operand: inner, .. } => self.expression(inner),
            ExpressionKind::Object(items) => {
                for item in &**items {
                    if let ObjectKey::Expression(key) = &item.key {
                        self.expression(key);
                    }
                    self.expression(&item.value);
                }
            }
            ExpressionKind::Traversal(traversal) => self.traversal(traversal),
            ExpressionKind::JsonString(string) => self.all(&string.template),
            ExpressionKind::Index { collection, key, .. } => self.all([&**collection, &**key]),
            ExpressionKind::Splat { source, each, marker } => {
                match &source.kind {
                    ExpressionKind::Traversal(traversal) => {
                        let mut traversal = (**traversal).clone();
                        traversal.steps.push(TraversalStep::Splat { span: (**marker).clone() });
                        traversal.span = traversal.span.to(marker);
                        self.traversal(&Arc::new(traversal));
                    }
                    _ => self.expression(source),
                }
                self.expression(each);
            }
            ExpressionKind::Call(call) => self.all(&call.arguments),
            ExpressionKind::Conditional(it) => self.all([&it.condition, &it.yes, &it.no]),
            ExpressionKind::Binary { first, rest } => {
                self.expression(first);
                self.all(rest.iter().map(|link| &link.operand));
            }
            ExpressionKind::For(it) => {
                self.expression(&it.collection);
                let bound = self.bound.len();
                self.bound.extend(it.key_name.clone());
                self.bound.push(it.value_name.clone());
                self.all(it.key.iter().chain([&it.value]).chain(&it.condition));
                self.bound.truncate(bound);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{parse_expression, parse_native};
    use rinfra_diag::Position;

    fn shown(traversals: &[Arc<Traversal>]) -> String {
        let step = |step: &TraversalStep| match step {
            TraversalStep::Attribute { name, .. } => format!(".{name}"),
            TraversalStep::Index { key, .. } => format!("[{key:?}]"),
            TraversalStep::Splat { .. } => "[*]".to_owned(),
        };
        let one =
            |it: &Arc<Traversal>| format!("{}{}", it.root, it.steps.iter().map(step).collect::<String>());
        traversals.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn free_names_are_found() {
        let check = |text: &str, expected: &str| {
            let expression = parse_expression(&"t".into(), text, Position::START).unwrap();
            assert_eq!(shown(&references(&expression)), expected, "{text}");
        };
        check("1", "");
        check("a.b[0].c[\"k\"].d", "a.b[0].c[\"k\"].d");
        check("a.b[var.i].c", "a.b var.i");
        check("a.b[*].c[var.i]", "a.b[*] var.i");
        check("a.b.*.c", "a.b[*]");
        check("[for k, v in a.x : k if v == b && c]", "a.x b c");
        check("{for a in a : a => b...}", "a b");
        check("{a = b, (c) = d, \"${e}\" = null, f.g = 1}", "b c d e f.g");
        check("\"x${a}%{ if b }${c}%{ endif }%{ for d in e }${d}${f}%{ endfor }\"", "a b c e f");
        check("f(a, b...) ? -c : !(d + e)", "a b c d e");
        check("f(a).b[c]", "a c");
    }

    #[test]
    fn dynamic_blocks_bind_their_iterator() {
        let text = "x = a\nplain {\n y = setting.b\n}\ndynamic \"setting\" {\n for_each = setting.c\n content {\n z = \
                    setting.value + d\n dynamic \"inner\" {\n for_each = setting.value.list\n iterator = it\n content \
                    {\n v = [it.value, setting.key, inner.e]\n}\n}\n}\n}\n";
        let (body, diagnostics) = parse_native(&"t".into(), text);
        assert!(diagnostics.is_empty(), "{diagnostics}");
        assert_eq!(shown(&body_references(&body)), "a setting.b setting.c d inner.e");
    }
}
