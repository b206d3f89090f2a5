//! A state in a bucket that is open for writing.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use rinfra_state::State;
use rinfra_state::journal::{Event, Folded, Position, RecordError, Recorder};
use rinfra_store::journal::Journal;
use rinfra_store::{
    Envelope, Keeping, LockInfo, Opened, Origin, Part, Persisted, Session, StoreError, new_lineage,
    projection,
};

use crate::bucket::{Bucket, Condition, Object};
use crate::journal::{Found, Segments};
use crate::lock::Lock;
use crate::runtime;
use crate::spill::Spill;
use crate::table::Table;

/// Where a state is, and what it is kept in.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) bucket: Arc<Bucket>,
    pub(crate) key: String,
    pub(crate) envelope: Arc<dyn Envelope>,
    pub(crate) table: Option<Table>,
    pub(crate) spill: Arc<Spill>,
    pub(crate) seen: Arc<Seen>,
}

/// The states that were read without a lock, by their keys: they are not transferred again while they stay the same.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<BTreeMap<String, Object>>);

impl Seen {
    fn objects(&self) -> MutexGuard<'_, BTreeMap<String, Object>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Returns what the state is called in messages.
    pub(crate) fn location(&self) -> String {
        self.bucket.location(&self.key)
    }

    /// Returns the object with the state, or nothing when there is none.
    pub(crate) async fn get(&self) -> Result<Option<Object>, StoreError> {
        let known = self.seen.objects().get(&self.key).cloned();
        let object = match known {
            Some(known) => self.bucket.get_unless(&self.key, known).await?,
            None => self.bucket.get(&self.key).await?,
        };
        if let Some(object) = &object {
            self.seen.objects().insert(self.key.clone(), object.clone());
        }
        Ok(object)
    }

    /// Returns the state in an object; there is none in an empty one.
    pub(crate) async fn parse(
        &self,
        object: Option<&Object>,
    ) -> Result<(Option<State>, Keeping), StoreError> {
        let Some(object) = object.filter(|it| !it.bytes.is_empty()) else {
            return Ok((None, Keeping::Current));
        };
        let opened = self.envelope.open_state(&object.bytes).await;
        let (plain, keeping) =
            opened.map_err(|source| StoreError::Envelope { location: self.location(), source })?;
        let parsed = State::parse(&plain).map(|it| (Some(it), keeping));
        parsed.map_err(|source| StoreError::State { path: self.location().into(), source })
    }
}

/// Whether the state must be written when it is opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fence {
    /// Only if there is something new in it.
    AsNeeded,
    /// Always: whoever held the lock before must not find the object it knows. Its ETag changes only where its
    /// bytes do, so the serial is another one.
    Always,
}

/// A state whose lock is held.
#[derive(Debug)]
pub(crate) struct S3Session {
    core: Arc<Core>,
    opened: Opened,
    info: LockInfo,
}

/// What the threads of the store need of a session.
#[derive(Debug)]
struct Core {
    place: Place,
    prefix: String,
    /// The journals of other runs that are in this one.
    others: Vec<String>,
    lock: Arc<Lock>,
    journal: Journal<Segments>,
    stored: tokio::sync::Mutex<Stored>,
    trouble: Mutex<Option<String>>,
}

/// The state as this session last read or wrote it.
#[derive(Debug)]
struct Stored {
    /// The state; nothing while there is no object, whose lineage and serial the other fields then hold.
    state: Option<Arc<State>>,
    lineage: String,
    serial: u64,
    etag: Option<String>,
    /// How the object keeps the state.
    keeping: Keeping,
}

impl S3Session {
    /// Opens what was read; nothing when somebody wrote in between.
    pub(crate) async fn open(
        place: Place,
        lock: &Arc<Lock>,
        prefix: String,
        run: &str,
        (object, found): (Option<Object>, Found),
        fence: Fence,
    ) -> Result<Option<Self>, StoreError> {
        let Found { events, keys, open, .. } = found;
        // From here on the session knows what the state is.
        place.seen.objects().remove(&place.key);
        let (state, keeping) = place.parse(object.as_ref()).await?;
        let digest = projection::digest(object.as_ref().map(|it| it.bytes.as_slice()).unwrap_or_default());
        if let (Some(table), Some(object)) = (&place.table, &object) {
            table.amend(&object.bytes).await?;
        }
        let origin = projection::origin(state.is_some(), &events, None);
        let before = state.clone();
        let journal_path = place.bucket.location(&crate::journal::prefix(&place.key));
        let folded = projection::combine(state, &digest, &events, Path::new(&journal_path))?;
        let folded = folded.unwrap_or_else(|| Folded::new(State::new(new_lineage())));
        let next_sequence = folded.next_sequence();
        let segments = Segments::after(&place.bucket, lock, prefix.clone(), keys);
        let envelope = Arc::clone(&place.envelope);
        let journal = Journal::open(segments, run, &folded.state, events, envelope);
        let mut state = folded.state;
        let stored = Stored {
            lineage: state.lineage.clone(),
            serial: state.serial,
            etag: object.map(|it| it.etag),
            state: before.map(Arc::new),
            keeping,
        };
        let core = Arc::new(Core {
            place,
            prefix,
            others: open.into_iter().map(|it| it.prefix).collect(),
            lock: Arc::clone(lock),
            journal,
            stored: tokio::sync::Mutex::new(stored),
            trouble: Mutex::default(),
        });
        if fence == Fence::Always || matches!(origin, Origin::Recovered { .. }) {
            match core.write(&mut state, core.journal.position(), fence).await {
                Ok(_) => {}
                Err(StoreError::Changed { .. }) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        let unfinished = folded.unfinished.into_values().collect();
        let opened = Opened { state: Arc::new(state), origin, unfinished, next_sequence };
        Ok(Some(Self { info: core.lock.info(), core, opened }))
    }
}

impl Core {
    async fn write(
        self: &Arc<Self>,
        state: &mut State,
        upto: Position,
        fence: Fence,
    ) -> Result<Persisted, StoreError> {
        let mut stored = self.stored.lock().await;
        if (&state.lineage, state.serial) != (&stored.lineage, stored.serial) {
            return Err(StoreError::Stale {
                lineage: state.lineage.clone(),
                given: state.serial,
                expected: stored.serial,
            });
        }
        let is_same = stored.state.as_ref().is_some_and(|it| it.same_content(state));
        if is_same && fence == Fence::AsNeeded && stored.keeping == Keeping::Current {
            self.compact(state.clone(), upto).await?;
            return Ok(Persisted::Unchanged);
        }
        let next = State { serial: state.serial.saturating_add(1), ..state.clone() };
        let written = self.put(&mut stored, next, upto).await;
        // The new state is the stored one even where something failed after it was in place.
        state.serial = stored.serial;
        written?;
        Ok(Persisted::Written { serial: state.serial })
    }

    /// Writes a state as it is.
    async fn put(
        self: &Arc<Self>,
        stored: &mut Stored,
        next: State,
        upto: Position,
    ) -> Result<(), StoreError> {
        let location = self.place.location();
        let bytes = next.to_json_bytes();
        let bytes = bytes.map_err(|source| StoreError::Encode { path: location.clone().into(), source })?;
        let bytes = self.place.envelope.seal(Part::State, bytes);
        let bytes = bytes.map_err(|source| StoreError::Envelope { location: location.clone(), source })?;
        self.lock.check().await?;
        let (core, serial, digest) = (Arc::clone(self), next.serial, projection::digest(&bytes));
        runtime::run_blocking(move || core.journal.announce(serial, digest)).await?;
        let condition = stored.etag.clone().map_or(Condition::Absent, Condition::Is);
        let Some(etag) = self.place.bucket.put(&self.place.key, &bytes, condition).await? else {
            return Err(StoreError::Changed { path: location.into() });
        };
        // From here on the new state is the stored one, whatever fails.
        (stored.etag, stored.serial, stored.lineage) = (Some(etag), next.serial, next.lineage.clone());
        stored.state = Some(Arc::new(next.clone()));
        stored.keeping = Keeping::Current;
        if let Some(table) = &self.place.table {
            table.note(&bytes).await?;
        }
        self.compact(next, upto).await
    }

    async fn compact(self: &Arc<Self>, state: State, upto: Position) -> Result<(), StoreError> {
        let core = Arc::clone(self);
        runtime::run_blocking(move || core.journal.compact(&state, upto)).await?;
        for keys in self.others.iter().chain([&self.prefix]) {
            self.place.spill.remove(keys);
        }
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }
}

/// Tells whether events only say what happened already: no call follows from them.
fn are_results(events: &[Event]) -> bool {
    !events.iter().any(|it| matches!(it, Event::Intent(_)))
}

impl Recorder for S3Session {
    fn record(&self, events: &[Event]) -> Result<Position, RecordError> {
        // Once something could not be recorded nothing more is begun; and what ends by then is not held up by a bucket
        // that is gone, a minute each, nor written behind what is kept here.
        let known = self.core.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let error: RecordError = match known {
            Some(known) => RecordError::from(Box::from(known)),
            None => match self.core.journal.append(events) {
                Ok(position) => return Ok(position),
                Err(error) => {
                    let mut trouble = self.core.trouble.lock().unwrap_or_else(PoisonError::into_inner);
                    trouble.get_or_insert_with(|| error.to_string());
                    error.into()
                }
            },
        };
        if !are_results(events) {
            return Err(error);
        }
        self.core.place.spill.write(&self.core.prefix, events, &*self.core.place.envelope)?;
        Ok(self.core.journal.adopt(events))
    }
}

#[async_trait]
impl Session for S3Session {
    fn opened(&self) -> &Opened {
        &self.opened
    }

    fn holder(&self) -> &LockInfo {
        &self.info
    }

    fn position(&self) -> Position {
        self.core.journal.position()
    }

    fn trouble(&self) -> Option<String> {
        let trouble = self.core.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
        trouble.or_else(|| self.core.lock.lost())
    }

    async fn check(&self) -> Result<(), StoreError> {
        if self.core.lock.is_surely_held() {
            return Ok(());
        }
        let lock = Arc::clone(&self.core.lock);
        runtime::run(async move { lock.check().await }).await
    }

    async fn persist(&self, state: &mut State, upto: Position) -> Result<Persisted, StoreError> {
        let (core, mut given) = (Arc::clone(&self.core), state.clone());
        let (serial, result) = runtime::run(async move {
            let result = core.write(&mut given, upto, Fence::AsNeeded).await;
            Ok((given.serial, result))
        })
        .await?;
        state.serial = serial;
        result
    }

    async fn replace(&self, state: State) -> Result<(), StoreError> {
        let core = Arc::clone(&self.core);
        runtime::run(async move {
            let upto = core.journal.position();
            let mut stored = core.stored.lock().await;
            core.put(&mut stored, state, upto).await
        })
        .await
    }

    fn forget_kept(&self) {
        self.core.place.spill.remove(&self.core.prefix);
    }

    async fn close(self: Box<Self>) -> Result<(), StoreError> {
        let lock = Arc::clone(&self.core.lock);
        runtime::run(async move { lock.release().await }).await
    }
}

impl Drop for S3Session {
    fn drop(&mut self) {
        let lock = Arc::clone(&self.core.lock);
        // Whoever wants to know closes the session first; then there is nothing left to do here.
        runtime::finish(async move {
            if let Err(error) = lock.release().await {
                tracing::warn!(%error, "the lock was not given back; its lease ends by itself");
            }
        });
    }
}
