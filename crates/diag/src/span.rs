//! Positions and spans in source files.

use std::fmt;
use std::sync::Arc;

/// One position in a source file.
///
/// Spans are what a syntax tree is mostly made of, so a position is small, and files have [`Position::MOST_BYTES`] at
/// most.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Position {
    /// The line, counted from 1.
    pub line: u32,
    /// The column, counted from 1 in grapheme clusters: what a reader calls a character.
    pub column: u32,
    /// The offset in bytes, counted from 0.
    pub byte: u32,
}

impl Position {
    /// The position of the first character of a file.
    pub const START: Self = Self { line: 1, column: 1, byte: 0 };

    /// How many bytes a file may have, so that there is a position for each, and for the end.
    pub const MOST_BYTES: usize = u32::MAX as usize - 1;

    /// Returns the position of a byte that stands in this line and this column, all of which fit in a file.
    pub fn new(line: usize, column: usize, byte: usize) -> Self {
        let narrow = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        Self { line: narrow(line), column: narrow(column), byte: narrow(byte) }
    }

    /// Returns the offset in bytes, to look it up in the text.
    pub fn offset(self) -> usize {
        self.byte as usize
    }

    /// Returns the position after so many characters of one byte each.
    #[must_use]
    pub fn advanced(self, characters: usize) -> Self {
        let Self { line, column, byte } = self;
        let characters = u32::try_from(characters).unwrap_or(u32::MAX);
        Self { line, column: column.saturating_add(characters), byte: byte.saturating_add(characters) }
    }
}

/// A stretch of text in one source file, from `start` up to but not including `end`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Span {
    /// The name of the file as it is shown to the user, relative to the root module.
    pub file: Arc<str>,
    /// The first position in the span.
    pub start: Position,
    /// The first position after the span.
    pub end: Position,
}

impl Span {
    /// Returns the span between two positions of one file.
    pub fn new(file: Arc<str>, start: Position, end: Position) -> Self {
        Self { file, start, end }
    }

    /// Returns the empty span at the start of a file: for findings about the file as a whole.
    pub fn start_of(file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), start: Position::START, end: Position::START }
    }

    /// Returns the smallest span that covers this one and a later one of the same file.
    #[must_use]
    pub fn to(&self, end: &Self) -> Self {
        Self { file: self.file.clone(), start: self.start, end: end.end.max(self.start) }
    }

    /// Returns true when `other` lies wholly inside this span.
    pub fn contains(&self, other: &Self) -> bool {
        self.file == other.file && self.start.byte <= other.start.byte && other.end.byte <= self.end.byte
    }
}

/// Shown as Terraform shows ranges: `main.tf:2,8-20`, or `main.tf:2,8-4,1` over several lines.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, start, end } = self;
        if start.line == end.line {
            write!(f, "{file}:{},{}-{}", start.line, start.column, end.column)
        } else {
            write!(f, "{file}:{},{}-{},{}", start.line, start.column, end.line, end.column)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: (u32, u32, u32), end: (u32, u32, u32)) -> Span {
        let position = |(line, column, byte)| Position { line, column, byte };
        Span::new("main.tf".into(), position(start), position(end))
    }

    #[test]
    fn spans_read_like_terraform_ranges() {
        let check = |span: &Span, expected: &str| assert_eq!(span.to_string(), expected);
        check(&span((2, 8, 20), (2, 20, 32)), "main.tf:2,8-20");
        check(&span((2, 8, 20), (4, 1, 60)), "main.tf:2,8-4,1");
        check(&Span::start_of("a.tf"), "a.tf:1,1-1");
    }

    #[test]
    fn positions_advance_within_their_line() {
        assert_eq!(Position::new(2, 3, 9).advanced(4), Position { line: 2, column: 7, byte: 13 });
        // What no file has is as far as a position goes.
        let end = Position::new(usize::MAX, usize::MAX, usize::MAX);
        assert_eq!(end.advanced(1), end);
        assert!(end.offset() > Position::MOST_BYTES);
    }

    #[test]
    fn joining_covers_both() {
        let joined = span((1, 1, 0), (1, 4, 3)).to(&span((2, 1, 10), (2, 5, 14)));
        assert_eq!(joined.to_string(), "main.tf:1,1-2,5");
        assert!(joined.contains(&span((2, 1, 10), (2, 5, 14))));
        assert!(!joined.contains(&span((2, 1, 10), (2, 6, 15))));
    }
}
