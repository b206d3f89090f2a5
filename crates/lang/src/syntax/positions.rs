//! From byte offsets to lines and columns.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use rinfra_diag::{Position, Span};
use unicode_segmentation::UnicodeSegmentation;

use super::token::Token;

/// Where the lines of one text begin, so that any byte offset has a position.
#[derive(Clone, Debug)]
pub(crate) struct Positions<'t> {
    file: Arc<str>,
    text: &'t str,
    start: Position,
    lines: Vec<Line>,
    /// The line that was asked for last: the next question is mostly about the same one.
    last: Cell<usize>,
}

#[derive(Clone, Debug)]
struct Line {
    byte: usize,
    /// Where the line's characters begin, counted from its start; columns of pure ASCII are byte distances.
    clusters: Option<Box<[usize]>>,
}

impl Line {
    /// Lays out a line that begins at `byte`. What is one character to a reader is several columns where tokens part it.
    fn new(byte: usize, text: &str, tokens: &[Token]) -> Self {
        if text.is_ascii() {
            return Self { byte, clusters: None };
        }
        let mut clusters = Vec::new();
        let mut done = 0;
        let mut segment = |until: usize| {
            // Nothing parts a character of the text itself.
            let Some(part) = text.get(done..until).filter(|it| !it.is_empty()) else { return };
            clusters.extend(part.grapheme_indices(true).map(|(at, _)| done + at));
            done = until;
        };
        let first = tokens.partition_point(|it| it.end <= byte);
        for token in tokens[first..].iter().take_while(|it| it.start < byte + text.len()) {
            segment(token.start.saturating_sub(byte));
            segment((token.end - byte).min(text.len()));
        }
        segment(text.len());
        // A byte order mark at the start of the file takes bytes but no column.
        if byte == 0 && text.starts_with('\u{feff}') {
            clusters.remove(0);
        }
        Self { byte, clusters: Some(clusters.into()) }
    }

    /// Returns how many characters stand before an offset into the line.
    fn columns_before(&self, offset: usize) -> usize {
        match &self.clusters {
            Some(clusters) => clusters.partition_point(|&cluster| cluster < offset),
            None => offset,
        }
    }
}

impl<'t> Positions<'t> {
    /// Returns the positions of a text that stands at `start` in its file, and of its tokens.
    pub(crate) fn new(file: &Arc<str>, text: &'t str, start: Position, tokens: &[Token]) -> Self {
        let mut lines = Vec::new();
        let mut byte = 0;
        for line in text.split_inclusive('\n') {
            lines.push(Line::new(byte, line, tokens));
            byte += line.len();
        }
        if lines.is_empty() || text.ends_with('\n') {
            lines.push(Line::new(byte, "", tokens));
        }
        Self { file: file.clone(), text, start, lines, last: Cell::new(0) }
    }

    /// Returns the text.
    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// Returns the index of the line a byte offset into the text is in.
    fn line_of(&self, byte: usize) -> usize {
        let last = self.last.get();
        let ends_behind = self.lines.get(last + 1).is_none_or(|next| byte < next.byte);
        if self.lines[last].byte <= byte && ends_behind {
            return last;
        }
        let index = self.lines.partition_point(|line| line.byte <= byte).saturating_sub(1);
        self.last.set(index);
        index
    }

    /// Returns the position of a byte offset into the text.
    pub(crate) fn at(&self, byte: usize) -> Position {
        let index = self.line_of(byte);
        let line = &self.lines[index];
        let columns = line.columns_before(byte - line.byte);
        let Position { line, column, byte: _ } = self.start;
        let first = if index == 0 { column as usize } else { 1 };
        Position::new(line as usize + index, first + columns, self.start.offset() + byte)
    }

    /// Returns the span of a range of byte offsets into the text.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file.clone(), self.at(range.start), self.at(range.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::scan::code;

    #[test]
    fn columns_count_what_a_reader_calls_characters() {
        let check = |text: &str, byte: usize, expected: (u32, u32)| {
            let at = Positions::new(&"f".into(), text, Position::START, &code(text)).at(byte);
            assert_eq!(
                (at.line, at.column, at.offset()),
                (expected.0, expected.1, byte),
                "{text:?} at {byte}"
            );
        };
        check("", 0, (1, 1));
        check("ab", 2, (1, 3));
        check("ab\ncd", 3, (2, 1));
        check("ab\ncd\n", 6, (3, 1));
        check("a\r\nb", 3, (2, 1));
        check("é\u{301}x", "é\u{301}".len(), (1, 2));
        check("\u{feff}ab", 4, (1, 2));
        check("\"👩‍👩‍👧\"=1", "\"👩‍👩‍👧\"".len(), (1, 4));
        // As tokens, these are five characters without meaning, and a quote that an accent follows.
        check("👩‍👩‍👧=1", "👩‍👩‍👧".len(), (1, 6));
        check("\"\u{301}e\"", "\"\u{301}e".len(), (1, 4));
    }

    #[test]
    fn a_part_of_a_file_starts_where_it_stands() {
        let start = Position { line: 3, column: 7, byte: 40 };
        let positions = Positions::new(&"f".into(), "a\nb", start, &[]);
        assert_eq!(positions.at(1), Position { line: 3, column: 8, byte: 41 });
        assert_eq!(positions.at(2), Position { line: 4, column: 1, byte: 42 });
    }
}
