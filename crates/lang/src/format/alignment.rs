//! How equals signs and comments of neighbouring lines stand below each other.

use super::line::{Line, columns};
use super::piece::Piece;

/// Sets the space before the equals sign and before the comment of each line that has one.
pub(super) fn set(pieces: &[Piece<'_>], lines: &[Line], spaces: &mut [usize]) {
    let equal = |line: &Line| (!line.assignment.is_empty()).then_some(line.assignment.start);
    align(pieces, lines, spaces, equal);
    // Only now it is known where comments can begin.
    align(pieces, lines, spaces, |line| line.comment);
}

/// Puts one piece of each line in the same column as that of its neighbours.
fn align(
    pieces: &[Piece<'_>],
    lines: &[Line],
    spaces: &mut [usize],
    aligned: impl Fn(&Line) -> Option<usize>,
) {
    for neighbours in lines.chunk_by(|one, other| aligned(one).is_some() && aligned(other).is_some()) {
        let ends: Vec<(usize, usize)> = neighbours
            .iter()
            .filter_map(|line| {
                let at = aligned(line)?;
                Some((at, columns(pieces, spaces, line.lead.start..at)))
            })
            .collect();
        let widest = ends.iter().map(|(_, end)| *end).max().unwrap_or_default();
        for (at, end) in ends {
            spaces[at] = widest - end + 1;
        }
    }
}
