//! How the directives of a template nest.

use std::ops::Range;
use std::sync::Arc;

use rinfra_value::Value;

use crate::ast::{Conditional, Expression, ExpressionKind, For};
use crate::stack;
use crate::syntax::positions::Positions;

/// One piece of a template before directives are matched with each other.
pub(super) enum Part {
    Literal {
        text: String,
        range: Range<usize>,
    },
    Interpolation {
        expression: Expression,
    },
    If {
        condition: Expression,
        range: Range<usize>,
    },
    For {
        key: Option<Arc<str>>,
        value: Arc<str>,
        collection: Expression,
        range: Range<usize>,
    },
    /// `else`, `endif` or `endfor`.
    Closing {
        keyword: &'static str,
        range: Range<usize>,
    },
}

/// A directive that stands where it must not, or is missing where it should be.
pub(super) struct Wrong {
    pub(super) summary: String,
    pub(super) detail: String,
    pub(super) range: Range<usize>,
}

/// Returns the parts with each directive around what it governs, and what is wrong; `end` is where the template ends.
///
/// Recurses as deep as directives are open, which the parser has bounded.
pub(super) fn nest(
    parts: Vec<Part>,
    positions: &Positions<'_>,
    end: Range<usize>,
) -> (Vec<Expression>, Vec<Wrong>) {
    let mut nesting = Nesting { parts: parts.into_iter(), positions, end, wrong: Vec::new() };
    let mut nodes = Vec::new();
    while let Some(part) = nesting.parts.next() {
        nodes.extend(nesting.node(part));
    }
    (nodes, nesting.wrong)
}

/// A closing directive: its keyword and range.
type Closing = (&'static str, Range<usize>);

struct Nesting<'t> {
    parts: std::vec::IntoIter<Part>,
    positions: &'t Positions<'t>,
    end: Range<usize>,
    wrong: Vec<Wrong>,
}

impl Nesting<'_> {
    fn unexpected(&mut self, keyword: &str, detail: impl Into<String>, range: Range<usize>) {
        self.wrong.push(Wrong {
            summary: format!("Unexpected {keyword} directive"),
            detail: detail.into(),
            range,
        });
    }

    fn node(&mut self, part: Part) -> Option<Expression> {
        match part {
            Part::Literal { text, range } => {
                Some(Expression::literal(Value::string(text), self.positions.span(range)))
            }
            Part::Interpolation { expression } => Some(expression),
            Part::If { condition, range } => stack::with_room(|| self.if_directive(condition, range)),
            Part::For { key, value, collection, range } => {
                let (body, close) = stack::with_room(|| self.until("for", "endfor"))?;
                let span = self.positions.span(range.start..close.end);
                let each = For {
                    key_name: key,
                    value_name: value,
                    collection,
                    key: None,
                    value: self.joined(body, range.end),
                    condition: None,
                    grouped: false,
                    open: self.positions.span(range),
                    close: self.positions.span(close),
                };
                let each = Expression::new(ExpressionKind::For(Arc::new(each)), span.clone());
                Some(Expression::new(ExpressionKind::TemplateJoin(Arc::new(each)), span))
            }
            Part::Closing { keyword, range } => {
                self.unexpected(keyword, "No directive is open that this could close.", range);
                None
            }
        }
    }

    /// Returns what stands between two directives; `empty` is where nothing stands if nothing does.
    fn joined(&self, mut parts: Vec<Expression>, empty: usize) -> Expression {
        if parts.is_empty() {
            parts.push(Expression::literal(Value::string(""), self.positions.span(empty..empty)));
        }
        let span = parts[0].span.to(&parts[parts.len() - 1].span);
        Expression::new(ExpressionKind::Template(parts.into()), span)
    }

    fn if_directive(&mut self, condition: Expression, open: Range<usize>) -> Option<Expression> {
        let (yes, closing) = self.branch("if")?;
        let (no, close) = match closing {
            ("else", _) => match self.branch("if")? {
                (no, ("endif", close)) => (no, close),
                (_, (keyword, range)) => {
                    self.unexpected(
                        keyword,
                        "This \"if\" has an else clause already, or this closes another.",
                        range,
                    );
                    return None;
                }
            },
            ("endif", close) => (Vec::new(), close),
            (keyword, range) => {
                self.unexpected(keyword, "An \"if\" is open here; \"endif\" closes it.", range);
                return None;
            }
        };
        let conditional =
            Conditional { condition, yes: self.joined(yes, open.end), no: self.joined(no, close.start) };
        let span = self.positions.span(open.start..close.end);
        Some(Expression::new(ExpressionKind::Conditional(Arc::new(conditional)), span))
    }

    fn until(&mut self, opened: &str, closer: &str) -> Option<(Vec<Expression>, Range<usize>)> {
        let (nodes, (keyword, range)) = self.branch(opened)?;
        if keyword == closer {
            return Some((nodes, range));
        }
        self.unexpected(keyword, format!("A \"{opened}\" is open here; \"{closer}\" closes it."), range);
        None
    }

    /// Reads nodes up to a closing directive; returns that as well.
    fn branch(&mut self, opened: &str) -> Option<(Vec<Expression>, Closing)> {
        let mut nodes = Vec::new();
        while let Some(part) = self.parts.next() {
            match part {
                Part::Closing { keyword, range } => return Some((nodes, (keyword, range))),
                part => nodes.extend(self.node(part)),
            }
        }
        let detail = format!("The template ends before the \"end{opened}\" of an \"{opened}\" directive.");
        self.wrong.push(Wrong {
            summary: "Unexpected end of template".to_owned(),
            detail,
            range: self.end.clone(),
        });
        None
    }
}
