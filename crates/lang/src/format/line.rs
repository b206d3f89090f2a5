//! Lines, and the columns each falls into.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::piece::Piece;
use crate::syntax::TokenKind;

/// Which pieces make up a line, in three columns. A heredoc is in one line with what introduces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// What comes first: a name to assign to, or all there is.
    pub(super) lead: Range<usize>,
    /// An equals sign and the whole of what is assigned; empty if there is none.
    pub(super) assignment: Range<usize>,
    /// The comment that ends the line.
    pub(super) comment: Option<usize>,
}

impl Line {
    /// Returns the lines of a file. The end of the file is in none of them.
    pub(super) fn split(pieces: &[Piece<'_>]) -> Vec<Self> {
        let mut lines = Vec::new();
        let mut start = 0;
        for (at, piece) in pieces.iter().enumerate() {
            if piece.is_end() {
                lines.push(Self::of(pieces, start..at));
                break;
            }
            if piece.ends_line() {
                lines.push(Self::of(pieces, start..at + 1));
                start = at + 1;
            }
        }
        lines
    }

    fn of(pieces: &[Piece<'_>], mut all: Range<usize>) -> Self {
        let comment = (all.len() > 1 && pieces[all.end - 1].is_comment()).then(|| all.end - 1);
        if let Some(comment) = comment {
            all.end = comment;
        }
        let behind_first = (all.start + 1).min(all.end)..all.end;
        let equal = behind_first.into_iter().find(|it| pieces[*it].is(TokenKind::Equal));
        // What is not finished on this line is not aligned with its neighbours.
        let is_whole = |from: usize| pieces[from..all.end].iter().map(Piece::nesting).sum::<isize>() == 0;
        let lead_end = equal.filter(|it| is_whole(*it)).unwrap_or(all.end);
        Self { lead: all.start..lead_end, assignment: lead_end..all.end, comment }
    }
}

/// Returns how many columns pieces take with the space before them.
pub(super) fn columns(pieces: &[Piece<'_>], spaces: &[usize], range: Range<usize>) -> usize {
    range.map(|it| spaces[it] + pieces[it].text.graphemes(true).count()).sum()
}
