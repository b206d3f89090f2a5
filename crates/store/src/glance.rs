//! A state that is only looked at.

use std::sync::Arc;

use async_trait::async_trait;
use rinfra_state::State;
use rinfra_state::journal::{Event, Position, RecordError, Recorder, Sequence};

use crate::{LockInfo, Opened, Origin, Persisted, Session, Snapshot, StateStore, StoreError, new_lineage};

/// A session that holds no lock and writes nothing: for whoever is not to be in anyone's way.
///
/// # Guarantees
/// It leaves state, journal and lock as they are, also what an interrupted run left behind.
#[derive(Debug)]
pub struct Glance {
    location: String,
    opened: Opened,
    nobody: LockInfo,
}

impl Glance {
    /// Returns the state as it is now.
    ///
    /// # Errors
    /// Fails when state or journal cannot be read or do not fit each other.
    pub async fn at(store: &dyn StateStore) -> Result<Self, StoreError> {
        let found = store.load().await?;
        let origin = if found.is_some() { Origin::Stored } else { Origin::New };
        let Snapshot { state, unfinished } =
            found.unwrap_or_else(|| Snapshot { state: State::new(new_lineage()), unfinished: Vec::new() });
        let opened =
            Opened { state: Arc::new(state), origin, unfinished, next_sequence: Sequence::default() };
        Ok(Self { location: store.location(), opened, nobody: LockInfo::default() })
    }

    fn refusal(&self) -> StoreError {
        StoreError::ReadOnly { location: self.location.clone() }
    }
}

impl Recorder for Glance {
    fn record(&self, _events: &[Event]) -> Result<Position, RecordError> {
        Err(self.refusal().into())
    }
}

#[async_trait]
impl Session for Glance {
    fn opened(&self) -> &Opened {
        &self.opened
    }

    fn holder(&self) -> &LockInfo {
        &self.nobody
    }

    fn position(&self) -> Position {
        Position::default()
    }

    async fn persist(&self, _state: &mut State, _upto: Position) -> Result<Persisted, StoreError> {
        Err(self.refusal())
    }

    async fn replace(&self, _state: State) -> Result<(), StoreError> {
        Err(self.refusal())
    }

    async fn close(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}
