//! An open state file.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use rinfra_state::State;
use rinfra_state::journal::{Event, Folded, Lines, Position, RecordError, Recorder};

use crate::envelope::{Envelope, Keeping, Part};
use crate::journal::Journal;
use crate::local::files::{self, Mode};
use crate::local::history::History;
use crate::local::journal_file::JournalFile;
use crate::local::lock::FileLock;
use crate::local::stored;
use crate::projection;
use crate::{LockInfo, Opened, Origin, Persisted, Session, StoreError, new_lineage};

/// A state file whose lock is held.
#[derive(Debug)]
pub(super) struct LocalSession {
    journal: Journal<JournalFile>,
    opened: Opened,
    info: LockInfo,
    stored: Mutex<Stored>,
}

/// The state file as this session last read or wrote it.
#[derive(Debug)]
struct Stored {
    lock: FileLock,
    /// The state; nothing while there is no file, whose lineage and serial the other fields then hold.
    state: Option<Arc<State>>,
    lineage: String,
    serial: u64,
    digest: String,
    /// Where what is in the file goes before it changes for the first time.
    backup: Option<PathBuf>,
    envelope: Arc<dyn Envelope>,
    /// How the file keeps the state.
    keeping: Keeping,
}

/// What a session is opened with, beside the lock.
#[derive(Debug)]
pub(super) struct Opening {
    /// The journal.
    pub(super) journal: PathBuf,
    /// Where what is in the state file goes before it changes for the first time.
    pub(super) backup: Option<PathBuf>,
    /// What state and journal are kept in.
    pub(super) envelope: Arc<dyn Envelope>,
}

impl LocalSession {
    pub(super) async fn open(lock: FileLock, opening: Opening, run: &str) -> Result<Self, StoreError> {
        let Opening { journal: journal_path, backup, envelope } = opening;
        let bytes = lock.read()?;
        let (state, keeping) = stored::parse(lock.path(), &bytes, &*envelope).await?;
        let journal = files::read(&journal_path)?.unwrap_or_default();
        let Lines { events, intact, torn } = stored::lines(&journal_path, &journal, &*envelope).await?;
        let written = journal.get(..intact).unwrap_or_default();
        let digest = projection::digest(&bytes);
        let (exists, is_empty) = (state.is_some(), bytes.is_empty());
        drop(bytes);
        let origin = projection::origin(exists, &events, torn);
        // What no journal adds to is kept once.
        let before = if events.is_empty() { None } else { state.clone() };
        let is_kept = exists && events.is_empty();
        let folded = projection::combine(state, &digest, &events, &journal_path)?;
        let folded = folded.unwrap_or_else(|| Folded::new(State::new(new_lineage())));
        let next_sequence = folded.next_sequence();
        let file = JournalFile::open(journal_path, written)?;
        let journal = Journal::open(file, run, &folded.state, events, Arc::clone(&envelope));
        let mut state = Arc::new(folded.state);
        let mut stored = Stored {
            state: if is_kept { Some(Arc::clone(&state)) } else { before.map(Arc::new) },
            lineage: state.lineage.clone(),
            serial: state.serial,
            digest,
            backup: backup.filter(|_| !is_empty),
            lock,
            envelope,
            keeping,
        };
        if let Origin::Recovered { .. } = origin {
            stored.write(&journal, Arc::make_mut(&mut state), journal.position())?;
        }
        let unfinished = folded.unfinished.into_values().collect();
        let opened = Opened { state, origin, unfinished, next_sequence };
        Ok(Self { journal, opened, info: stored.lock.info().clone(), stored: Mutex::new(stored) })
    }

    /// Brings the history up to how states are kept now, where the state is not yet kept so. It comes before the state,
    /// so that it is done again if it was interrupted.
    async fn renew_history(&self) -> Result<(), StoreError> {
        let former = {
            let stored = self.stored();
            let is_former = stored.keeping == Keeping::Former;
            is_former.then(|| (History::of(stored.lock.path()), Arc::clone(&stored.envelope)))
        };
        match former {
            Some((history, envelope)) => history.renew(&*envelope).await,
            None => Ok(()),
        }
    }

    fn stored(&self) -> MutexGuard<'_, Stored> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recorder for LocalSession {
    fn record(&self, events: &[Event]) -> Result<Position, RecordError> {
        Ok(self.journal.append(events)?)
    }
}

#[async_trait]
impl Session for LocalSession {
    fn opened(&self) -> &Opened {
        &self.opened
    }

    fn holder(&self) -> &LockInfo {
        &self.info
    }

    fn position(&self) -> Position {
        self.journal.position()
    }

    async fn persist(&self, state: &mut State, upto: Position) -> Result<Persisted, StoreError> {
        self.renew_history().await?;
        self.stored().write(&self.journal, state, upto)
    }

    async fn replace(&self, state: State) -> Result<(), StoreError> {
        self.renew_history().await?;
        let mut stored = self.stored();
        let found = stored.unchanged()?;
        stored.put(&self.journal, found, state, self.journal.position())
    }

    async fn close(self: Box<Self>) -> Result<(), StoreError> {
        self.stored().lock.release()
    }
}

impl Stored {
    fn write(
        &mut self,
        journal: &Journal<JournalFile>,
        state: &mut State,
        upto: Position,
    ) -> Result<Persisted, StoreError> {
        if (&state.lineage, state.serial) != (&self.lineage, self.serial) {
            return Err(StoreError::Stale {
                lineage: state.lineage.clone(),
                given: state.serial,
                expected: self.serial,
            });
        }
        let found = self.unchanged()?;
        let is_current = self.keeping == Keeping::Current;
        if is_current && self.state.as_ref().is_some_and(|it| it.same_content(state)) {
            journal.compact(state, upto)?;
            return Ok(Persisted::Unchanged);
        }
        let next = State { serial: state.serial.saturating_add(1), ..state.clone() };
        let written = self.put(journal, found, next, upto);
        // The new state is the stored one even where something failed after it was in place.
        state.serial = self.serial;
        written?;
        Ok(Persisted::Written { serial: state.serial })
    }

    /// Returns what is in the file, if nobody else changed it.
    fn unchanged(&self) -> Result<Vec<u8>, StoreError> {
        if self.lock.is_state()? {
            let bytes = self.lock.read()?;
            if projection::digest(&bytes) == self.digest {
                return Ok(bytes);
            }
        }
        Err(StoreError::Changed { path: self.lock.path().to_owned() })
    }

    /// Writes a state as it is.
    fn put(
        &mut self,
        journal: &Journal<JournalFile>,
        found: Vec<u8>,
        next: State,
        upto: Position,
    ) -> Result<(), StoreError> {
        let path = self.lock.path().to_owned();
        let encoded = next.to_json_bytes();
        let bytes = encoded.map_err(|source| StoreError::Encode { path: path.clone(), source })?;
        let bytes = self.sealed(bytes)?;
        if let Some(backup) = &self.backup {
            let kept = self.as_kept_now(found.clone())?;
            files::place(files::prepare(backup, &kept, Mode::Inherited)?, backup)?;
            self.backup = None;
        }
        if !found.is_empty() {
            let kept = self.as_kept_now(found)?;
            History::of(&path).keep(self.serial, self.lock.written()?, &kept)?;
        }
        let digest = projection::digest(&bytes);
        let prepared = files::prepare(&path, &bytes, Mode::Inherited)?;
        journal.announce(next.serial, digest.clone())?;
        self.lock.replace(prepared)?;
        // From here on the new state is the stored one, whatever fails.
        (self.digest, self.serial, self.lineage) = (digest, next.serial, next.lineage.clone());
        self.keeping = Keeping::Current;
        let state = self.state.insert(Arc::new(next));
        files::sync_directory(&path)?;
        journal.compact(state, upto)
    }

    fn sealed(&self, plain: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        let location = || self.lock.path().display().to_string();
        let sealed = self.envelope.seal(Part::State, plain);
        sealed.map_err(|source| StoreError::Envelope { location: location(), source })
    }

    /// Returns what was found in the file as it would be kept now: what was plain once and is a secret now must not
    /// stay in a backup.
    fn as_kept_now(&self, found: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        match (self.keeping, &self.state) {
            (Keeping::Former, Some(state)) => {
                let path = || self.lock.path().to_owned();
                let plain = state.to_json_bytes();
                self.sealed(plain.map_err(|source| StoreError::Encode { path: path(), source })?)
            }
            _ => Ok(found),
        }
    }
}
