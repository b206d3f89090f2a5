//! How the language reads files: through a trait, so that nothing here touches a file system.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Component, Path, PathBuf};

/// What may be read.
///
/// Paths are passed as the configuration gives them, made absolute or relative to the module by the caller.
pub trait Files: Send + Sync {
    /// Returns the bytes of a file.
    ///
    /// # Errors
    /// As [`std::fs::read`]: `NotFound`, `IsADirectory`, `PermissionDenied` ….
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Returns what a directory holds, sorted by name.
    ///
    /// # Errors
    /// As [`std::fs::read_dir`].
    fn list(&self, path: &Path) -> io::Result<Vec<DirectoryEntry>>;

    /// Returns what is at the path, following symbolic links; `None` if nothing is.
    ///
    /// # Errors
    /// Anything but absence.
    fn kind(&self, path: &Path) -> io::Result<Option<FileKind>>;

    /// Returns whether something is at the path and can be looked at.
    fn exists(&self, path: &Path) -> bool {
        matches!(self.kind(path), Ok(Some(_)))
    }
}

/// One entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DirectoryEntry {
    /// The name without its directory.
    pub name: String,
    /// Whether it is a directory, or a symbolic link to one.
    pub is_directory: bool,
}

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A device, socket or pipe.
    Other,
}

/// Files held in memory, for tests and for configurations that never lay on a disk.
///
/// Paths are compared after removing `.` and resolving `..` textually.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl MemoryFiles {
    /// Returns no files at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a file; its directories exist from then on.
    pub fn insert(&mut self, path: impl AsRef<Path>, contents: impl Into<Vec<u8>>) {
        self.files.insert(normalise(path.as_ref()), contents.into());
    }

    /// Returns the error for a path where nothing is: a file cannot be gone through like a directory.
    fn absent(&self, path: &Path) -> io::ErrorKind {
        match path.ancestors().skip(1).any(|above| self.files.contains_key(above)) {
            true => io::ErrorKind::NotADirectory,
            false => io::ErrorKind::NotFound,
        }
    }

    fn is_directory(&self, path: &Path) -> bool {
        path.as_os_str().is_empty() || self.files.keys().any(|file| file != path && file.starts_with(path))
    }
}

impl<P: AsRef<Path>, C: Into<Vec<u8>>> FromIterator<(P, C)> for MemoryFiles {
    fn from_iter<I: IntoIterator<Item = (P, C)>>(files: I) -> Self {
        let mut all = Self::new();
        for (path, contents) in files {
            all.insert(path, contents);
        }
        all
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let path = normalise(path);
        match self.files.get(&path) {
            Some(contents) => Ok(contents.clone()),
            None if self.is_directory(&path) => Err(io::ErrorKind::IsADirectory.into()),
            None => Err(self.absent(&path).into()),
        }
    }

    fn list(&self, path: &Path) -> io::Result<Vec<DirectoryEntry>> {
        let path = normalise(path);
        if self.files.contains_key(&path) {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        if !self.is_directory(&path) {
            return Err(self.absent(&path).into());
        }
        let mut entries = BTreeSet::new();
        for file in self.files.keys() {
            let Ok(below) = file.strip_prefix(&path) else { continue };
            let mut components = below.components();
            let Some(first) = components.next() else { continue };
            entries.insert(DirectoryEntry {
                name: first.as_os_str().to_string_lossy().into_owned(),
                is_directory: components.next().is_some(),
            });
        }
        Ok(entries.into_iter().collect())
    }

    fn kind(&self, path: &Path) -> io::Result<Option<FileKind>> {
        let path = normalise(path);
        if self.files.contains_key(&path) {
            return Ok(Some(FileKind::File));
        }
        if self.is_directory(&path) {
            return Ok(Some(FileKind::Directory));
        }
        match self.absent(&path) {
            io::ErrorKind::NotFound => Ok(None),
            other => Err(other.into()),
        }
    }
}

fn normalise(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match normal.components().next_back() {
                Some(Component::Normal(_)) => {
                    normal.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => normal.push(".."),
            },
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_files_behave_like_a_directory_tree() {
        let files = MemoryFiles::from_iter([("a/b.txt", "1"), ("a/c/d.txt", "2"), ("/e.txt", "3")]);
        assert_eq!(files.read(Path::new("./a/x/../b.txt")).unwrap(), b"1");
        assert_eq!(files.read(Path::new("a")).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        assert_eq!(files.read(Path::new("b")).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(files.kind(Path::new("a/c/")).unwrap(), Some(FileKind::Directory));
        assert_eq!(files.kind(Path::new("/e.txt")).unwrap(), Some(FileKind::File));
        assert!(!files.exists(Path::new("a/z")));
        assert_eq!(files.kind(Path::new("a/z")).unwrap(), None);
        assert_eq!(files.kind(Path::new("a/b.txt/c")).unwrap_err().kind(), io::ErrorKind::NotADirectory);
        let names: Vec<_> = files.list(Path::new("a")).unwrap();
        assert_eq!(
            names,
            [
                DirectoryEntry { name: "b.txt".to_owned(), is_directory: false },
                DirectoryEntry { name: "c".to_owned(), is_directory: true }
            ]
        );
    }
}
