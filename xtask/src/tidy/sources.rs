//! The Rust files of the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// A Rust file: its path in the repository and its text.
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

impl Source {
    /// Returns the lines that are no tests, with their numbers: nothing of a file of tests, and everything above
    /// the test module of another.
    pub(super) fn product_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = if self.is_tests() { 0 } else { start_of_tests(&self.text) };
        self.text.lines().take(end).enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Tells whether the whole file is tests.
    fn is_tests(&self) -> bool {
        let directories = || self.path.components().map(|it| it.as_os_str());
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy();
        directories().any(|it| it == "tests" || it == "benches")
            || stem == "tests"
            || stem.ends_with("_tests")
    }
}

/// Reads the Rust files among `files`, which are paths relative to `root`.
pub(super) fn load(root: &Path, files: &[PathBuf]) -> Result<Vec<Source>, String> {
    files
        .iter()
        .filter(|path| path.extension().is_some_and(|it| it == "rs"))
        .map(|path| match fs::read_to_string(root.join(path)) {
            Ok(text) => Ok(Source { path: path.clone(), text }),
            Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
        })
        .collect()
}

/// Returns the number of lines before the test module, which stands at the end of a file.
fn start_of_tests(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let opens_tests =
        |pair: &[&str]| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].ends_with('{');
    lines.windows(2).position(opens_tests).unwrap_or(lines.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_do_not_count() {
        for (path, text, expected) in [
            ("crates/a/src/lib.rs", "one\ntwo\n", 2),
            ("crates/a/src/lib.rs", "one\n#[cfg(test)]\nmod tests {\n}\n", 1),
            ("crates/a/src/lib.rs", "one\n#[cfg(test)]\nmod tests;\nthree\nfour\n", 5),
            ("crates/a/tests/laws.rs", "one\n", 0),
            ("crates/a/src/parse/tests.rs", "one\n", 0),
            ("crates/a/src/parse_tests.rs", "one\n", 0),
        ] {
            let source = Source { path: PathBuf::from(path), text: text.to_owned() };
            assert_eq!(source.product_lines().count(), expected, "{path}: {text}");
        }
    }
}
