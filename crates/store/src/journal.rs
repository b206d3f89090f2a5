//! The journal of a session, wherever it is kept.

use std::fmt::Debug;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rinfra_state::State;
use rinfra_state::journal::{Event, Folded, Position, Unfinished};

use crate::envelope::Envelope;
use crate::kept::Kept;
use crate::{StoreError, sealed_lines};

/// Where the lines of a journal are kept.
pub trait Medium: Debug + Send + Sync {
    /// Returns where that is, for messages.
    fn location(&self) -> String;

    /// Adds a line; returns when it is safe.
    ///
    /// # Errors
    /// Fails when it is not certain that the line is safe. Then nothing is added before all is replaced.
    fn append(&self, line: Line<'_>) -> Result<(), StoreError>;

    /// Puts a line in the place of all there are, or nothing.
    ///
    /// # Errors
    /// Fails when that is not certain; readers then find the lines before, the new one, or both in their order.
    fn replace(&self, line: Option<Line<'_>>) -> Result<(), StoreError>;
}

/// A line as it is kept, given the number it has where it is kept.
pub type Line<'l> = &'l dyn Fn(u64) -> Result<Vec<u8>, StoreError>;

/// A journal that is open for appending.
///
/// Whoever finds nobody writing writes everything that waits, its own events and those of others, as one line
/// with one flush; the others wait for it. While it writes more events gather for the next one.
#[derive(Debug)]
pub struct Journal<M> {
    medium: M,
    run: Arc<str>,
    envelope: Arc<dyn Envelope>,
    inner: Mutex<Inner>,
    changed: Condvar,
}

#[derive(Debug)]
struct Inner {
    /// Whether there are lines.
    begun: bool,
    /// Lineage and serial of the state that the journal continues.
    lineage: String,
    serial: u64,
    /// The intents of earlier that are unfinished, as events.
    carried: Vec<Event>,
    /// The events since, of which the state has nothing yet. The last ones may be on their way to the disk.
    kept: Kept,
    /// How many events were kept once and are in the state now.
    dropped: u64,
    /// How many events, counted from the beginning, are safe.
    safe: u64,
    writer: Writer,
    /// How often writing failed, and why it did so last.
    failures: u64,
    reason: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Writer {
    /// Nobody is writing.
    Idle,
    /// Somebody is writing, without holding the lock of the structure.
    Busy,
    /// Writing failed, and what is kept is not certain: it must be written anew.
    Stopped,
}

impl Inner {
    fn submitted(&self) -> u64 {
        self.dropped + self.kept.len() as u64
    }

    /// Returns the place among the kept events before which they are safe.
    fn safe_place(&self) -> usize {
        usize::try_from(self.safe - self.dropped).unwrap_or(usize::MAX)
    }
}

impl<M: Medium> Journal<M> {
    /// Returns the journal of a run on a state, with the events that are in the medium already.
    pub fn open(
        medium: M,
        run: &str,
        state: &State,
        events: Vec<Event>,
        envelope: Arc<dyn Envelope>,
    ) -> Self {
        Self {
            medium,
            run: run.into(),
            envelope,
            inner: Mutex::new(Inner {
                begun: !events.is_empty(),
                lineage: state.lineage.clone(),
                serial: state.serial,
                carried: Vec::new(),
                dropped: 0,
                safe: events.len() as u64,
                kept: Kept::new(events),
                writer: Writer::Idle,
                failures: 0,
                reason: String::new(),
            }),
            changed: Condvar::new(),
        }
    }

    /// Returns where the lines are kept.
    pub fn medium(&self) -> &M {
        &self.medium
    }

    /// Returns the position after everything that is safe.
    pub fn position(&self) -> Position {
        Position(self.inner().safe)
    }

    /// Writes events; returns when they are safe.
    ///
    /// # Errors
    /// Fails when that is not certain, and from then on until the state was written.
    pub fn append(&self, events: &[Event]) -> Result<Position, StoreError> {
        let mut inner = self.inner();
        if inner.writer == Writer::Stopped {
            return Err(self.stopped(&inner));
        }
        let failures = inner.failures;
        inner.kept.extend(events);
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

    /// Counts events as written that are safe elsewhere, after writing failed.
    pub fn adopt(&self, events: &[Event]) -> Position {
        let mut inner = self.idle();
        inner.kept.extend(events);
        inner.safe = inner.submitted();
        Position(inner.safe)
    }

    /// Notes that the state is about to be written, so that a reader can tell whether it was.
    ///
    /// # Errors
    /// Fails when the note is not safe.
    pub fn announce(&self, serial: u64, digest: String) -> Result<(), StoreError> {
        let mut inner = self.idle();
        // A stopped journal is written anew after the state, and an empty one needs no note.
        if inner.writer != Writer::Idle || !inner.begun {
            return Ok(());
        }
        let written = self.write(&[Event::Projected { serial, digest }]);
        if let Err(error) = &written {
            self.stop(&mut inner, error);
        }
        written
    }

    /// Drops the events up to a position, which the stored state holds now, but not the intents among them that
    /// are unfinished.
    ///
    /// # Errors
    /// Fails when the medium does; the events are dropped only where they are surely in the state.
    pub fn compact(&self, state: &State, upto: Position) -> Result<(), StoreError> {
        let mut inner = self.idle();
        let count = usize::try_from(upto.0.saturating_sub(inner.dropped)).unwrap_or(usize::MAX);
        let count = count.min(inner.kept.len());
        let (carried, rest) =
            match inner.carried.is_empty() && inner.kept.is_finished() && count == inner.kept.len() {
                true => Default::default(),
                false => self.sorted_out(&mut inner, count)?,
            };
        let mut events: Vec<Event> = carried.iter().chain(&rest).cloned().collect();
        (inner.lineage, inner.serial) = (state.lineage.clone(), state.serial);
        let begun = !events.is_empty();
        if begun {
            events.insert(0, self.began(&inner));
            self.medium.replace(Some(&|number| self.line(number, &events)))?;
        } else {
            self.medium.replace(None)?;
        }
        inner.begun = begun;
        inner.carried = carried;
        inner.kept = Kept::new(rest);
        inner.dropped += count as u64;
        inner.safe = inner.submitted();
        inner.writer = Writer::Idle;
        self.changed.notify_all();
        Ok(())
    }

    /// Returns the events that a journal carries on of the first so many, and those after them.
    fn sorted_out(&self, inner: &mut Inner, count: usize) -> Result<(Vec<Event>, Vec<Event>), StoreError> {
        let mut folded = Folded::new(State::new(String::new()));
        inner.carried.iter().for_each(|it| folded.apply(it.clone()));
        let mut rest = Vec::new();
        let sorted = inner.kept.each(|place, event| match place < count {
            true => folded.apply(event),
            false => rest.push(event),
        });
        sorted.map_err(|source| StoreError::Journal { path: self.medium.location().into(), source })?;
        Ok((folded.unfinished.values().flat_map(Unfinished::events).collect(), rest))
    }

    /// Writes everything that waits. The structure is unlocked meanwhile.
    fn write_waiting<'a>(&'a self, mut inner: MutexGuard<'a, Inner>) -> MutexGuard<'a, Inner> {
        let mut batch = inner.kept.since(inner.safe_place()).to_vec();
        let count = batch.len() as u64;
        if !std::mem::replace(&mut inner.begun, true) {
            batch.insert(0, self.began(&inner));
        }
        inner.writer = Writer::Busy;
        drop(inner);

        let written = self.write(&batch);

        let mut inner = self.inner();
        match written {
            Ok(()) => {
                inner.safe += count;
                inner.writer = Writer::Idle;
                let place = inner.safe_place();
                inner.kept.pack(place);
            }
            Err(error) => self.stop(&mut inner, &error),
        }
        self.changed.notify_all();
        inner
    }

    fn write(&self, events: &[Event]) -> Result<(), StoreError> {
        self.medium.append(&|number| self.line(number, events))
    }

    fn line(&self, number: u64, events: &[Event]) -> Result<Vec<u8>, StoreError> {
        sealed_lines::line(&self.medium.location(), events, number, &*self.envelope)
    }

    fn began(&self, inner: &Inner) -> Event {
        Event::Began { run: self.run.clone(), lineage: inner.lineage.clone(), serial: inner.serial }
    }

    /// After a failure it is not certain what is kept, so nothing may follow. Those who wait are told.
    fn stop(&self, inner: &mut Inner, error: &StoreError) {
        inner.writer = Writer::Stopped;
        inner.failures += 1;
        inner.reason = reason(error);
        let safe = inner.safe_place();
        inner.kept.truncate(safe);
        self.changed.notify_all();
    }

    fn stopped(&self, inner: &Inner) -> StoreError {
        StoreError::Stopped { path: self.medium.location().into(), reason: inner.reason.clone() }
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
