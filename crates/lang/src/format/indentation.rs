//! How far lines are indented.

use super::line::Line;
use super::piece::Piece;
use crate::syntax::TokenKind;

const STEP: usize = 2;

/// Sets the space at the beginning of each line.
///
/// A line that opens more brackets than it closes indents what follows by one step, however many it opens. A later
/// line that closes them all takes the step back.
pub(super) fn set(pieces: &[Piece<'_>], lines: &[Line], spaces: &mut [usize]) {
    // How many brackets are still open of those each step is for.
    let mut steps: Vec<usize> = Vec::new();
    for line in lines.iter().filter(|it| !it.lead.is_empty()) {
        let first = line.lead.start;
        if pieces[first].is(TokenKind::Newline) {
            spaces[first] = 0;
            continue;
        }
        let net = opened(&pieces[first..line.assignment.end]);
        if net < 0 {
            close(&mut steps, net.unsigned_abs());
        }
        spaces[first] = STEP * steps.len();
        if net > 0 {
            steps.push(net.unsigned_abs());
        }
    }
}

/// Returns how many more brackets are opened than closed, up to where a heredoc begins.
fn opened(line: &[Piece<'_>]) -> isize {
    line.iter().take_while(|it| !it.is(TokenKind::OpenHeredoc)).map(Piece::nesting).sum()
}

fn close(steps: &mut Vec<usize>, mut closed: usize) {
    while let Some(open) = steps.last_mut() {
        if closed < *open {
            *open -= closed;
            return;
        }
        closed -= *open;
        steps.pop();
        if closed == 0 {
            return;
        }
    }
}
