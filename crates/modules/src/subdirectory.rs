//! Directories within a package, which may be written with patterns.

use std::path::{Path, PathBuf};

use crate::error::FetchError;

/// Returns the directory of a package that a path with patterns (`*`, `?`) means, relative to the package.
///
/// # Errors
/// When there is none, or more than one.
pub fn find_subdirectory(package: &Path, pattern: &str) -> Result<PathBuf, FetchError> {
    let mut found = vec![PathBuf::new()];
    for part in pattern.split('/').filter(|it| !it.is_empty() && *it != ".") {
        let mut next = Vec::new();
        for directory in found {
            if part.contains(['*', '?']) {
                next.extend(matching(package, &directory, part));
            } else if package.join(&directory).join(part).is_dir() {
                next.push(directory.join(part));
            }
        }
        found = next;
    }
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => Err(FetchError::unusable(format!("subdir {pattern:?} matches multiple paths"))),
        (None, _) => Err(FetchError::missing(format!("subdir {pattern:?} not found"))),
    }
}

fn matching(package: &Path, directory: &Path, pattern: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(package.join(directory)).into_iter().flatten().flatten();
    let names =
        entries.filter(|it| it.path().is_dir()).map(|it| it.file_name().to_string_lossy().into_owned());
    let mut matching: Vec<PathBuf> = names
        .filter(|name| matches(pattern.as_bytes(), name.as_bytes()))
        .map(|it| directory.join(it))
        .collect();
    matching.sort();
    matching
}

/// Tells whether a name fits a pattern, in time that grows with the product of their lengths only.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut place) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while place < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(it) if *it == b'?' || *it == name[place] => {
                at += 1;
                place += 1;
            }
            _ => match star {
                // The last star takes one more byte.
                Some((star_at, taken)) => {
                    star = Some((star_at, taken + 1));
                    at = star_at + 1;
                    place = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|it| *it == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_find_one_directory() {
        let package = tempfile::tempdir().unwrap();
        for directory in ["repo-1.2/modules/a", "repo-1.2/modules/b", "repo-1.2/.git"] {
            std::fs::create_dir_all(package.path().join(directory)).unwrap();
        }
        std::fs::write(package.path().join("readme"), "").unwrap();
        let check = |pattern: &str, expected: Result<&str, &str>| {
            let found = find_subdirectory(package.path(), pattern).map_err(|it| it.to_string());
            assert_eq!(found, expected.map(PathBuf::from).map_err(str::to_owned), "{pattern}");
        };
        check("", Ok(""));
        check("*", Ok("repo-1.2"));
        check("repo-*/modules/a", Ok("repo-1.2/modules/a"));
        check("*/modules/?", Err("subdir \"*/modules/?\" matches multiple paths"));
        check("repo-1.2/c", Err("subdir \"repo-1.2/c\" not found"));
        check("readme", Err("subdir \"readme\" not found"));
    }

    #[test]
    fn stars_take_any_number_of_letters() {
        let check = |pattern: &str, name: &str, expected: bool| {
            assert_eq!(matches(pattern.as_bytes(), name.as_bytes()), expected, "{pattern} {name}");
        };
        check("a*b*c", "aXbYbZc", true);
        check("a*b", "ab", true);
        check("a*b", "abc", false);
        check("?", "", false);
        check("***", "", true);
        check(&"*a".repeat(50), &"a".repeat(5000), true);
        check(&format!("{}b", "*a".repeat(50)), &"a".repeat(5000), false);
    }
}
