//! Every crate says what it is for, and obeys the workspace's lints.

use std::fs;
use std::path::Path;

use super::Finding;
use crate::workspace::Package;

/// Checks the opening of every library and binary, and every manifest.
pub(super) fn check(root: &Path, packages: &[Package]) -> Result<Vec<Finding>, String> {
    let mut findings = Vec::new();
    for package in packages {
        for file in &package.roots {
            let path = file.strip_prefix(root).unwrap_or(file).display();
            findings.extend(opening(&read(file)?).map(|finding| format!("{path}: {finding}")));
        }
        let manifest = package.directory.join("Cargo.toml");
        if !obeys_lints(&read(&manifest)?) {
            let path = manifest.strip_prefix(root).unwrap_or(&manifest).display();
            findings.push(format!("{path}: lacks `[lints] workspace = true`"));
        }
    }
    Ok(findings)
}

/// Objects to a crate whose documentation is missing or a mere title.
fn opening(text: &str) -> Option<&'static str> {
    let lines = text.lines().take_while(|line| line.starts_with("//!"));
    match lines.filter(|line| line.trim() != "//!").count() {
        0 => Some("a crate opens with what it does"),
        1 => Some("one line of documentation is a title: say also what the crate refuses to do"),
        _ => None,
    }
}

fn obeys_lints(manifest: &str) -> bool {
    manifest.split("[lints]").nth(1).is_some_and(|rest| rest.trim_start().starts_with("workspace = true"))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opening_is_more_than_a_title() {
        for (text, allowed) in [
            ("fn main() {}\n", false),
            ("//! Graphs.\n\nmod a;\n", false),
            ("//! Graphs.\n//!\n\nmod a;\n", false),
            ("//! Graphs.\n//!\n//! It knows nothing of resources.\n\nmod a;\n", true),
        ] {
            assert_eq!(opening(text).is_none(), allowed, "{text}");
        }
    }

    #[test]
    fn manifests_inherit_the_lints() {
        for (text, expected) in [
            ("[package]\n\n[lints]\nworkspace = true\n", true),
            ("[package]\n\n[lints.clippy]\nall = \"warn\"\n", false),
            ("[package]\n", false),
        ] {
            assert_eq!(obeys_lints(text), expected, "{text}");
        }
    }
}
