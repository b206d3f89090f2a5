//! Where the repository is.

use std::path::{Path, PathBuf};

/// Returns the root directory of the repository.
///
/// What cargo says at run time goes before what it said when this crate was compiled: two clones that share a target
/// directory share the compiled crate as well.
pub fn root() -> PathBuf {
    let compiled = Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf();
    std::env::var_os("CARGO_MANIFEST_DIR")
        .and_then(|running| root_above(Path::new(&running)))
        .or_else(|| root_above(&compiled))
        .unwrap_or(compiled)
}

/// Returns the nearest directory at or above `directory` that holds a workspace.
fn root_above(directory: &Path) -> Option<PathBuf> {
    directory.ancestors().find(|it| it.join("Cargo.lock").exists()).map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_workspace() {
        assert!(root().join("crates/testkit/Cargo.toml").exists(), "{}", root().display());
    }

    #[test]
    fn the_root_is_found_from_any_depth() {
        let base = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(base.path().join("crates/value")).unwrap();
        std::fs::write(base.path().join("Cargo.lock"), "").unwrap();
        for within in ["", "crates/value", "xtask"] {
            assert_eq!(root_above(&base.path().join(within)).as_deref(), Some(base.path()), "{within}");
        }
    }
}
