//! Files that are either the old or the new one, whatever happens.

use std::fs::{self, File, Permissions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use crate::StoreError;
use crate::error::parent;

/// The ending of files that are being written: what has it when a lock was just taken is a dead program's.
const UNFINISHED: &str = ".rinfra-new";

/// Returns the content of a file, or nothing when there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::file("read", path, error)),
    }
}

/// Returns the content of an open file from its beginning.
pub(super) fn read_open(mut file: &File, path: &Path) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    let read = file.rewind().and_then(|()| file.read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|error| StoreError::file("read", path, error))
}

/// Who may do what with a new file.
#[derive(Clone, Copy)]
pub(super) enum Mode {
    /// What the file in its place has; else what the process gives new files.
    Inherited,
    /// Only the owner may do anything.
    Private,
}

/// Makes the directory a file is to lie in, if it is not there. Whoever opens the file finds out if it cannot be made.
pub(super) fn make_directory(path: &Path) {
    drop(fs::create_dir_all(parent(path)));
}

/// Writes a file beside its place and flushes it; it takes the place when it is [`placed`](place).
pub(super) fn prepare(path: &Path, bytes: &[u8], mode: Mode) -> Result<NamedTempFile, StoreError> {
    let failed = |error| StoreError::file("write", path, error);
    let existing = fs::metadata(path).ok().map(|it| it.permissions());
    let first = match mode {
        Mode::Inherited => 0o666,
        Mode::Private => 0o600,
    };
    let mut file = Builder::new()
        .prefix(&prefix(path))
        .suffix(UNFINISHED)
        .permissions(Permissions::from_mode(first))
        .tempfile_in(parent(path))
        .map_err(failed)?;
    if let (Mode::Inherited, Some(permissions)) = (mode, existing) {
        file.as_file().set_permissions(permissions).map_err(failed)?;
    }
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    Ok(file)
}

/// Gives a prepared file its place, and makes sure that a crash does not undo it.
pub(super) fn place(file: NamedTempFile, path: &Path) -> Result<File, StoreError> {
    let file = file.persist(path).map_err(|it| StoreError::file("replace", path, it.error))?;
    sync_directory(path)?;
    Ok(file)
}

/// Flushes the directory a file lies in, so that the file's name survives a crash.
pub(super) fn sync_directory(path: &Path) -> Result<(), StoreError> {
    let directory = parent(path);
    let synced = File::open(directory).and_then(|it| it.sync_all());
    synced.map_err(|error| StoreError::file("flush", directory, error))
}

/// Removes a file if it is there.
pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::file("remove", path, error)),
        _ => Ok(()),
    }
}

/// Removes what a program that died left of files it was writing in this place. It does what it can.
pub(super) fn sweep(path: &Path) {
    let prefix = prefix(path);
    let Ok(entries) = fs::read_dir(parent(path)) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|it| it.starts_with(&prefix) && it.ends_with(UNFINISHED)) {
            drop(fs::remove_file(entry.path()));
        }
    }
}

/// Returns whether an open file is what lies at a path.
pub(super) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let open = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((open.dev(), open.ino()) == (there.dev(), there.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Returns the hidden file beside a state with this ending, as Terraform names its own.
pub(super) fn beside(path: &Path, ending: &str) -> std::path::PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{}{ending}", name.strip_prefix('.').unwrap_or(&name)))
}

fn prefix(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!(".{}.", name.trim_start_matches('.'))
}
