//! The journal of a session, in a file beside the state.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rinfra_state::State;
use rinfra_state::journal::{Event, Folded, Position, Unfinished, fold};

use crate::envelope::Envelope;
use crate::local::files::{self, Mode};
use crate::{StoreError, sealed_lines};

/// A journal that is open for appending.
///
/// Whoever finds nobody writing writes everything that waits, its own events and those of others, as one line
/// with one flush; the others wait for it. While it writes more events gather for the next one.
#[derive(Debug)]
pub(super) struct JournalFile {
    path: PathBuf,
    run: Arc<str>,
    envelope: Arc<dyn Envelope>,
    inner: Mutex<Inner>,
    changed: Condvar,
}

#[derive(Debug)]
struct Inner {
    /// The open file; nothing while there is no journal.
    file: Option<File>,
    /// How many lines are in it.
    lines: u64,
    /// Lineage and serial of the state that the journal continues.
    lineage: String,
    serial: u64,
    /// The intents of earlier that are unfinished, as events.
    carried: Vec<Event>,
    /// The events since, of which the state has nothing yet. The last ones may be on their way to the disk.
    kept: Vec<Event>,
    /// How many events were kept once and are in the state now.
    dropped: u64,
    /// How many events, counted from the beginning, are safe.
    safe: u64,
    writer: Writer,
    /// How often writing failed, and why it did so last.
    failures: u64,
    reason: String,
}

/// What lies at the path of a journal already.
#[derive(Debug)]
pub(super) struct Found {
    /// The events.
    pub(super) events: Vec<Event>,
    /// How many bytes are intact.
    pub(super) intact: usize,
    /// How many lines these are.
    pub(super) lines: u64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Writer {
    /// Nobody is writing.
    Idle,
    /// Somebody is writing, without holding the lock of the structure.
    Busy,
    /// Writing failed, and what the file holds is not certain: it must be written anew.
    Stopped,
}

impl Inner {
    fn submitted(&self) -> u64 {
        self.dropped + self.kept.len() as u64
    }
}

impl JournalFile {
    /// Returns the journal of a run on a state, with what lies at the path already.
    pub(super) fn open(
        path: PathBuf,
        run: &str,
        state: &State,
        found: Found,
        envelope: Arc<dyn Envelope>,
    ) -> Result<Self, StoreError> {
        let Found { events, intact, lines } = found;
        let file = match intact {
            0 => None,
            _ => Some(reopen(&path, Some(intact))?),
        };
        let journal = Self {
            path,
            run: run.into(),
            envelope,
            inner: Mutex::new(Inner {
                file,
                lines,
                lineage: state.lineage.clone(),
                serial: state.serial,
                carried: Vec::new(),
                dropped: 0,
                safe: events.len() as u64,
                kept: events,
                writer: Writer::Idle,
                failures: 0,
                reason: String::new(),
            }),
            changed: Condvar::new(),
        };
        if intact == 0 {
            // A file with nothing but a torn line holds nothing.
            files::remove(&journal.path)?;
        }
        Ok(journal)
    }

    /// Returns the position after everything that is safe.
    pub(super) fn position(&self) -> Position {
        Position(self.inner().safe)
    }

    /// Writes events; returns when they are safe.
    pub(super) fn append(&self, events: &[Event]) -> Result<Position, StoreError> {
        let mut inner = self.inner();
        if inner.writer == Writer::Stopped {
            return Err(self.stopped(&inner));
        }
        let failures = inner.failures;
        inner.kept.extend_from_slice(events);
        let mine = inner.submitted();
        loop {
            if inner.failures != failures {
                return Err(self.stopped(&inner));
            }
            if inner.safe >= mine {
                return Ok(Position(mine));
            }
            inner = match inner.writer {
                Writer::Idle => self.write_waiting(inner),
                Writer::Busy | Writer::Stopped => self.wait(inner),
            };
        }
    }

    /// Notes that the state is about to be written, so that a reader can tell whether it was.
    pub(super) fn announce(&self, serial: u64, digest: String) -> Result<(), StoreError> {
        let mut inner = self.idle();
        // A stopped journal is written anew after the state, and an empty one needs no note.
        let (Writer::Idle, Some(mut file)) = (inner.writer, inner.file.take()) else { return Ok(()) };
        inner.lines += 1;
        let written = self.write(&mut file, inner.lines, &[Event::Projected { serial, digest }]);
        inner.file = Some(file);
        if let Err(error) = &written {
            self.stop(&mut inner, error);
        }
        written
    }

    /// Drops the events up to a position, which the stored state holds now, but not the intents among them that
    /// are unfinished.
    pub(super) fn compact(&self, state: &State, upto: Position) -> Result<(), StoreError> {
        let mut inner = self.idle();
        let count = usize::try_from(upto.0.saturating_sub(inner.dropped)).unwrap_or(usize::MAX);
        let count = count.min(inner.kept.len());
        let known = inner.carried.iter().chain(inner.kept.iter().take(count));
        let Folded { unfinished, .. } = fold(State::new(String::new()), known.cloned());
        let carried: Vec<Event> = unfinished.values().flat_map(Unfinished::events).collect();
        let events: Vec<Event> = carried.iter().chain(inner.kept.iter().skip(count)).cloned().collect();
        (inner.lineage, inner.serial) = (state.lineage.clone(), state.serial);
        if events.is_empty() {
            inner.file = None;
            files::remove(&self.path)?;
        } else {
            let bytes = self.line(1, &[&[self.began(&inner)], events.as_slice()].concat())?;
            files::place(files::prepare(&self.path, &bytes, Mode::Private)?, &self.path)?;
            inner.file = Some(reopen(&self.path, None)?);
            inner.lines = 1;
        }
        inner.carried = carried;
        inner.kept.drain(..count);
        inner.dropped += count as u64;
        inner.safe = inner.submitted();
        inner.writer = Writer::Idle;
        self.changed.notify_all();
        Ok(())
    }

    /// Writes everything that waits. The structure is unlocked meanwhile.
    fn write_waiting<'a>(&'a self, mut inner: MutexGuard<'a, Inner>) -> MutexGuard<'a, Inner> {
        let from = usize::try_from(inner.safe - inner.dropped).unwrap_or(usize::MAX);
        let mut batch = inner.kept.get(from..).unwrap_or_default().to_vec();
        let count = batch.len() as u64;
        let file = inner.file.take();
        if file.is_none() {
            batch.insert(0, self.began(&inner));
            inner.lines = 0;
        }
        inner.lines += 1;
        let number = inner.lines;
        inner.writer = Writer::Busy;
        drop(inner);

        let written = match file {
            Some(file) => Ok(file),
            None => create(&self.path),
        };
        let written = written.and_then(|mut file| self.write(&mut file, number, &batch).map(|()| file));

        let mut inner = self.inner();
        match written {
            Ok(file) => {
                inner.file = Some(file);
                inner.safe += count;
                inner.writer = Writer::Idle;
            }
            Err(error) => self.stop(&mut inner, &error),
        }
        self.changed.notify_all();
        inner
    }

    fn write(&self, file: &mut File, number: u64, events: &[Event]) -> Result<(), StoreError> {
        let line = self.line(number, events)?;
        let written = file.write_all(&line).and_then(|()| file.sync_data());
        written.map_err(|error| StoreError::file("write", &self.path, error))
    }

    fn line(&self, number: u64, events: &[Event]) -> Result<Vec<u8>, StoreError> {
        sealed_lines::line(&self.path.display().to_string(), events, number, &*self.envelope)
    }

    fn began(&self, inner: &Inner) -> Event {
        Event::Began { run: self.run.clone(), lineage: inner.lineage.clone(), serial: inner.serial }
    }

    /// After a failure it is not certain what the file holds, so nothing may follow. Those who wait are told.
    fn stop(&self, inner: &mut Inner, error: &StoreError) {
        inner.file = None;
        inner.writer = Writer::Stopped;
        inner.failures += 1;
        inner.reason = reason(error);
        let safe = usize::try_from(inner.safe - inner.dropped).unwrap_or(usize::MAX);
        inner.kept.truncate(safe);
        self.changed.notify_all();
    }

    fn stopped(&self, inner: &Inner) -> StoreError {
        StoreError::Stopped { path: self.path.clone(), reason: inner.reason.clone() }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn idle(&self) -> MutexGuard<'_, Inner> {
        let mut inner = self.inner();
        while inner.writer == Writer::Busy {
            inner = self.wait(inner);
        }
        inner
    }

    fn wait<'a>(&self, inner: MutexGuard<'a, Inner>) -> MutexGuard<'a, Inner> {
        self.changed.wait(inner).unwrap_or_else(PoisonError::into_inner)
    }
}

fn reason(error: &StoreError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
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
