//! What happened after the store was gone, in a file on this machine.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rinfra_state::journal::Event;
use rinfra_store::{Envelope, StoreError, sealed_lines};

/// Where files lie with what could not be written to the store.
#[derive(Debug, Default)]
pub(crate) struct Spill {
    /// The directory; nothing is kept where there is none.
    directory: Option<PathBuf>,
    /// How many lines were written.
    lines: Mutex<u64>,
}

impl Spill {
    /// Returns the files in a directory.
    pub(crate) fn new(directory: Option<PathBuf>) -> Self {
        Self { directory, lines: Mutex::default() }
    }

    /// Returns the file of the run whose journal has these keys.
    pub(crate) fn file(&self, keys: &str) -> Option<PathBuf> {
        let name = keys.trim_end_matches('/').rsplit('/').next()?;
        Some(self.directory.as_ref()?.join(format!("interrupted-{name}.journal")))
    }

    /// Keeps events; returns when they are safe.
    pub(crate) fn write(
        &self,
        keys: &str,
        events: &[Event],
        envelope: &dyn Envelope,
    ) -> Result<(), StoreError> {
        let Some(path) = self.file(keys) else {
            let reason = "there is no place for it on this machine".to_owned();
            return Err(StoreError::Remote { action: "keep", location: keys.to_owned(), reason });
        };
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let line = sealed_lines::line(&path.display().to_string(), events, *lines + 1, envelope)?;
        let write = || {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(&path)?;
            file.write_all(&line)?;
            file.sync_all()
        };
        write().map_err(|source| StoreError::File { action: "write", path: path.clone(), source })?;
        *lines += 1;
        Ok(())
    }

    /// Returns the events of a run that were kept here.
    pub(crate) async fn read(&self, keys: &str, envelope: &dyn Envelope) -> Result<Vec<Event>, StoreError> {
        let Some(path) = self.file(keys) else { return Ok(Vec::new()) };
        let Ok(bytes) = fs::read(&path) else { return Ok(Vec::new()) };
        Ok(sealed_lines::read(&path.display().to_string(), &bytes, envelope).await?.events)
    }

    /// Removes the file of a run: the state has it.
    pub(crate) fn remove(&self, keys: &str) {
        if let Some(path) = self.file(keys) {
            drop(fs::remove_file(path));
        }
        *self.lines.lock().unwrap_or_else(PoisonError::into_inner) = 0;
    }
}
