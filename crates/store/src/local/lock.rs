//! The lock on a state file, which Terraform honours too.
//!
//! Terraform takes a POSIX record lock on the whole state file and writes into that file. We take an open file
//! description lock: it conflicts with Terraform's, and also with that of another thread of this process, and
//! it does not vanish when some other part of the process closes the file.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;
use tempfile::NamedTempFile;

use crate::local::files;
use crate::{Guard, LockInfo, LockRequest, StoreError};

/// What a program finds that waited for the lock of a file that is not the state any more. Without it Terraform
/// would take the file for the state, and its changes would be lost with the file.
const REPLACED: &[u8] =
    b"This file is not the state any more: it was replaced while you waited. Run again.\n";

/// How often the file may be replaced between opening and locking it before we give up.
const ATTEMPTS: usize = 32;

/// The lock, held until it is dropped.
#[derive(Debug)]
pub(super) struct FileLock {
    path: PathBuf,
    file: File,
    placeholder: Placeholder,
    held: Held,
    info: LockInfo,
    info_path: PathBuf,
}

/// Whether the lock is ours: it was taken, and not given back yet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Held {
    Yes,
    No,
}

/// Whether the file is there only because a lock needs one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Placeholder {
    Yes,
    No,
}

impl FileLock {
    /// Takes the lock of the file `path`, which is called `name` towards others. A request that waives the lock gets
    /// the open file without it where the lock cannot be had.
    pub(super) fn acquire(
        name: &Path,
        path: PathBuf,
        info_path: PathBuf,
        request: &LockRequest,
    ) -> Result<Self, StoreError> {
        let info = LockInfo::mine(request, &name.display().to_string());
        for _ in 0..ATTEMPTS {
            let (file, placeholder) = open(&path)?;
            match set(&file, libc::F_WRLCK) {
                Ok(()) => {}
                Err(_) if request.guard == Guard::Waived => {
                    let (placeholder, held) = (Placeholder::No, Held::No);
                    return Ok(Self { path, file, placeholder, held, info, info_path });
                }
                Err(Errno::EAGAIN | Errno::EACCES) => break,
                Err(error) => return Err(StoreError::file("lock", &path, error.into())),
            }
            if files::is_at(&file, &path).map_err(|error| StoreError::file("lock", &path, error))? {
                let lock = Self { path, file, placeholder, held: Held::Yes, info, info_path };
                lock.announce()?;
                files::sweep(&lock.path);
                return Ok(lock);
            }
        }
        let holder = files::read(&info_path).ok().flatten();
        let holder = holder.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Err(StoreError::Locked { path: name.to_owned(), holder })
    }

    /// Tells whether the lock was taken, rather than done without.
    pub(super) fn is_held(&self) -> bool {
        self.held == Held::Yes
    }

    /// Returns who holds the lock: this program.
    pub(super) fn info(&self) -> &LockInfo {
        &self.info
    }

    /// Returns the state's path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns what the state file holds; nothing if there was none.
    pub(super) fn read(&self) -> Result<Vec<u8>, StoreError> {
        files::read_open(&self.file, &self.path)
    }

    /// Returns when the state file was written.
    pub(super) fn written(&self) -> Result<SystemTime, StoreError> {
        let written = self.file.metadata().and_then(|it| it.modified());
        written.map_err(|error| StoreError::file("read", &self.path, error))
    }

    /// Returns whether the file whose lock we hold is still the state file.
    pub(super) fn is_state(&self) -> Result<bool, StoreError> {
        files::is_at(&self.file, &self.path).map_err(|error| StoreError::file("read", &self.path, error))
    }

    /// Puts a prepared file in the place of the state. The lock goes over to it without a gap.
    pub(super) fn replace(&mut self, prepared: NamedTempFile) -> Result<(), StoreError> {
        if self.is_held() {
            set(prepared.as_file(), libc::F_WRLCK)
                .map_err(|error| StoreError::file("lock", &self.path, error.into()))?;
        }
        let new = prepared.persist(&self.path);
        let new = new.map_err(|error| StoreError::file("replace", &self.path, error.error))?;
        warn_waiting(&self.file);
        self.file = new;
        self.placeholder = Placeholder::No;
        Ok(())
    }

    /// Gives the lock back and removes its traces.
    pub(super) fn release(&mut self) -> Result<(), StoreError> {
        if std::mem::replace(&mut self.held, Held::No) == Held::No {
            return Ok(());
        }
        let info = files::remove(&self.info_path);
        let placeholder = self.remove_placeholder();
        // Closing the file is not enough: a child process between its fork and its exec has it open too.
        let unlocked = set(&self.file, libc::F_UNLCK);
        info.and(placeholder)?;
        unlocked.map_err(|error| StoreError::file("unlock", &self.path, error.into()))
    }

    fn remove_placeholder(&self) -> Result<(), StoreError> {
        if self.placeholder == Placeholder::Yes && self.is_state()? && self.read()?.is_empty() {
            files::remove(&self.path)?;
            warn_waiting(&self.file);
        }
        Ok(())
    }

    fn announce(&self) -> Result<(), StoreError> {
        let written = serde_json::to_vec(&self.info).map_err(io::Error::from).and_then(|bytes| {
            let mut file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&self.info_path)?;
            file.write_all(&bytes)
        });
        written.map_err(|error| StoreError::file("write", &self.info_path, error))
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Whoever wants to know calls `release` first; then there is nothing left to fail here.
        drop(self.release());
    }
}

fn open(path: &Path) -> Result<(File, Placeholder), StoreError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    let opened = match options.clone().create_new(true).open(path) {
        Ok(file) => Ok((file, Placeholder::Yes)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            options.create(true).open(path).map(|file| (file, Placeholder::No))
        }
        Err(error) => Err(error),
    };
    opened.map_err(|error| StoreError::file("open", path, error))
}

/// Takes or gives back the lock on a whole file, without waiting.
fn set(file: &File, kind: libc::c_int) -> nix::Result<()> {
    let whole = libc::flock {
        l_type: kind as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    };
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let request = FcntlArg::F_OFD_SETLK(&whole);
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let request = FcntlArg::F_SETLK(&whole);
    fcntl(file, request).map(drop)
}

/// Leaves a word in a file that has no name any more, for those who wait for its lock.
fn warn_waiting(mut file: &File) {
    if file.metadata().is_ok_and(|it| it.nlink() == 0) {
        // Nobody but they can see the file, so a failure harms nothing that is not lost already.
        drop(
            file.set_len(0)
                .and_then(|()| io::Seek::rewind(&mut file))
                .and_then(|()| file.write_all(REPLACED)),
        );
    }
}
