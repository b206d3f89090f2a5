//! Putting the entries of an archive where they belong, and nowhere else.

use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use super::damaged;
use crate::error::FetchError;
use crate::limits::Limits;
use crate::tree::{link, stays_inside, too_much};

/// A directory that an archive is unpacked into.
///
/// # Guarantees
/// Nothing is written outside of it: no entry has a path that leads out, none lands behind a link, and no link leads
/// out.
pub(super) struct Unpacking<'u> {
    root: &'u Path,
    limits: Limits,
    entries: u64,
    bytes: u64,
}

impl<'u> Unpacking<'u> {
    pub(super) fn new(root: &'u Path, limits: Limits) -> Result<Self, FetchError> {
        std::fs::create_dir_all(root).map_err(|it| FetchError::disk("create", root, &it))?;
        Ok(Self { root, limits, entries: 0, bytes: 0 })
    }

    pub(super) fn directory(&mut self, path: &Path) -> Result<(), FetchError> {
        let path = self.admit(path)?;
        self.make_directories(&path)
    }

    pub(super) fn file(&mut self, path: &Path, mode: u32, content: &mut dyn Read) -> Result<(), FetchError> {
        let inside = self.admit(path)?;
        if inside.as_os_str().is_empty() {
            return Err(evil(path, "has no name"));
        }
        self.make_directories(inside.parent().unwrap_or(Path::new("")))?;
        let target = self.root.join(&inside);
        // The later of two entries counts, as everywhere; it replaces a link instead of writing through it.
        if std::fs::symlink_metadata(&target).is_ok_and(|it| !it.is_dir()) {
            std::fs::remove_file(&target).map_err(|it| FetchError::disk("replace", &target, &it))?;
        }
        let mut file = File::create_new(&target).map_err(|it| FetchError::disk("create", &target, &it))?;
        let allowed = self.limits.unpacked - self.bytes;
        let written = std::io::copy(&mut content.take(allowed + 1), &mut file).map_err(|it| damaged(&it))?;
        if written > allowed {
            return Err(too_much(&self.limits));
        }
        self.bytes += written;
        set_mode(&file, mode).map_err(|it| FetchError::disk("write", &target, &it))
    }

    pub(super) fn link(&mut self, path: &Path, target: &Path) -> Result<(), FetchError> {
        let inside = self.admit(path)?;
        if inside.as_os_str().is_empty() || !stays_inside(&inside, target) {
            return Err(evil(path, "is a link that leads out of the archive"));
        }
        self.make_directories(inside.parent().unwrap_or(Path::new("")))?;
        let place = self.root.join(&inside);
        if std::fs::symlink_metadata(&place).is_ok_and(|it| !it.is_dir()) {
            std::fs::remove_file(&place).map_err(|it| FetchError::disk("replace", &place, &it))?;
        }
        link(target, &place)
    }

    /// Counts an entry and returns its path within the directory.
    fn admit(&mut self, path: &Path) -> Result<PathBuf, FetchError> {
        self.entries += 1;
        if self.entries > self.limits.entries {
            return Err(too_much(&self.limits));
        }
        let mut inside = PathBuf::new();
        for component in path.components() {
            match component {
                Component::CurDir => {}
                Component::Normal(name) => inside.push(name),
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                    return Err(evil(path, "has a path that leads out of the archive"));
                }
            }
        }
        Ok(inside)
    }

    /// Makes a directory and those above it, none of which may be a link.
    fn make_directories(&self, path: &Path) -> Result<(), FetchError> {
        let mut made = self.root.to_owned();
        for component in path.components() {
            made.push(component);
            match std::fs::symlink_metadata(&made) {
                Ok(found) if found.is_dir() => {}
                Ok(_) => return Err(evil(path, "lies behind something that is no directory")),
                Err(_) => std::fs::create_dir(&made).map_err(|it| FetchError::disk("create", &made, &it))?,
            }
        }
        Ok(())
    }
}

pub(super) fn evil(path: &Path, what: &str) -> FetchError {
    FetchError::unusable(format!(
        "the archive was refused: its entry {:?} {what}",
        path.display().to_string()
    ))
}

/// Keeps of an entry's mode whether it can be executed.
#[cfg(unix)]
fn set_mode(file: &File, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = if mode & 0o111 == 0 { 0o644 } else { 0o755 };
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_file: &File, _mode: u32) -> std::io::Result<()> {
    Ok(())
}
