//! Templates: quoted strings, heredocs and template files.
//!
//! First a flat list of parts, on which whitespace trimming and indentation removal work, then the nesting of the
//! directives.

use std::ops::Range;

use rinfra_diag::did_you_mean;
use unicode_segmentation::UnicodeSegmentation;

use super::{Grammar, Parsed};
use crate::syntax::literal::{self, WrongEscape};
use crate::syntax::token::{Token, TokenKind};

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

#[derive(Clone, Debug)]
enum Part {
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

impl Grammar<'_> {
    /// Checks a template after its opening token, which stands at `start`.
    pub(super) fn template(&mut self, start: usize, end: TokenKind, indented: bool) -> Parsed {
        let errors = self.errors();
        let (mut parts, end_range) = self.parts(start, end);
        if indented {
            remove_indentation(&mut parts);
        }
        let parts = join_literals(parts);
        let mut nesting =
            Nesting { parts: parts.into_iter().peekable(), end: end_range.clone(), wrong: Vec::new() };
        let mut nodes = nesting.root();
        for (summary, detail, range) in nesting.wrong {
            self.error(&summary, detail, range);
        }
        if nodes.is_empty() {
            // Where Terraform says that nothing stands: behind the closing quote.
            let at = self.opening(start).end;
            nodes.push(Node::Literal { text: String::new(), range: at..at });
        }
        let range = start..end_range.end;
        self.facts.templates.insert(start, Template { range: range.clone(), nodes });
        Parsed { range, ok: self.errors() == errors }
    }

    pub(super) fn wrong_escapes(&mut self, token: Token, wrong: Vec<WrongEscape>) {
        for WrongEscape { range, why } in wrong {
            self.error("Invalid escape sequence", why, token.start + range.start..token.start + range.end);
        }
    }

    /// Reads the parts up to the token that ends the template; returns that token's range as well.
    fn parts(&mut self, start: usize, end: TokenKind) -> (Vec<Part>, Range<usize>) {
        let mut parts = Vec::new();
        let mut trim_next = false;
        let mut literal_before = false;
        loop {
            let next = self.read();
            if next.kind == end {
                return (parts, next.range());
            }
            let trim_start = std::mem::take(&mut trim_next);
            let may_trim_end = std::mem::take(&mut literal_before);
            match next.kind {
                TokenKind::QuotedLiteral | TokenKind::PlainLiteral => {
                    let piece = self.text(next);
                    let mut text = if next.kind == TokenKind::QuotedLiteral {
                        let (text, wrong) = literal::unescape(piece);
                        self.wrong_escapes(next, wrong);
                        text
                    } else {
                        literal::plain(piece)
                    };
                    if trim_start {
                        text = text.trim_start().to_owned();
                    }
                    parts.push(Part::Literal { text, range: next.range() });
                    literal_before = true;
                }
                TokenKind::OpenInterpolation | TokenKind::OpenDirective => {
                    if may_trim_end
                        && self.text(next).ends_with('~')
                        && let Some(Part::Literal { text, .. }) = parts.last_mut()
                    {
                        text.truncate(text.trim_end().len());
                    }
                    self.newlines.push(false);
                    trim_next = if next.kind == TokenKind::OpenInterpolation {
                        self.interpolation(start, end, &mut parts)
                    } else {
                        self.directive(next, &mut parts)
                    };
                    self.newlines.pop();
                }
                _ => {
                    self.error_unless_recovering(
                        "Unterminated template string",
                        "The text ends before the quote or marker that closes this string.",
                        next.range(),
                    );
                    let last = self.recover(end);
                    return (parts, last.range());
                }
            }
        }
    }

    /// Checks `expression }`; returns whether the whitespace after it is to be trimmed.
    fn interpolation(&mut self, start: usize, end: TokenKind, parts: &mut Vec<Part>) -> bool {
        let expression = self.expression();
        let close = self.peek();
        parts.push(Part::Interpolation { expression: expression.range });
        if close.kind == TokenKind::CloseSequence {
            self.read();
            return self.text(close).starts_with('~');
        }
        let unclosed = "Unclosed template interpolation sequence";
        let extra = "Extra characters after interpolation expression";
        let opening = self.opening(start);
        match close.kind {
            TokenKind::End => self.error_unless_recovering(
                unclosed,
                "The text ends before the brace that closes this interpolation.",
                opening,
            ),
            TokenKind::CloseQuote | TokenKind::OpenQuote if end == TokenKind::CloseQuote => {
                self.error_unless_recovering(
                    unclosed,
                    "The string ends before the brace that closes this interpolation.",
                    opening,
                );
            }
            _ => self.error_unless_recovering(
                extra,
                "The interpolated expression ends before this. If the sequence belongs to another language, write \
                 \"$${\" instead of \"${\".",
                close.range(),
            ),
        }
        self.recover(TokenKind::CloseSequence);
        false
    }

    /// Returns the range of the first token inside the template.
    fn opening(&self, start: usize) -> Range<usize> {
        let index = self.tokens.partition_point(|token| token.start <= start);
        self.tokens[index.min(self.tokens.len() - 1)].range()
    }

    /// Checks what follows `%{`; returns whether the whitespace after it is to be trimmed.
    fn directive(&mut self, open: Token, parts: &mut Vec<Part>) -> bool {
        let keyword = self.peek();
        if keyword.kind != TokenKind::Name {
            self.error_unless_recovering(
                "Invalid template directive",
                "A directive starts with a keyword: if, else, endif, for or endfor.",
                keyword.range(),
            );
            self.recover(TokenKind::CloseSequence);
            return false;
        }
        self.read();
        let word = self.text(keyword);
        let range = |grammar: &Self| open.start..grammar.peek().end;
        match word {
            "if" => {
                let condition = self.expression();
                let range = range(self);
                parts.push(Part::If { condition: condition.range, range });
            }
            "for" => {
                let names = self.for_names(|grammar, detail, at| {
                    grammar.error_unless_recovering("Invalid 'for' directive", detail, at.range());
                });
                let Some((key, value)) = names else {
                    self.recover(TokenKind::CloseSequence);
                    return false;
                };
                let collection = self.expression();
                let range = range(self);
                parts.push(Part::For { key, value, collection: collection.range, range });
            }
            "else" => parts.push(Part::Closing { keyword: "else", range: range(self) }),
            "endif" => parts.push(Part::Closing { keyword: "endif", range: range(self) }),
            "endfor" => parts.push(Part::Closing { keyword: "endfor", range: range(self) }),
            _ => {
                let known = ["if", "for", "else", "endif", "endfor"];
                let hint = did_you_mean(word, known.into_iter())
                    .map(|suggestion| format!(" Did you mean \"{suggestion}\"?"))
                    .unwrap_or_default();
                let detail = format!("There is no directive \"{word}\".{hint}");
                self.error_unless_recovering("Invalid template control keyword", detail, keyword.range());
                self.recover(TokenKind::CloseSequence);
                return false;
            }
        }
        let close = self.peek();
        if close.kind == TokenKind::CloseSequence {
            self.read();
            return self.text(close).starts_with('~');
        }
        let summary = format!("Extra characters in {word} marker");
        self.error_unless_recovering(&summary, "A closing brace is expected here.", close.range());
        self.recover(TokenKind::CloseSequence);
        false
    }
}

/// Removes the indentation that all lines of a `<<-` heredoc share.
fn remove_indentation(parts: &mut [Part]) {
    let indentation = |text: &str| text[..text.len() - text.trim_start().len()].graphemes(true).count();
    let mut shared = usize::MAX;
    let mut at_line_start = true;
    let mut first_of_line = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let literal = match part {
            Part::Literal { text, .. } => Some(text),
            _ => None,
        };
        if at_line_start {
            match literal {
                Some(text) if text.trim_start().is_empty() && text.ends_with('\n') => {}
                Some(text) => {
                    shared = shared.min(indentation(text));
                    first_of_line.push(index);
                }
                None => shared = 0,
            }
        }
        at_line_start = literal.is_some_and(|text| text.ends_with('\n'));
    }
    for index in first_of_line {
        if let Part::Literal { text, range } = &mut parts[index] {
            let bytes: usize = text.graphemes(true).take(shared).map(str::len).sum();
            text.drain(..bytes);
            range.start += bytes;
        }
    }
}

fn join_literals(parts: Vec<Part>) -> Vec<Part> {
    let mut joined: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        match (joined.last_mut(), part) {
            (Some(Part::Literal { text, range }), Part::Literal { text: more, range: further }) => {
                text.push_str(&more);
                range.end = further.end;
            }
            (_, part) => joined.push(part),
        }
    }
    joined
}

/// A closing directive: its keyword and range.
type Closing = (&'static str, Range<usize>);

struct Nesting<I: Iterator<Item = Part>> {
    parts: std::iter::Peekable<I>,
    end: Range<usize>,
    wrong: Vec<(String, String, Range<usize>)>,
}

impl<I: Iterator<Item = Part>> Nesting<I> {
    fn root(&mut self) -> Vec<Node> {
        let mut nodes = Vec::new();
        while let Some(part) = self.parts.next() {
            nodes.extend(self.node(part, 0));
        }
        nodes
    }

    fn unexpected(&mut self, keyword: &str, detail: impl Into<String>, range: Range<usize>) {
        self.wrong.push((format!("Unexpected {keyword} directive"), detail.into(), range));
    }

    fn node(&mut self, part: Part, depth: usize) -> Option<Node> {
        if depth > super::MAX_DEPTH {
            let detail = format!("Directives may be nested {} levels deep at most.", super::MAX_DEPTH);
            self.wrong.push(("Nesting too deep".to_owned(), detail, self.end.clone()));
            self.parts.by_ref().for_each(drop);
            return None;
        }
        match part {
            Part::Literal { text, range } => Some(Node::Literal { text, range }),
            Part::Interpolation { expression } => Some(Node::Interpolation { expression }),
            Part::If { condition, range } => self.if_directive(condition, range, depth),
            Part::For { key, value, collection, range } => {
                let (body, close) = self.until("for", "endfor", depth)?;
                let (key, value) = (key.map(|key| key.range()), value.range());
                Some(Node::For { key, value, collection, body, open: range, close })
            }
            Part::Closing { keyword, range } => {
                self.unexpected(keyword, "No directive is open that this could close.", range);
                None
            }
        }
    }

    fn if_directive(&mut self, condition: Range<usize>, open: Range<usize>, depth: usize) -> Option<Node> {
        let (yes, closing) = self.branch("if", depth)?;
        let (no, close) = match closing {
            ("else", _) => match self.branch("if", depth)? {
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

    fn until(&mut self, opened: &str, closer: &str, depth: usize) -> Option<(Vec<Node>, Range<usize>)> {
        let (nodes, (keyword, range)) = self.branch(opened, depth)?;
        if keyword == closer {
            return Some((nodes, range));
        }
        self.unexpected(keyword, format!("A \"{opened}\" is open here; \"{closer}\" closes it."), range);
        None
    }

    /// Reads nodes up to a closing directive; returns that as well.
    fn branch(&mut self, opened: &str, depth: usize) -> Option<(Vec<Node>, Closing)> {
        let mut nodes = Vec::new();
        while let Some(part) = self.parts.next() {
            match part {
                Part::Closing { keyword, range } => return Some((nodes, (keyword, range))),
                part => nodes.extend(self.node(part, depth + 1)),
            }
        }
        let detail = format!("The template ends before the \"end{opened}\" of an \"{opened}\" directive.");
        self.wrong.push(("Unexpected end of template".to_owned(), detail, self.end.clone()));
        None
    }
}
