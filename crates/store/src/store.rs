//! What every store can do.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use rinfra_state::State;
use rinfra_state::journal::{Position, Recorder, Sequence, Torn, Unfinished};

use crate::{LockInfo, LockRequest, Moment, StoreError, Version};

/// A place where one state and its journal are kept.
#[async_trait]
pub trait StateStore: Debug + Send + Sync {
    /// Returns where that is, for messages.
    fn location(&self) -> String;

    /// Returns the state as it is now, with the journal's events in it, or nothing when there is none yet.
    /// It takes no lock and changes nothing, so another program may change the state at any time.
    ///
    /// # Errors
    /// Fails when state or journal cannot be read or do not fit each other.
    async fn load(&self) -> Result<Option<Snapshot>, StoreError>;

    /// Returns the state as it was written last, or nothing when there is none yet. It asks for nothing but the state:
    /// what a run that goes on or was interrupted has not written into it yet is not in it.
    ///
    /// # Errors
    /// Fails when the state cannot be read.
    async fn stored(&self) -> Result<Option<State>, StoreError>;

    /// Takes the lock and opens the state. What an interrupted run left in the journal is written into the
    /// state first.
    ///
    /// # Errors
    /// Fails with [`StoreError::Locked`] when another program holds the lock; it does not wait. Fails also when
    /// state or journal cannot be read or do not fit each other.
    async fn lock(&self, request: &LockRequest) -> Result<Box<dyn Session>, StoreError>;

    /// Returns the states that the store holds and has held, the latest first, and as many as are asked for.
    ///
    /// # Errors
    /// Fails when they cannot be listed.
    async fn versions(&self, most: usize) -> Result<Vec<Version>, StoreError>;

    /// Returns the id of the state that is meant among those that the store holds and has held; nothing where none is
    /// kept.
    ///
    /// # Errors
    /// Fails when they cannot be listed.
    async fn find(&self, moment: Moment) -> Result<Option<String>, StoreError> {
        let versions = self.versions(usize::MAX).await?;
        Ok(moment.find(&versions).map(|it| it.id.clone()))
    }

    /// Returns the state that the store holds, or held, under this id.
    ///
    /// # Errors
    /// Fails when there is none, or it cannot be read.
    async fn version(&self, id: &str) -> Result<State, StoreError>;

    /// Takes the lock with this id away from whoever holds it.
    ///
    /// # Errors
    /// Fails with [`StoreError::Locked`] when another lock is held, or this one cannot be taken away.
    async fn unlock(&self, id: &str) -> Result<Unlocked, StoreError>;
}

/// An open state whose lock is held; dropping it releases the lock.
///
/// # Guarantees
/// After [`Recorder::record`] returned, a crash at any moment loses nothing of what was recorded.
#[async_trait]
pub trait Session: Recorder {
    /// Returns what was found when the session began.
    fn opened(&self) -> &Opened;

    /// Returns who holds the lock: this program.
    fn holder(&self) -> &LockInfo;

    /// Returns the position after everything recorded so far.
    fn position(&self) -> Position;

    /// Writes the state, and raises its serial if its content changed since it was last written.
    ///
    /// `state` must hold the effects of all events up to `upto`; these leave the journal, except the intents
    /// that are unfinished still. Events after `upto` stay.
    ///
    /// # Errors
    /// Fails when `state` has not the lineage and the serial that this session last read or wrote, when another
    /// program wrote the stored state in spite of the lock, and when writing fails. The stored state is then
    /// either the one before or the new one, and the journal still holds every event.
    async fn persist(&self, state: &mut State, upto: Position) -> Result<Persisted, StoreError>;

    /// Writes another state in the place of the stored one, as it is: also its lineage and its serial. What the
    /// journal holds is taken to be in it, except the intents that are unfinished still.
    ///
    /// # Errors
    /// As for [`persist`](Self::persist), except that any state may be given.
    async fn replace(&self, state: State) -> Result<(), StoreError>;

    /// Makes sure that nobody has taken this program's place, as far as clocks tell: to be asked before each call that
    /// changes something. A program that was paused since it recorded what it would do must not do it any more.
    ///
    /// # Errors
    /// Fails when somebody has, or nobody can tell.
    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Returns why nothing can be written any more, such as that the lock was lost, once that is so. What happened
    /// already can still be recorded: it is kept on this machine.
    fn trouble(&self) -> Option<String> {
        None
    }

    /// Drops what this session kept on this machine, where nobody will ever read it because somebody took this program's
    /// place, and the state has been kept elsewhere.
    fn forget_kept(&self) {}

    /// Releases the lock.
    ///
    /// # Errors
    /// Fails when traces of the lock could not be removed; it is released all the same.
    async fn close(self: Box<Self>) -> Result<(), StoreError>;
}

/// What became of a lock that was to be taken away.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unlocked {
    /// It is gone.
    Done,
    /// Nobody held the lock.
    WasFree,
}

/// A state as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The state, with the journal's events in it.
    pub state: State,
    /// The intents whose end is missing: of an interrupted run, or of one that is going on.
    pub unfinished: Vec<Unfinished>,
}

/// What was found when a session began.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The state, with the journal's events in it.
    pub state: Arc<State>,
    /// Where it came from.
    pub origin: Origin,
    /// The intents of an interrupted run whose end is missing. Whoever looked one up records its end.
    pub unfinished: Vec<Unfinished>,
    /// The number for the first intent of this session.
    pub next_sequence: Sequence,
}

/// Where the state of a session came from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Origin {
    /// There was none: it is new and empty.
    New,
    /// It was read as it is stored.
    Stored,
    /// An interrupted run left events in the journal, which are in the stored state now.
    Recovered {
        /// How many events.
        events: usize,
        /// The last line of the journal, where the interruption tore it.
        torn: Option<Torn>,
    },
}

/// What became of a state that was to be written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Persisted {
    /// It says what the stored one says; nothing was written.
    Unchanged,
    /// It was written with this serial.
    Written {
        /// The serial, which the state has now too.
        serial: u64,
    },
}

/// Returns a lineage that no other state has.
pub fn new_lineage() -> String {
    uuid::Uuid::new_v4().to_string()
}
