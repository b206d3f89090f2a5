//! What follows a term: `.name`, `[key]` and splats.

use std::sync::Arc;

use rinfra_diag::Span;
use rinfra_value::Value;

use super::{Parsed, Parser};
use crate::ast::{Expression, ExpressionKind, TraversalStep};
use crate::stack;
use crate::syntax::token::{Token, TokenKind};

/// An expression and the constant steps read after it, which become part of it when another kind of step follows.
struct Stepped {
    source: Expression,
    steps: Vec<TraversalStep>,
    ok: bool,
}

impl Stepped {
    fn push(&mut self, step: TraversalStep) {
        self.steps.push(step);
    }

    /// Returns the expression with its steps.
    fn finish(self) -> Expression {
        let Self { source, steps, .. } = self;
        let Some(last) = steps.last() else { return source };
        let span = source.span.to(last.span());
        let kind = match source.kind {
            ExpressionKind::Traversal(mut traversal) => {
                let name = Arc::make_mut(&mut traversal);
                name.steps.reserve_exact(steps.len());
                name.steps.extend(steps);
                name.span = span.clone();
                ExpressionKind::Traversal(traversal)
            }
            kind => {
                let source = Arc::new(Expression::new(kind, source.span));
                ExpressionKind::RelativeTraversal { source, steps: steps.into() }
            }
        };
        Expression::new(kind, span)
    }

    /// Puts what the steps so far lead to into a larger expression, of which they are the source.
    fn wrap(&mut self, kind: impl FnOnce(Arc<Expression>) -> ExpressionKind, end: &Span) {
        let placeholder = Expression::literal(Value::dynamic(), end.clone());
        let source = std::mem::replace(&mut self.source, placeholder);
        let source = Self { source, steps: std::mem::take(&mut self.steps), ok: true }.finish();
        let span = source.span.to(end);
        self.source = Expression::new(kind(Arc::new(source)), span);
    }
}

impl Parser<'_> {
    /// Reads `.name`, `[key]` and splats after a term.
    pub(super) fn steps(&mut self, from: Parsed) -> Parsed {
        let mut stepped = Stepped { source: from.expression, steps: Vec::new(), ok: from.ok };
        let depth = self.depth;
        loop {
            match self.peek().kind {
                TokenKind::Dot => self.dot(&mut stepped),
                TokenKind::OpenBracket => self.index(&mut stepped),
                _ => break,
            }
        }
        self.depth = depth;
        let ok = stepped.ok;
        Parsed { expression: stepped.finish(), ok }
    }

    fn dot(&mut self, stepped: &mut Stepped) {
        let dot = self.read();
        let next = self.peek();
        match next.kind {
            TokenKind::Name | TokenKind::Number => {
                self.read();
                let (step, ok) = self.dotted(dot, next, next);
                stepped.push(step);
                stepped.ok &= ok;
            }
            TokenKind::Operator if self.text(next) == "*" => {
                self.read();
                self.attribute_splat(dot, next, stepped);
            }
            _ => {
                self.error(
                    "Invalid attribute name",
                    "A dot is followed by the name of an attribute.",
                    next.range(),
                );
                self.recovering = true;
                stepped.ok = false;
            }
        }
    }

    /// Returns the step a dot and a name or number are; what is wrong with that is told at `blamed`.
    fn dotted(&mut self, dot: Token, token: Token, blamed: Token) -> (TraversalStep, bool) {
        let span = self.span(dot.start..token.end);
        let text = self.text(token);
        if token.kind == TokenKind::Name {
            return (TraversalStep::Attribute { name: self.name(token), span }, true);
        }
        let key = match text.split_once('.') {
            Some((first, second)) => {
                let detail = format!("Write indexes in brackets: [{first}][{second}].");
                self.error("Invalid legacy index syntax", detail, blamed.range());
                None
            }
            None => self.number(token),
        };
        let ok = key.is_some();
        (TraversalStep::Index { key: key.unwrap_or_else(Value::dynamic).into(), span }, ok)
    }

    /// Reads the names and numbers after `.*`, which are looked up in each element.
    fn attribute_splat(&mut self, dot: Token, star: Token, stepped: &mut Stepped) {
        let marker = self.span(dot.start..star.end);
        let first = self.peek();
        let mut each = Stepped { source: element(&marker), steps: Vec::new(), ok: true };
        while self.peek().kind == TokenKind::Dot {
            let dot = self.read();
            let next = self.peek();
            if !matches!(next.kind, TokenKind::Name | TokenKind::Number) {
                let (summary, detail, blamed) = if self.at_operator("*") {
                    let detail = "One \".*\" cannot follow another; use [*] instead.";
                    ("Nested splat expression not allowed", detail, next)
                } else {
                    ("Invalid attribute name", "A dot is followed by the name of an attribute.", star)
                };
                stepped.ok &= self.recovering;
                self.error_unless_recovering(summary, detail, blamed.range());
                self.recovering = true;
                return;
            }
            self.read();
            let (step, ok) = self.dotted(dot, next, star);
            each.push(step);
            stepped.ok &= ok;
        }
        if !self.descend() {
            stepped.ok = false;
            return;
        }
        let has_steps = !each.steps.is_empty();
        let mut each = each.finish();
        if has_steps {
            each.span.start = self.span_of(first).start;
        }
        let end = each.span.clone();
        stepped.wrap(
            |source| ExpressionKind::Splat { source, each: Arc::new(each), marker: marker.into() },
            &end,
        );
    }

    fn index(&mut self, stepped: &mut Stepped) {
        if !self.descend() {
            stepped.ok = false;
            return;
        }
        let open = self.read();
        if self.at_operator("*") {
            self.read();
            let (close, ok) = self.close_bracket(
                "Missing close bracket on splat index",
                "The star of a splat is followed by a closing bracket: [*].",
            );
            stepped.ok &= ok;
            return self.full_splat(open, close, stepped);
        }
        self.newlines.push(false);
        let key = self.expression();
        let (close, ok) = if self.recovering && !key.ok {
            (self.recover(TokenKind::CloseBracket), false)
        } else {
            self.close_bracket("Missing close bracket on index", "An index ends with a closing bracket.")
        };
        self.newlines.pop();
        stepped.ok &= ok && key.ok;
        let brackets = self.span(open.start..close.end);
        match constant(&key.expression) {
            Some(key) => {
                self.depth -= 1;
                stepped.push(TraversalStep::Index { key: key.into(), span: brackets });
            }
            None => {
                let end = brackets.clone();
                let (key, brackets) = (Arc::new(key.expression), Box::new(brackets));
                stepped.wrap(|collection| ExpressionKind::Index { collection, key, brackets }, &end);
            }
        }
    }

    /// Reads the steps after `[*]`, all of which are taken in each element.
    fn full_splat(&mut self, open: Token, close: Token, stepped: &mut Stepped) {
        let marker = self.span(open.start..close.end);
        let each = Parsed { expression: element(&marker), ok: true };
        let each = stack::with_room(|| self.steps(each));
        stepped.ok &= each.ok;
        let end = each.expression.span.clone();
        let each = Arc::new(each.expression);
        stepped.wrap(|source| ExpressionKind::Splat { source, each, marker: marker.into() }, &end);
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

fn element(marker: &Span) -> Expression {
    Expression::new(ExpressionKind::SplatElement, marker.clone())
}

/// Returns the value of a key that is written out.
fn constant(key: &Expression) -> Option<Value> {
    match &key.kind {
        ExpressionKind::Literal(value) => Some((**value).clone()),
        ExpressionKind::Template(parts) => match &**parts {
            [Expression { kind: ExpressionKind::Literal(value), .. }] => Some((**value).clone()),
            _ => None,
        },
        _ => None,
    }
}
