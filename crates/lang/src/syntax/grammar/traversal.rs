//! A text that is nothing but a name and constant steps: an address between quotes.

use rinfra_diag::Diagnostics;
use rinfra_value::Value;

use super::Parser;
use crate::ast::{Traversal, TraversalStep};
use crate::syntax::token::{Token, TokenKind};

impl Parser<'_> {
    /// Reads a text that is one reference; after an error, as much of one as there is.
    pub(in crate::syntax) fn whole_traversal(mut self) -> (Option<Traversal>, Diagnostics) {
        let root = self.read();
        if root.kind != TokenKind::Name {
            self.error("Variable name required", "A reference begins with a name.", root.range());
            return (None, self.found);
        }
        let mut traversal = Traversal {
            root: self.name(root),
            root_span: self.span_of(root),
            steps: Vec::new(),
            span: self.span_of(root),
        };
        while let Some(step) = self.constant_step() {
            traversal.span = traversal.span.to(step.span());
            traversal.steps.push(step);
        }
        (Some(traversal), self.found)
    }

    fn constant_step(&mut self) -> Option<TraversalStep> {
        let first = self.peek();
        match first.kind {
            TokenKind::End => None,
            TokenKind::Dot => {
                self.read();
                let name = self.read();
                if name.kind != TokenKind::Name {
                    let detail = "A dot is followed by the name of an attribute.";
                    self.error("Attribute name required", detail, name.range());
                    return None;
                }
                let span = self.span(first.start..name.end);
                Some(TraversalStep::Attribute { name: self.name(name), span })
            }
            TokenKind::OpenBracket => {
                self.read();
                let key = self.constant_key()?;
                let close = self.read();
                if close.kind != TokenKind::CloseBracket {
                    let detail = "An index ends with a closing bracket.";
                    self.error("Unclosed index brackets", detail, close.range());
                }
                Some(TraversalStep::Index { key: key.into(), span: self.span(first.start..close.end) })
            }
            _ => {
                let detail = "An attribute access or an index is expected here.";
                self.error("Invalid character", detail, first.range());
                None
            }
        }
    }

    fn constant_key(&mut self) -> Option<Value> {
        let next: Token = self.peek();
        match next.kind {
            TokenKind::Number => {
                self.read();
                self.number(next)
            }
            TokenKind::OpenQuote => Some(Value::string(self.label().text)),
            TokenKind::Operator if self.text(next) == "*" => {
                let detail = "This reference is to one thing, and \"[*]\" stands for many.";
                self.error("Attribute name required", detail, next.range());
                None
            }
            _ => {
                let detail = "Between the brackets there is a literal number or a literal string.";
                self.error("Index value required", detail, next.range());
                None
            }
        }
    }
}
