//! What evaluating a vector came to.

use rinfra_diag::{Diagnostics, Span};
use rinfra_value::Value;

#[derive(Debug)]
pub(crate) enum Answer {
    Value(Value),
    Wrong(Vec<Wrong>),
}

#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) summary: String,
    #[expect(dead_code, reason = "shown when a vector fails")]
    pub(crate) detail: String,
    pub(crate) place: Option<Place>,
}

/// A range relative to the start of the expression, or absolute in another file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: Option<String>,
    pub(crate) start: (isize, isize, isize),
    pub(crate) end: (isize, isize, isize),
}

impl Answer {
    /// Returns diagnostics as an answer; the expression starts at line 2, column 7, byte 15 of `main.tf`.
    pub(crate) fn wrong(diagnostics: &Diagnostics) -> Self {
        let wrong = diagnostics.iter().map(|it| Wrong {
            summary: it.summary.clone(),
            detail: it.detail.clone(),
            place: it.subject.as_ref().map(place),
        });
        Self::Wrong(wrong.collect())
    }
}

fn place(span: &Span) -> Place {
    let is_main = &*span.file == "main.tf";
    let point = |at: rinfra_diag::Position| {
        let (line, column, byte) = (at.line as isize, at.column as isize, at.byte as isize);
        match (is_main, line) {
            (true, 2) => (1, column - 6, byte - 15),
            (true, _) => (line - 1, column, byte - 15),
            (false, _) => (line, column, byte),
        }
    };
    let mut end = span.end;
    if end == span.start {
        // Terraform shows a place where nothing stands as one character wide.
        end.column += 1;
        end.byte += 1;
    }
    Place { file: (!is_main).then(|| span.file.to_string()), start: point(span.start), end: point(end) }
}
