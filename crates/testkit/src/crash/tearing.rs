//! A journal whose end never reached the disk.
//!
//! A machine that goes down loses what was written and not flushed yet. Nobody can see from outside when a flush has
//! returned; but a process that was killed before anything followed from it (no request came, no state was written)
//! is to the world as one whose flush had not. Then any part of the end may be missing.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::proxy::Proxy;

/// What is watched.
#[derive(Clone, Debug)]
pub(super) struct Watched<'w> {
    pub(super) journal: PathBuf,
    pub(super) state: PathBuf,
    pub(super) proxy: &'w Proxy,
}

/// What there was before the journal grew.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    passed: usize,
    state: Option<(u64, SystemTime)>,
    /// Which file, and how long.
    journal: (u64, u64),
}

impl Watched<'_> {
    /// Looks; nothing while there is no journal.
    pub(super) fn look(&self) -> Option<Seen> {
        // In this order: what came before the journal was as long as this did not follow from its growing.
        let passed = self.proxy.passed();
        let state = state(&self.state);
        let journal = fs::metadata(&self.journal).ok()?;
        Some(Seen { passed, state, journal: (journal.ino(), journal.len()) })
    }

    /// Tears the end of the journal off that was written since, if nothing followed from it; tells whether it did.
    pub(super) fn tear(&self, since: Seen, kept: u64) -> io::Result<bool> {
        let (Ok(journal), (file, from)) = (fs::metadata(&self.journal), since.journal) else {
            return Ok(false);
        };
        let is_same = since.passed == self.proxy.passed() && since.state == state(&self.state);
        if !is_same || journal.ino() != file || journal.len() <= from {
            return Ok(false);
        }
        // The whole of it is no tear.
        let length = from + (journal.len() - from - 1) * kept / 1000;
        OpenOptions::new().write(true).open(&self.journal)?.set_len(length)?;
        Ok(true)
    }
}

impl Seen {
    /// Tells whether the journal has grown since then to such a length.
    pub(super) fn grew(self, now: Self, length: u64) -> bool {
        let ((file, from), (now_file, to)) = (self.journal, now.journal);
        file == now_file && to > from && to >= length
    }
}

fn state(path: &Path) -> Option<(u64, SystemTime)> {
    fs::metadata(path).ok().and_then(|it| Some((it.ino(), it.modified().ok()?)))
}
