//! The text of the files that spans point into.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The text of every file that was read, by the name its spans carry.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: BTreeMap<Arc<str>, Arc<str>>,
}

impl Sources {
    /// Returns an empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Remembers the text of a file.
    pub fn insert(&mut self, file: impl Into<Arc<str>>, text: impl Into<Arc<str>>) {
        self.files.insert(file.into(), text.into());
    }

    /// Returns the text of a file.
    pub fn get(&self, file: &str) -> Option<&Arc<str>> {
        self.files.get(file)
    }

    /// Returns one line of a file, counted from 1, without its line ending.
    pub fn line(&self, file: &str, number: usize) -> Option<&str> {
        self.get(file)?.lines().nth(number.checked_sub(1)?)
    }

    /// Returns the files and their texts, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<str>)> {
        self.files.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_from_one() {
        let mut sources = Sources::new();
        sources.insert("main.tf", "a\r\nb\n\nd");
        let check = |number, expected| assert_eq!(sources.line("main.tf", number), expected);
        check(0, None);
        check(1, Some("a"));
        check(2, Some("b"));
        check(3, Some(""));
        check(4, Some("d"));
        check(5, None);
        assert_eq!(sources.line("other.tf", 1), None);
    }
}
