//! Where a run writes its events.

use std::error::Error;
use std::sync::{Mutex, PoisonError};

use crate::journal::Event;

/// How many events were written since the journal was opened: everything before a position is safe on disk.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Position(pub u64);

/// Events that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("failed to write the journal")]
pub struct RecordError(#[from] Box<dyn Error + Send + Sync>);

/// Where a run writes its events.
pub trait Recorder: Send + Sync {
    /// Writes events and returns when they are safe on disk. It blocks; calls made at the same time share
    /// their flush.
    ///
    /// # Errors
    /// Fails when it is not certain that the events are safe. A mutating call whose intent could not be written
    /// must not be made.
    fn record(&self, events: &[Event]) -> Result<Position, RecordError>;
}

/// A recorder that keeps the events in memory: for tests, and for what leaves no trace.
#[derive(Debug, Default)]
pub struct MemoryRecorder(Mutex<Vec<Event>>);

impl MemoryRecorder {
    /// Returns all events so far.
    pub fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Recorder for MemoryRecorder {
    fn record(&self, events: &[Event]) -> Result<Position, RecordError> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend_from_slice(events);
        Ok(Position(all.len() as u64))
    }
}
