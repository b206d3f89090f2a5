//! The grammar as Terraform enforces it: finds every syntax error with its place, and what stands in the templates.
//!
//! The tree itself is built by the parser library, which stops at the first error, is laxer here and stricter there
//! than Terraform, and reads strings by other rules. So this pass decides what is valid and what to say about what
//! is not; the library only ever sees text this pass accepted.

mod body;
mod collection;
mod expression;
mod for_expression;
mod nesting;
mod step;
mod template;

use std::collections::BTreeMap;
use std::ops::Range;

use rinfra_diag::{Diagnostic, Diagnostics};

use super::positions::Positions;
use super::token::{Token, TokenKind};

pub(super) use nesting::{Node, Template};

/// How deep expressions, templates and blocks may nest. Everything that walks a tree may recurse because of it.
///
/// The parser library refuses more than 64 levels of its own count, which this never exceeds.
pub(crate) const MAX_DEPTH: usize = 60;

/// What the grammar pass found out.
pub(super) struct Facts {
    /// What stands in each template, by the offset of its opening quote, heredoc marker or first byte.
    pub(super) templates: BTreeMap<usize, Template>,
    /// The line breaks that mean nothing because they stand inside parentheses or brackets, as start and end.
    pub(super) ignored_newlines: BTreeMap<usize, usize>,
    /// The keys of each object constructor that are one name or one string, by the offset of its brace.
    pub(super) object_keys: BTreeMap<usize, Vec<Key>>,
    pub(super) diagnostics: Diagnostics,
}

/// One key of an object constructor that is a single name or string.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) range: Range<usize>,
    pub(super) is_name: bool,
}

/// What a grammar rule consumed.
#[derive(Clone, Debug)]
struct Parsed {
    range: Range<usize>,
    /// Whether it was free of errors.
    ok: bool,
}

pub(super) struct Grammar<'t> {
    positions: &'t Positions<'t>,
    tokens: &'t [Token],
    next: usize,
    /// Whether line breaks mean something, innermost construct last.
    newlines: Vec<bool>,
    /// Set by the first error that leaves the position doubtful: errors that may only follow from it are not told.
    recovering: bool,
    too_deep: bool,
    depth: usize,
    facts: Facts,
}

impl<'t> Grammar<'t> {
    pub(super) fn new(positions: &'t Positions<'t>, tokens: &'t [Token]) -> Self {
        let facts = Facts {
            templates: BTreeMap::new(),
            ignored_newlines: BTreeMap::new(),
            object_keys: BTreeMap::new(),
            diagnostics: invalid_tokens(positions, tokens),
        };
        Self {
            positions,
            tokens,
            next: 0,
            newlines: vec![true],
            recovering: false,
            too_deep: false,
            depth: 0,
            facts,
        }
    }

    /// Checks a whole file.
    pub(super) fn file(mut self) -> Facts {
        self.body(TokenKind::End);
        self.facts
    }

    /// Checks a text that is one expression.
    pub(super) fn whole_expression(mut self) -> Facts {
        self.newlines.push(false);
        self.expression();
        let next = self.peek();
        if next.kind != TokenKind::End && !self.recovering {
            self.error("Extra characters after expression", "The expression ends before this.", next.range());
        }
        self.facts
    }

    /// Checks a text that is one template.
    pub(super) fn whole_template(mut self) -> Facts {
        self.template(0, TokenKind::End, false);
        self.facts
    }

    fn text(&self, token: Token) -> &'t str {
        token.text(self.positions.text())
    }

    fn skip_to(&self, mut index: usize) -> usize {
        if !self.newlines.last().copied().unwrap_or(true) {
            while self.tokens[index].kind == TokenKind::Newline {
                index += 1;
            }
        }
        index
    }

    fn peek(&self) -> Token {
        self.tokens[self.skip_to(self.next)]
    }

    fn read(&mut self) -> Token {
        let index = self.skip_to(self.next);
        for skipped in &self.tokens[self.next..index] {
            self.facts.ignored_newlines.insert(skipped.start, skipped.end);
        }
        let token = self.tokens[index];
        if token.kind != TokenKind::End {
            self.next = index + 1;
        } else {
            self.next = index;
        }
        token
    }

    fn previous_end(&self) -> usize {
        match self.next.checked_sub(1) {
            Some(previous) => self.tokens[previous].end,
            None => self.tokens[0].start,
        }
    }

    /// Returns whether the next token is this keyword.
    fn at_word(&self, word: &str) -> bool {
        let next = self.peek();
        next.kind == TokenKind::Name && self.text(next) == word
    }

    /// Returns whether the next token is this operator.
    fn at_operator(&self, operator: &str) -> bool {
        let next = self.peek();
        next.kind == TokenKind::Operator && self.text(next) == operator
    }

    fn error(&mut self, summary: &str, detail: impl Into<String>, range: Range<usize>) {
        let span = self.positions.span(range);
        self.facts.diagnostics.push(Diagnostic::error(summary, detail).at(span));
    }

    /// Reports an error unless an earlier one may be its cause.
    fn error_unless_recovering(&mut self, summary: &str, detail: impl Into<String>, range: Range<usize>) {
        if !self.recovering {
            self.error(summary, detail, range);
        }
    }

    fn errors(&self) -> usize {
        self.facts.diagnostics.len()
    }

    /// Runs a rule one level deeper; at the limit reports that once and gives up on the rest of the text.
    fn deeper(&mut self, rule: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        let range = self.peek().range();
        if !self.descend() {
            return Parsed { range, ok: false };
        }
        let parsed = rule(self);
        self.depth -= 1;
        parsed
    }

    /// Goes one level deeper unless that is too deep.
    fn descend(&mut self) -> bool {
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            return true;
        }
        if !self.too_deep {
            self.too_deep = true;
            let detail = format!(
                "Expressions, directives and blocks may be nested {MAX_DEPTH} levels deep at most. Give an inner part \
                 a name of its own, for example as a local value."
            );
            let range = self.peek().range();
            self.error("Nesting too deep", detail, range);
        }
        self.recovering = true;
        self.next = self.tokens.len() - 1;
        false
    }

    /// Skips to after the token that closes the current construct, counting nested ones.
    fn recover(&mut self, end: TokenKind) -> Token {
        self.recovering = true;
        let mut nested = 0_usize;
        loop {
            let token = self.read();
            if token.kind == TokenKind::End {
                return token;
            }
            if token.kind == end {
                if nested == 0 {
                    return token;
                }
                nested -= 1;
            } else if token.kind.closer() == Some(end) {
                nested += 1;
            }
        }
    }

    /// Skips to after the next construct this opens.
    fn recover_over(&mut self, open: TokenKind) {
        self.recovering = true;
        loop {
            let token = self.read();
            if token.kind == open {
                break;
            }
            if token.kind == TokenKind::End {
                return;
            }
        }
        if let Some(close) = open.closer() {
            self.recover(close);
        }
    }

    /// Skips to after the line break that ends the current argument or block.
    fn recover_after_item(&mut self) {
        self.recovering = true;
        let mut open = Vec::new();
        loop {
            let token = self.read();
            match token.kind {
                TokenKind::End => return,
                TokenKind::Newline if open.is_empty() => return,
                kind if kind.closer().is_some() => open.push(kind),
                kind if kind.is_closer() => {
                    while let Some(opener) = open.pop() {
                        if opener.closer() == Some(kind) {
                            break;
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// Reports tokens that are wrong wherever they stand, each kind of mistake only a few times.
fn invalid_tokens(positions: &Positions<'_>, tokens: &[Token]) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let (mut bitwise, mut backticks, mut apostrophes, mut semicolons) = (0, 0, 0, 0);
    for token in tokens {
        let mut report = |summary: &str, detail: &str| {
            diagnostics.push(Diagnostic::error(summary, detail).at(positions.span(token.range())));
        };
        match token.kind {
            TokenKind::QuotedNewline => report(
                "Invalid multi-line string",
                "A quoted string ends on the line it starts on. Write \\n for a line break, or use a heredoc: <<EOT.",
            ),
            TokenKind::Invalid => match token.text(positions.text()) {
                operator @ ("&" | "|" | "^" | "~") => {
                    bitwise += 1;
                    if bitwise <= 4 {
                        let detail = match operator {
                            "&" => "There are no bitwise operators. Did you mean \"&&\"?",
                            "|" => "There are no bitwise operators. Did you mean \"||\"?",
                            "~" => "There are no bitwise operators. Did you mean \"!\"?",
                            _ => "There are no bitwise operators.",
                        };
                        report("Unsupported operator", detail);
                    }
                }
                "`" => {
                    if backticks % 2 == 0 {
                        report(
                            "Invalid character",
                            "Backticks quote nothing here. For several lines use a heredoc: <<EOT.",
                        );
                    }
                    backticks += usize::from(backticks <= 2);
                }
                "'" => {
                    if apostrophes % 2 == 0 {
                        report(
                            "Invalid character",
                            "Strings are enclosed in double quotes (\"), not in single ones.",
                        );
                    }
                    apostrophes += usize::from(apostrophes <= 2);
                }
                ";" => {
                    if semicolons == 0 {
                        report(
                            "Invalid character",
                            "Arguments and blocks are separated by line breaks, elements of collections by commas; \
                             semicolons have no use.",
                        );
                    }
                    semicolons = 1;
                }
                "“" | "”" => {
                    report(
                        "Invalid character",
                        "Curly quotes do not enclose strings; straight ones (\") do.",
                    );
                }
                _ => report("Invalid character", "This character has no use in the language."),
            },
            _ => {}
        }
    }
    diagnostics
}
