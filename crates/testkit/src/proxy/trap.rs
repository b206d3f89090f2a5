//! Stopping the world at one request.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// The moment at which a request is held.
#[derive(Clone, Copy, Debug, Eq, PartialEq, PartialOrd, Ord)]
pub enum Side {
    /// The service has not seen it, and never will.
    Before,
    /// The service has acted; the answer never arrives.
    After,
}

/// The request that a trap waits for.
#[derive(Clone, Copy, Debug)]
pub struct Victim {
    /// Which one, from 1.
    pub number: usize,
    /// Whether only those of the store that keeps the state count, or only the others.
    pub store: bool,
    /// Whether only those count that change something, or only those that do not.
    pub mutating: bool,
    /// When it is held.
    pub side: Side,
}

/// What a trap has caught.
#[derive(Clone, Debug)]
pub struct Caught {
    /// The service.
    pub service: String,
    /// The operation.
    pub operation: String,
}

/// A trap that was set. Whoever set it waits for it; the request stays held until this is dropped.
#[derive(Debug)]
pub struct Trap {
    caught: Receiver<Caught>,
    /// Dropping it lets the request's thread go on.
    _hold: Sender<()>,
}

/// The other end of a trap.
#[derive(Debug)]
pub(super) struct Spring {
    caught: Sender<Caught>,
    hold: Receiver<()>,
}

pub(super) fn pair() -> (Trap, Spring) {
    let (tell, caught) = channel();
    let (keep, hold) = channel();
    (Trap { caught, _hold: keep }, Spring { caught: tell, hold })
}

impl Trap {
    /// Returns what was caught, or nothing when nothing was within this time.
    pub fn wait(&self, patience: Duration) -> Option<Caught> {
        self.caught.recv_timeout(patience).ok()
    }
}

impl Spring {
    /// Tells what was caught and holds it until the trap is dropped.
    pub(super) fn close(self, caught: Caught) {
        if self.caught.send(caught).is_ok() {
            while self.hold.recv_timeout(Duration::from_secs(60)) == Err(RecvTimeoutError::Timeout) {}
        }
    }
}
