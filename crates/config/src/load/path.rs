//! Paths of modules relative to the root module.

use std::path::{Component, Path, PathBuf};

/// Returns the directory that `relative` leads to from `base`, shortened without looking at any file system.
pub(super) fn join(base: &Path, relative: &str) -> PathBuf {
    let mut joined = PathBuf::new();
    for component in base.components().chain(Path::new(relative).components()) {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(joined.components().next_back(), Some(Component::Normal(_))) => {
                joined.pop();
            }
            other => joined.push(other),
        }
    }
    if joined.as_os_str().is_empty() { PathBuf::from(".") } else { joined }
}

/// Returns the name that diagnostics show for a file.
pub(super) fn shown(directory: &Path, file: &str) -> String {
    join(directory, file).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shortened() {
        let check = |base: &str, relative: &str, expected: &str| {
            assert_eq!(join(Path::new(base), relative), Path::new(expected), "{base} + {relative}");
        };
        check(".", "./m", "m");
        check("m", "../n/./o", "n/o");
        check("m", "..", ".");
        check("m", "../..", "..");
        check("..", "../x", "../../x");
        check(".", ".", ".");
        check("a/b", "../../c", "c");
        assert_eq!(shown(Path::new("."), "main.tf"), "main.tf");
        assert_eq!(shown(Path::new("m"), "main.tf"), "m/main.tf");
    }
}
