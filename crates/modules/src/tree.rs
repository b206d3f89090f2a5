//! Copying directories whose content is not trusted.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use crate::error::FetchError;
use crate::limits::Limits;

/// How much a directory holds.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Extent {
    /// Files, directories and links.
    pub entries: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// Links that were left out because they lead out of the directory.
    pub left_out: BTreeSet<PathBuf>,
}

/// Copies a directory into another one, which must be empty, without the data of version control.
///
/// # Errors
/// When something cannot be read or written, or there is too much of it.
pub fn copy_tree(from: &Path, to: &Path, limits: &Limits) -> Result<Extent, FetchError> {
    let mut extent = Extent::default();
    let mut open = vec![PathBuf::new()];
    while let Some(directory) = open.pop() {
        let source = from.join(&directory);
        let target = to.join(&directory);
        std::fs::create_dir_all(&target).map_err(|it| FetchError::disk("create", &target, &it))?;
        let entries = std::fs::read_dir(&source).map_err(|it| FetchError::disk("read", &source, &it))?;
        for entry in entries {
            let entry = entry.map_err(|it| FetchError::disk("read", &source, &it))?;
            let path = directory.join(entry.file_name());
            let kind = entry.file_type().map_err(|it| FetchError::disk("read", &entry.path(), &it))?;
            if is_version_control(&path) {
                continue;
            }
            extent.entries += 1;
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_symlink() {
                copy_link(&entry.path(), &path, to, &mut extent)?;
            } else if kind.is_file() {
                let copied = std::fs::copy(entry.path(), to.join(&path));
                extent.bytes += copied.map_err(|it| FetchError::disk("copy", &entry.path(), &it))?;
            }
            if extent.entries > limits.entries || extent.bytes > limits.unpacked {
                return Err(too_much(limits));
            }
        }
    }
    Ok(extent)
}

/// Copies a package that was obtained, or the link that stands for it.
///
/// # Errors
/// When something cannot be read or written.
pub fn copy_package(from: &Path, to: &Path) -> Result<(), FetchError> {
    match std::fs::read_link(from) {
        Ok(target) => link(&target, to),
        Err(_) => copy_tree(from, to, &Limits::default()).map(drop),
    }
}

/// Returns what is said of a package that is too large.
pub(crate) fn too_much(limits: &Limits) -> FetchError {
    FetchError::unusable(format!(
        "the package is too large: at most {} bytes in {} files and directories are accepted",
        limits.unpacked, limits.entries
    ))
}

/// Tells whether a path within a package is where git or Mercurial keep their data.
fn is_version_control(path: &Path) -> bool {
    path.file_name().is_some_and(|it| it == ".git" || it == ".hg")
}

fn copy_link(from: &Path, path: &Path, to: &Path, extent: &mut Extent) -> Result<(), FetchError> {
    let target = std::fs::read_link(from).map_err(|it| FetchError::disk("read", from, &it))?;
    if !stays_inside(path, &target) {
        extent.left_out.insert(path.to_owned());
        return Ok(());
    }
    link(&target, &to.join(path))
}

/// Makes a symbolic link.
#[cfg(unix)]
pub(crate) fn link(target: &Path, path: &Path) -> Result<(), FetchError> {
    std::os::unix::fs::symlink(target, path).map_err(|it| FetchError::disk("create", path, &it))
}

/// Says that there are no symbolic links.
#[cfg(not(unix))]
pub(crate) fn link(_target: &Path, path: &Path) -> Result<(), FetchError> {
    Err(FetchError::unusable(format!("{} is a symbolic link, which this system lacks", path.display())))
}

/// Tells whether a link at `path` within a package leads to something within the package.
///
/// Only links that first go up and then down do: after another link, `..` leads to where nobody has looked.
pub(crate) fn stays_inside(path: &Path, target: &Path) -> bool {
    let mut ups = 0;
    let mut is_down = false;
    for component in target.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if !is_down => ups += 1,
            Component::Normal(_) => is_down = true,
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return false,
        }
    }
    let depth = path.components().count().saturating_sub(1);
    ups <= depth
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stay_inside() {
        let check = |path: &str, target: &str, expected: bool| {
            assert_eq!(stays_inside(Path::new(path), Path::new(target)), expected, "{path} -> {target}");
        };
        check("a", "b/c", true);
        check("m/a", "../b", true);
        check("m/a", "./../b", true);
        check("a", "../b", false);
        check("m/a", "../../b", false);
        check("a", "/etc/passwd", false);
        check("a", "b/../../c", false);
        check("m/n/a", "b/..", false);
    }

    #[test]
    #[cfg(unix)]
    fn copies_hold_what_is_inside() {
        let root = tempfile::tempdir().unwrap();
        let (from, to) = (root.path().join("from"), root.path().join("to"));
        std::fs::create_dir_all(from.join("m/.git")).unwrap();
        std::fs::create_dir_all(from.join(".git")).unwrap();
        std::fs::write(from.join(".git/config"), "x").unwrap();
        std::fs::write(from.join("m/.git/config"), "x").unwrap();
        std::fs::write(from.join("m/main.tf"), "12345").unwrap();
        std::fs::write(from.join(".hidden"), "1").unwrap();
        link(Path::new("m/main.tf"), &from.join("inside")).unwrap();
        link(Path::new("/etc/passwd"), &from.join("outside")).unwrap();
        let extent = copy_tree(&from, &to, &Limits::default()).unwrap();
        assert_eq!((extent.entries, extent.bytes), (5, 6));
        assert_eq!(extent.left_out, BTreeSet::from([PathBuf::from("outside")]));
        assert_eq!(std::fs::read_to_string(to.join("inside")).unwrap(), "12345");
        assert!(!to.join(".git").exists() && !to.join("m/.git").exists() && !to.join("outside").exists());
        let narrow = Limits { entries: 3, ..Limits::default() };
        let error = copy_tree(&from, &root.path().join("other"), &narrow).unwrap_err();
        assert!(error.to_string().contains("too large"), "{error}");
    }
}
