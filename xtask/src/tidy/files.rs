//! Where files lie, what they are called and how long they are.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Finding;
use super::sources::Source;

/// Everything that may stand in the repository's root.
const TOP_LEVEL: [&str; 16] = [
    ".cargo",
    ".ci",
    ".gitignore",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "clippy.toml",
    "crates",
    "deny.toml",
    "docs",
    "examples",
    "rustfmt.toml",
    "state",
    "tests",
    "xtask",
];

/// Names that say nothing of what a file is about.
const EMPTY_NAMES: [&str; 8] =
    ["util", "utils", "helper", "helpers", "common", "misc", "manager", "managers"];

/// A file of more lines than this holds more than one idea.
const LONGEST: usize = 600;

/// Returns the files that git tracks or would track, relative to `root`.
pub(super) fn tracked(root: &Path) -> Result<Vec<PathBuf>, String> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("git does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("git ls-files failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    let listed = String::from_utf8_lossy(&output.stdout);
    let paths: BTreeSet<PathBuf> =
        listed.split('\0').filter(|it| !it.is_empty()).map(PathBuf::from).collect();
    // A file that was deleted but not yet committed is still listed.
    Ok(paths.into_iter().filter(|path| root.join(path).exists()).collect())
}

/// Checks places, names and lengths.
pub(super) fn check(files: &[PathBuf], sources: &[Source]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = files.iter().filter_map(|path| misplaced(path)).collect();
    findings.extend(sources.iter().filter_map(|source| badly_named(&source.path)));
    findings.extend(sources.iter().filter_map(too_long));
    findings
}

fn misplaced(path: &Path) -> Option<Finding> {
    let first = path.components().next()?.as_os_str();
    let known = TOP_LEVEL.iter().any(|it| first == *it);
    (!known).then(|| {
        format!("{}: nothing else may stand in the root; see xtask/src/tidy/files.rs", path.display())
    })
}

fn badly_named(path: &Path) -> Option<Finding> {
    let components = path.with_extension("");
    let empty = components
        .components()
        .map(|it| it.as_os_str())
        .find(|name| EMPTY_NAMES.iter().any(|empty| name == empty))?;
    Some(format!("{}: \"{}\" does not say what is inside", path.display(), empty.display()))
}

fn too_long(source: &Source) -> Option<Finding> {
    let lines = source.product_lines().count();
    (lines > LONGEST).then(|| {
        format!("{}: {lines} lines without its tests; at most {LONGEST} are one idea", source.path.display())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<Finding> {
        let path = PathBuf::from(path);
        check(std::slice::from_ref(&path), &[Source { path: path.clone(), text: text.to_owned() }])
    }

    #[test]
    fn places_names_and_lengths() {
        let long = "line\n".repeat(LONGEST + 1);
        let tested = format!("{}#[cfg(test)]\nmod tests {{\n{long}}}\n", "line\n".repeat(LONGEST));
        for (path, text, allowed) in [
            ("crates/value/src/number.rs", "", true),
            ("notes.rs", "", false),
            ("scratch/a.rs", "", false),
            ("crates/value/src/utils.rs", "", false),
            ("crates/value/src/common/list.rs", "", false),
            ("crates/value/src/commonality.rs", "", true),
            ("crates/value/src/number.rs", long.as_str(), false),
            ("crates/value/tests/number.rs", long.as_str(), true),
            ("crates/value/src/number.rs", tested.as_str(), true),
        ] {
            assert_eq!(findings(path, text).is_empty(), allowed, "{path}, {} bytes", text.len());
        }
    }
}
