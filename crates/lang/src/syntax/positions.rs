//! From byte offsets to lines and columns.

use std::ops::Range;
use std::sync::Arc;

use rinfra_diag::{Position, Span};
use unicode_segmentation::UnicodeSegmentation;

/// Where the lines of one text begin, so that any byte offset has a position.
#[derive(Clone, Debug)]
pub(crate) struct Positions<'t> {
    file: Arc<str>,
    text: &'t str,
    start: Position,
    lines: Vec<Line>,
}

#[derive(Clone, Debug)]
struct Line {
    byte: usize,
    /// Where the line's characters begin, counted from its start; columns of pure ASCII are byte distances.
    clusters: Option<Box<[usize]>>,
}

impl Line {
    fn new(byte: usize, text: &str) -> Self {
        // A byte order mark at the start of the file takes bytes but no column.
        let is_column = |(at, cluster): &(usize, &str)| byte + at > 0 || *cluster != "\u{feff}";
        let clusters = || text.grapheme_indices(true).filter(is_column).map(|(at, _)| at).collect();
        Self { byte, clusters: (!text.is_ascii()).then(clusters) }
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
    /// Returns the positions of a text that stands at `start` in its file.
    pub(crate) fn new(file: &Arc<str>, text: &'t str, start: Position) -> Self {
        let mut lines = Vec::new();
        let mut byte = 0;
        for line in text.split_inclusive('\n') {
            lines.push(Line::new(byte, line));
            byte += line.len();
        }
        if lines.is_empty() || text.ends_with('\n') {
            lines.push(Line::new(byte, ""));
        }
        Self { file: file.clone(), text, start, lines }
    }

    /// Returns the text.
    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// Returns the position of a byte offset into the text.
    pub(crate) fn at(&self, byte: usize) -> Position {
        let index = self.lines.partition_point(|line| line.byte <= byte).saturating_sub(1);
        let line = &self.lines[index];
        let columns = line.columns_before(byte - line.byte);
        let first = if index == 0 { self.start.column } else { 1 };
        Position { line: self.start.line + index, column: first + columns, byte: self.start.byte + byte }
    }

    /// Returns the span of a range of byte offsets into the text.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file.clone(), self.at(range.start), self.at(range.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_what_a_reader_calls_characters() {
        let check = |text: &str, byte: usize, expected: (usize, usize)| {
            let at = Positions::new(&"f".into(), text, Position::START).at(byte);
            assert_eq!((at.line, at.column, at.byte), (expected.0, expected.1, byte), "{text:?} at {byte}");
        };
        check("", 0, (1, 1));
        check("ab", 2, (1, 3));
        check("ab\ncd", 3, (2, 1));
        check("ab\ncd\n", 6, (3, 1));
        check("a\r\nb", 3, (2, 1));
        check("é\u{301}x", "é\u{301}".len(), (1, 2));
        check("\u{feff}ab", 4, (1, 2));
        check("👩‍👩‍👧=1", "👩‍👩‍👧".len(), (1, 2));
    }

    #[test]
    fn a_part_of_a_file_starts_where_it_stands() {
        let start = Position { line: 3, column: 7, byte: 40 };
        let positions = Positions::new(&"f".into(), "a\nb", start);
        assert_eq!(positions.at(1), Position { line: 3, column: 8, byte: 41 });
        assert_eq!(positions.at(2), Position { line: 4, column: 1, byte: 42 });
    }
}
