//! Many findings at once.

use std::fmt;

use crate::{Diagnostic, Span};

/// A result whose error is everything that was found.
pub type Result<T> = std::result::Result<T, Diagnostics>;

/// Findings in the order in which they were made.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Returns an empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Takes the value of a result, or its findings.
    pub fn absorb<T>(&mut self, result: Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(found) => {
                self.extend(found);
                None
            }
        }
    }

    /// Returns true when there is at least one error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(Diagnostic::is_error)
    }

    /// Returns true when nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the number of findings.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the findings in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Returns the findings in order, to be changed in place.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Diagnostic> {
        self.0.iter_mut()
    }

    /// Orders the findings by file and position, those without a place last; the order of equals is kept.
    pub fn sort(&mut self) {
        fn place(diagnostic: &Diagnostic) -> (bool, Option<(&str, u32, u32)>) {
            let subject = diagnostic.subject.as_ref();
            let place = |span: &'_ Span| (span.start.byte, span.end.byte);
            match subject {
                Some(span) => (false, Some((&*span.file, place(span).0, place(span).1))),
                None => (true, None),
            }
        }
        self.0.sort_by(|left, right| place(left).cmp(&place(right)));
    }

    /// Drops findings that say the same about the same place; the first of them stays.
    pub fn dedup(&mut self) {
        let mut seen = std::collections::HashSet::new();
        self.0.retain(|diagnostic| seen.insert(diagnostic.clone()));
    }

    /// Returns `value`, or all the findings when one of them is an error.
    ///
    /// # Errors
    /// Everything that was found, warnings included.
    pub fn into_result<T>(self, value: T) -> Result<T> {
        if self.has_errors() { Err(self) } else { Ok(value) }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl From<Vec<Diagnostic>> for Diagnostics {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self(diagnostics)
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, found: I) {
        self.0.extend(found);
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(found: I) -> Self {
        Self(found.into_iter().collect())
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// Plain text, one paragraph for each finding.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            diagnostic.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Position;

    fn at(file: &str, byte: u32, summary: &str) -> Diagnostic {
        let position = Position { line: 1, column: byte + 1, byte };
        Diagnostic::error(summary, "").at(Span::new(file.into(), position, position))
    }

    fn summaries(found: &Diagnostics) -> Vec<&str> {
        found.iter().map(|it| it.summary.as_str()).collect()
    }

    #[test]
    fn sorting_goes_by_file_then_byte_and_is_stable() {
        let mut found = Diagnostics::from(Diagnostic::error("nowhere", ""));
        found.extend([
            at("b.tf", 1, "b1"),
            at("a.tf", 9, "a9 first"),
            at("a.tf", 9, "a9"),
            at("a.tf", 2, "a2"),
        ]);
        found.sort();
        assert_eq!(summaries(&found), ["a2", "a9 first", "a9", "b1", "nowhere"]);
    }

    #[test]
    fn repeated_findings_are_said_once() {
        let mut found: Diagnostics =
            [at("a.tf", 1, "x"), at("a.tf", 2, "x"), at("a.tf", 1, "x")].into_iter().collect();
        found.dedup();
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn only_errors_make_an_error() {
        let warned = Diagnostics::from(Diagnostic::warning("w", ""));
        assert!(!warned.has_errors());
        assert_eq!(warned.into_result(1), Ok(1));
        let mut all = Diagnostics::new();
        assert_eq!(all.absorb::<u8>(Err(at("a.tf", 1, "e").into())), None);
        assert_eq!(all.absorb(Ok(2)), Some(2));
        assert!(all.clone().into_result(1).is_err());
        assert_eq!(all.to_string(), "Error: e (a.tf:1,2-2)");
    }
}
