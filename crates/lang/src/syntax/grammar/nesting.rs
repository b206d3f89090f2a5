//! How the directives of a template nest.

use std::ops::Range;

use crate::syntax::token::Token;

/// What stands in one template.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    /// The whole template with its quotes or markers.
    pub(crate) range: Range<usize>,
    pub(crate) nodes: Vec<Node>,
}

/// One part of a template; ranges are offsets into the text.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Literal {
        text: String,
        range: Range<usize>,
    },
    Interpolation {
        expression: Range<usize>,
    },
    If {
        condition: Range<usize>,
        yes: Vec<Node>,
        no: Vec<Node>,
        /// The `%{ if … }`.
        open: Range<usize>,
        /// The `%{ endif }`.
        close: Range<usize>,
    },
    For {
        key: Option<Range<usize>>,
        value: Range<usize>,
        collection: Range<usize>,
        body: Vec<Node>,
        open: Range<usize>,
        close: Range<usize>,
    },
}

/// One piece of a template before directives are matched with each other.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Literal {
        text: String,
        range: Range<usize>,
    },
    Interpolation {
        expression: Range<usize>,
    },
    If {
        condition: Range<usize>,
        range: Range<usize>,
    },
    For {
        key: Option<Token>,
        value: Token,
        collection: Range<usize>,
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
/// Recurses as deep as directives are open, which the grammar has bounded.
pub(super) fn nest(parts: Vec<Part>, end: Range<usize>) -> (Vec<Node>, Vec<Wrong>) {
    let mut nesting = Nesting { parts: parts.into_iter(), end, wrong: Vec::new() };
    let mut nodes = Vec::new();
    while let Some(part) = nesting.parts.next() {
        nodes.extend(nesting.node(part));
    }
    (nodes, nesting.wrong)
}

/// A closing directive: its keyword and range.
type Closing = (&'static str, Range<usize>);

struct Nesting {
    parts: std::vec::IntoIter<Part>,
    end: Range<usize>,
    wrong: Vec<Wrong>,
}

impl Nesting {
    fn unexpected(&mut self, keyword: &str, detail: impl Into<String>, range: Range<usize>) {
        self.wrong.push(Wrong {
            summary: format!("Unexpected {keyword} directive"),
            detail: detail.into(),
            range,
        });
    }

    fn node(&mut self, part: Part) -> Option<Node> {
        match part {
            Part::Literal { text, range } => Some(Node::Literal { text, range }),
            Part::Interpolation { expression } => Some(Node::Interpolation { expression }),
            Part::If { condition, range } => self.if_directive(condition, range),
            Part::For { key, value, collection, range } => {
                let (body, close) = self.until("for", "endfor")?;
                let (key, value) = (key.map(|key| key.range()), value.range());
                Some(Node::For { key, value, collection, body, open: range, close })
            }
            Part::Closing { keyword, range } => {
                self.unexpected(keyword, "No directive is open that this could close.", range);
                None
            }
        }
    }

    fn if_directive(&mut self, condition: Range<usize>, open: Range<usize>) -> Option<Node> {
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
        Some(Node::If { condition, yes, no, open, close })
    }

    fn until(&mut self, opened: &str, closer: &str) -> Option<(Vec<Node>, Range<usize>)> {
        let (nodes, (keyword, range)) = self.branch(opened)?;
        if keyword == closer {
            return Some((nodes, range));
        }
        self.unexpected(keyword, format!("A \"{opened}\" is open here; \"{closer}\" closes it."), range);
        None
    }

    /// Reads nodes up to a closing directive; returns that as well.
    fn branch(&mut self, opened: &str) -> Option<(Vec<Node>, Closing)> {
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
