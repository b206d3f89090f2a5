//! Working copies of the repository's examples.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::workspace;

/// Copies an example of the repository below `base`, as `examples/<name>` with an empty `state/` beside it, and
/// returns the copy's directory.
///
/// The examples keep their state in the repository's `state/`; a copy laid out like this keeps its own.
///
/// # Errors
/// When there is no such example, or `base` cannot be written.
pub fn copy_example(name: &str, base: &Path) -> io::Result<PathBuf> {
    let within = Path::new("examples").join(name);
    fs::create_dir_all(base.join("state"))?;
    let copy = base.join(&within);
    copy_configuration(&workspace::root().join(&within), &copy)?;
    Ok(copy)
}

/// Copies a directory without hidden entries, such as what `init` leaves behind.
pub(crate) fn copy_configuration(from: &Path, to: &Path) -> io::Result<()> {
    copy_directory(from, to, &|name| !name.to_string_lossy().starts_with('.'))
}

/// Copies what is wanted of a directory, and of the directories in it, by its name.
pub(crate) fn copy_directory(from: &Path, to: &Path, wanted: &dyn Fn(&OsStr) -> bool) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if !wanted(&name) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy_directory(&entry.path(), &to.join(name), wanted)?;
        } else {
            fs::copy(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}
