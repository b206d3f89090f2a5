//! From JSON text to tokens.
//!
//! Columns are counted as Terraform counts them in JSON, which differs from native syntax: a tab takes two, a
//! carriage return none, and inside a string each grapheme cluster takes one.

use std::ops::Range;
use std::sync::Arc;

use rinfra_diag::{Position, Span};
use unicode_segmentation::UnicodeSegmentation;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    Comma,
    Colon,
    /// No part of JSON, but a likely mistake.
    Equal,
    /// A string with its quotes, well-formed or not.
    Text,
    /// Anything made of what numbers are made of.
    Number,
    /// Anything made of letters.
    Keyword,
    Invalid,
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
    pub(super) span: Span,
}

/// Returns the tokens of a text; the last one is [`Kind::End`], and so is what follows a character of no use.
pub(super) fn scan(file: &Arc<str>, text: &str) -> Vec<Token> {
    let mut scanner = Scanner { file, text, line: 1, column: 1, byte: 0, tokens: Vec::new() };
    while scanner.token() {}
    scanner.emit(Kind::End, 0, 0);
    scanner.tokens
}

struct Scanner<'t> {
    file: &'t Arc<str>,
    text: &'t str,
    line: usize,
    column: usize,
    byte: usize,
    tokens: Vec<Token>,
}

impl Scanner<'_> {
    fn emit(&mut self, kind: Kind, bytes: usize, columns: usize) {
        let (start, first) = (self.position(), self.byte);
        self.byte += bytes;
        self.column += columns;
        let span = Span::new(self.file.clone(), start, self.position());
        self.tokens.push(Token { kind, range: first..self.byte, span });
    }

    fn position(&self) -> Position {
        Position::new(self.line, self.column, self.byte)
    }

    /// Reads blanks and one token; returns whether there may be more.
    fn token(&mut self) -> bool {
        self.blanks();
        let rest = &self.text[self.byte..];
        let Some(first) = rest.bytes().next() else { return false };
        let run = |belongs: fn(u8) -> bool| rest.bytes().take_while(|&byte| belongs(byte)).count();
        let (kind, bytes, columns) = match first {
            b'{' => (Kind::OpenBrace, 1, 1),
            b'}' => (Kind::CloseBrace, 1, 1),
            b'[' => (Kind::OpenBracket, 1, 1),
            b']' => (Kind::CloseBracket, 1, 1),
            b',' => (Kind::Comma, 1, 1),
            b':' => (Kind::Colon, 1, 1),
            b'=' => (Kind::Equal, 1, 1),
            b'"' => {
                let (bytes, columns) = string_length(rest);
                (Kind::Text, bytes, columns)
            }
            b'-' | b'+' | b'.' | b'0'..=b'9' => {
                let length = run(|it| matches!(it, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'));
                (Kind::Number, length, length)
            }
            b'a'..=b'z' | b'A'..=b'Z' => {
                let length = run(|it| it.is_ascii_alphabetic() || it == b'_');
                (Kind::Keyword, length, length)
            }
            _ => {
                self.emit(Kind::Invalid, rest.chars().next().map_or(1, char::len_utf8), 1);
                return false;
            }
        };
        self.emit(kind, bytes, columns);
        true
    }

    fn blanks(&mut self) {
        for byte in self.text[self.byte..].bytes() {
            match byte {
                b' ' => self.column += 1,
                b'\t' => self.column += 2,
                b'\r' => {}
                b'\n' => {
                    self.line += 1;
                    self.column = 1;
                }
                _ => return,
            }
            self.byte += 1;
        }
    }
}

/// Returns how many bytes and columns a string takes; it ends at its closing quote or before a control character.
fn string_length(text: &str) -> (usize, usize) {
    let bytes = text.as_bytes();
    let (mut at, mut columns) = (1, 1);
    let mut escaping = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => escaping = !escaping,
            b'"' if !escaping => return (at + 1, columns + 1),
            b'"' => escaping = false,
            0..32 => break,
            _ => {
                escaping = false;
                // Two characters of ASCII never form a cluster, which saves looking at most of a text.
                let alone = byte.is_ascii() && bytes.get(at + 1).is_none_or(u8::is_ascii);
                let cluster = if alone { 1 } else { text[at..].graphemes(true).next().map_or(1, str::len) };
                at += cluster - 1;
            }
        }
        at += 1;
        columns += 1;
    }
    (at, columns)
}
