//! A journal in a file beside the state.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::StoreError;
use crate::journal::{Line, Medium};
use crate::local::files::{self, Mode};

/// The file of a journal; there is none while the journal is empty.
#[derive(Debug)]
pub(super) struct JournalFile {
    path: PathBuf,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    /// The open file; nothing while there is none, and after a failure.
    file: Option<File>,
    /// How many lines are in it.
    lines: u64,
}

impl JournalFile {
    /// Returns the file at a path, of which this is intact; what follows it is cut off.
    pub(super) fn open(path: PathBuf, intact: &[u8]) -> Result<Self, StoreError> {
        let mut open = Open::default();
        if intact.is_empty() {
            // A file with nothing but a torn line holds nothing.
            files::remove(&path)?;
        } else {
            open.file = Some(reopen(&path, Some(intact.len()))?);
            open.lines = intact.iter().filter(|byte| **byte == b'\n').count() as u64;
        }
        Ok(Self { path, open: Mutex::new(open) })
    }

    fn inner(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Medium for JournalFile {
    fn location(&self) -> String {
        self.path.display().to_string()
    }

    fn append(&self, line: Line<'_>) -> Result<(), StoreError> {
        let mut open = self.inner();
        let mut file = match open.file.take() {
            Some(file) => file,
            None => {
                open.lines = 0;
                create(&self.path)?
            }
        };
        let bytes = line(open.lines + 1)?;
        let written = file.write_all(&bytes).and_then(|()| file.sync_data());
        written.map_err(|error| StoreError::file("write", &self.path, error))?;
        open.file = Some(file);
        open.lines += 1;
        Ok(())
    }

    fn replace(&self, line: Option<Line<'_>>) -> Result<(), StoreError> {
        let mut open = self.inner();
        match line {
            None => {
                open.file = None;
                files::remove(&self.path)
            }
            Some(line) => {
                files::place(files::prepare(&self.path, &line(1)?, Mode::Private)?, &self.path)?;
                *open = Open { file: Some(reopen(&self.path, None)?), lines: 1 };
                Ok(())
            }
        }
    }
}

fn create(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    let file = options.append(true).create(true).truncate(false).mode(0o600).open(path);
    let file = file.map_err(|error| StoreError::file("create", path, error))?;
    files::sync_directory(path)?;
    Ok(file)
}

/// Opens a journal that is there, for appending after what is intact of it.
fn reopen(path: &Path, intact: Option<usize>) -> Result<File, StoreError> {
    let open = || {
        let file = OpenOptions::new().append(true).open(path)?;
        if let Some(intact) = intact {
            file.set_len(intact as u64)?;
            file.sync_all()?;
        }
        Ok(file)
    };
    open().map_err(|error| StoreError::file("open", path, error))
}
