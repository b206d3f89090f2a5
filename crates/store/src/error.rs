//! What can go wrong with a store.

use std::io;
use std::path::{Path, PathBuf};

use rinfra_state::journal::{JournalError, RecordError};
use rinfra_state::{EncodeError, ParseError};

use crate::{EnvelopeError, LockInfo};

/// What can go wrong with a store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another program holds the lock.
    #[error("the state {path:?} is locked by {}", holder.as_ref().map_or_else(|| "another program that left no word of itself".to_owned(), ToString::to_string))]
    Locked {
        /// The state.
        path: PathBuf,
        /// Who holds it, where that is known.
        holder: Option<Box<LockInfo>>,
    },
    /// The disk, or the user's share of it, is full.
    #[error("failed to {action} {path:?}: no space is left on the device")]
    NoSpace {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// The file system refuses.
    #[error("failed to {action} {path:?}: permission denied, or the file system is read-only")]
    NotPermitted {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// There is no directory where one must be.
    #[error("failed to {action} {path:?}: {:?} is not an existing directory", parent(path))]
    NoDirectory {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// There is a directory where a file must be.
    #[error("failed to {action} {path:?}: it is a directory")]
    IsDirectory {
        /// What was tried.
        action: &'static str,
        /// The directory.
        path: PathBuf,
    },
    /// Something else went wrong with a file.
    #[error("failed to {action} {path:?}")]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The stored state cannot be used.
    #[error("failed to read the state {path:?}")]
    State {
        /// The state.
        path: PathBuf,
        /// What is wrong with it.
        source: ParseError,
    },
    /// The state cannot be written.
    #[error("failed to write the state {path:?}")]
    Encode {
        /// The state.
        path: PathBuf,
        /// What is wrong with it.
        source: EncodeError,
    },
    /// The journal cannot be used.
    #[error("failed to use the journal {path:?}")]
    Journal {
        /// The journal.
        path: PathBuf,
        /// What is wrong with it.
        source: JournalError,
    },
    /// What a state or a journal is kept in, such as an encryption, cannot be opened or closed.
    #[error("failed to use what is kept at {location:?}")]
    Envelope {
        /// The state or the journal.
        location: String,
        /// What is wrong.
        source: EnvelopeError,
    },
    /// The journal of an interrupted run continues another state than the one stored.
    #[error(
        "the journal {journal:?} of an interrupted run continues serial {expected} of lineage {lineage:?}, but \
         {found}: another program changed the state since; its {events} events are not in the state. Restore \
         the state it continues, or, to give the events up, move the journal away"
    )]
    Diverged {
        /// The journal.
        journal: PathBuf,
        /// The lineage it continues.
        lineage: String,
        /// The serial it continues.
        expected: u64,
        /// What was found instead.
        found: String,
        /// How many events the journal holds.
        events: usize,
    },
    /// Another program wrote the state in spite of the lock.
    #[error("the state {path:?} was changed by another program in spite of the lock; it was left as it is")]
    Changed {
        /// The state.
        path: PathBuf,
    },
    /// A state was to be written that is not what this session read or wrote last.
    #[error(
        "the state to be written is serial {given} of lineage {lineage:?}, not the serial {expected} that was read"
    )]
    Stale {
        /// The lineage of the state to be written.
        lineage: String,
        /// Its serial.
        given: u64,
        /// The serial this session last read or wrote.
        expected: u64,
    },
    /// A store elsewhere does not do what it was asked for.
    #[error("failed to {action} {location}: {reason}")]
    Remote {
        /// What was tried.
        action: &'static str,
        /// Where.
        location: String,
        /// What the store says.
        reason: String,
    },
    /// The lock was lost, so that the state is somebody else's.
    #[error("the lock of the state {location} was lost: {reason}; nothing was written")]
    Displaced {
        /// The state.
        location: String,
        /// How it was lost.
        reason: String,
    },
    /// A backend cannot be used as it is configured.
    #[error("{reason}")]
    Configuration {
        /// What is wrong.
        reason: String,
        /// The way out, where there is one.
        hint: Option<String>,
    },
    /// A session that only looks was to write.
    #[error("the state {location:?} was opened to be read only")]
    ReadOnly {
        /// The state.
        location: String,
    },
    /// The journal failed before: nothing can be recorded until the state was written.
    #[error("failed to record in the journal {path:?}: {reason}")]
    Stopped {
        /// The journal.
        path: PathBuf,
        /// How it failed.
        reason: String,
    },
}

impl StoreError {
    /// Tells whether the store is gone, for now or for good, so that what is to be kept must be kept elsewhere.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Remote { .. } | Self::Displaced { .. } | Self::Changed { .. })
    }

    /// Returns the error for a file operation that failed.
    pub(crate) fn file(action: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoSpace { action, path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::NotPermitted { action, path }
            }
            io::ErrorKind::NotADirectory => Self::NoDirectory { action, path },
            io::ErrorKind::NotFound if !parent(&path).is_dir() => Self::NoDirectory { action, path },
            io::ErrorKind::IsADirectory => Self::IsDirectory { action, path },
            _ => Self::File { action, path, source },
        }
    }
}

impl From<StoreError> for RecordError {
    fn from(error: StoreError) -> Self {
        Self::from(Box::<dyn std::error::Error + Send + Sync>::from(error))
    }
}

/// Returns the directory a file lies in.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_operating_system_says_is_told_plainly() {
        let directory = tempfile::tempdir().unwrap();
        let check = |name: &str, kind: io::ErrorKind, expected: &str| {
            let error = StoreError::file("write", &directory.path().join(name), io::Error::from(kind));
            let text = error.to_string().replace(&directory.path().display().to_string(), "DIR");
            assert_eq!(text, expected);
        };
        let full = "failed to write \"DIR/a\": no space is left on the device";
        check("a", io::ErrorKind::StorageFull, full);
        check("a", io::ErrorKind::QuotaExceeded, full);
        let refused = "failed to write \"DIR/a\": permission denied, or the file system is read-only";
        check("a", io::ErrorKind::PermissionDenied, refused);
        check("a", io::ErrorKind::ReadOnlyFilesystem, refused);
        check("a", io::ErrorKind::NotFound, "failed to write \"DIR/a\"");
        check(
            "gone/a",
            io::ErrorKind::NotFound,
            "failed to write \"DIR/gone/a\": \"DIR/gone\" is not an existing directory",
        );
        check("a", io::ErrorKind::IsADirectory, "failed to write \"DIR/a\": it is a directory");
        assert_eq!(parent(Path::new("a")), Path::new("."));
    }
}
