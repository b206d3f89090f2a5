//! Templates: quoted strings, heredocs and template files.
//!
//! First a flat list of parts, on which whitespace trimming and indentation removal work, then the nesting of the
//! directives.

use std::ops::Range;
use std::sync::Arc;

use rinfra_diag::did_you_mean;
use rinfra_value::Value;
use unicode_segmentation::UnicodeSegmentation;

use super::nesting::{self, Part};
use super::{Parsed, Parser};
use crate::ast::{Expression, ExpressionKind};
use crate::syntax::literal::{self, WrongEscape};
use crate::syntax::token::{Token, TokenKind};

impl Parser<'_> {
    /// Reads a template after its opening token, which stands at `start`.
    pub(super) fn template(&mut self, start: usize, end: TokenKind, indented: bool) -> Parsed {
        let errors = self.errors();
        let depth = self.depth;
        let (mut parts, end_range) = self.parts(start, end);
        self.depth = depth;
        if indented {
            remove_indentation(&mut parts);
        }
        let mut parts = join_literals(parts);
        if parts.is_empty() {
            // Where Terraform says that nothing stands: behind the closing quote.
            let at = self.opening(start).end;
            parts.push(Part::Literal { text: String::new(), range: at..at });
        }
        let span = self.span(start..end_range.end);
        let kind = match &mut *parts {
            [Part::Interpolation { expression }] => {
                let placeholder = Expression::literal(Value::dynamic(), span.clone());
                ExpressionKind::TemplateWrap(Arc::new(std::mem::replace(expression, placeholder)))
            }
            _ => {
                let (nodes, wrong) = nesting::nest(parts, self.positions, end_range);
                for nesting::Wrong { summary, detail, range } in wrong {
                    self.error(&summary, detail, range);
                }
                ExpressionKind::Template(nodes.into())
            }
        };
        Parsed { expression: Expression::new(kind, span), ok: self.errors() == errors }
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
        let outer = self.depth;
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
                        self.directive(next, outer, &mut parts)
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

    /// Reads `expression }`; returns whether the whitespace after it is to be trimmed.
    fn interpolation(&mut self, start: usize, end: TokenKind, parts: &mut Vec<Part>) -> bool {
        let expression = self.expression();
        let close = self.peek();
        parts.push(Part::Interpolation { expression: expression.expression });
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

    /// Reads what follows `%{`, at depth `outer` if no directive is open; returns whether the whitespace after it is to be trimmed.
    fn directive(&mut self, open: Token, outer: usize, parts: &mut Vec<Part>) -> bool {
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
        let range = |parser: &Self| open.start..parser.peek().end;
        match word {
            "if" | "for" => {
                self.descend();
            }
            "endif" | "endfor" => self.depth = self.depth.saturating_sub(1).max(outer),
            _ => {}
        }
        match word {
            "if" => {
                let condition = self.expression();
                let range = range(self);
                parts.push(Part::If { condition: condition.expression, range });
            }
            "for" => {
                let names = self.for_names(|parser, detail, at| {
                    parser.error_unless_recovering("Invalid 'for' directive", detail, at.range());
                });
                let Some((key, value)) = names else {
                    self.recover(TokenKind::CloseSequence);
                    return false;
                };
                let collection = self.expression();
                let range = range(self);
                let (key, value) = (key.map(|key| self.name(key)), self.name(value));
                parts.push(Part::For { key, value, collection: collection.expression, range });
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
