//! A token bucket, and those who wait for its tokens.

use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::select;

use super::queue::{Lane, Place, Queue};
use super::rate::{Figures, Rate, Stamp};
use crate::clock::Clock;

/// What all buckets of a service in a Region know: whether it has ever refused more than is published.
#[derive(Debug, Default)]
pub(super) struct Lesson(AtomicBool);

/// The bucket of some calls, as it is thought to be.
pub(crate) struct Bucket {
    state: Mutex<State>,
    lesson: Arc<Lesson>,
    clock: Clock,
}

struct State {
    rate: Rate,
    queue: Queue,
}

impl Bucket {
    /// Returns a full bucket nobody waits for.
    pub(super) fn new(figures: Figures, lesson: &Arc<Lesson>, clock: &Clock) -> Self {
        let state = State { rate: Rate::new(figures, clock.now()), queue: Queue::default() };
        Self { state: Mutex::new(state), lesson: Arc::clone(lesson), clock: clock.clone() }
    }

    /// Waits for a token, behind those who came before and want it for the same.
    pub(crate) async fn take(&self, lane: Lane) {
        let (place, bell) = {
            let mut state = self.state();
            if state.queue.is_empty() && state.take(self).is_ok() {
                return;
            }
            state.queue.join(lane)
        };
        let mut waiting = Waiting { bucket: self, place, is_served: false };
        loop {
            let news = bell.notified();
            let left = {
                let mut state = self.state();
                if state.queue.is_next(place) { Some(state.take(self)) } else { None }
            };
            match left {
                Some(Ok(())) => {
                    waiting.is_served = true;
                    return;
                }
                Some(Err(left)) => {
                    let _ = select(pin!(self.clock.sleep(left)), pin!(news)).await;
                }
                None => news.await,
            }
        }
    }

    /// Puts a token back that is not needed.
    pub(crate) fn give_back(&self) {
        let mut state = self.state();
        state.rate.give_back();
        state.queue.ring();
    }

    /// Returns what a call that is sent now took its token under.
    pub(crate) fn stamp(&self) -> Stamp {
        self.state().rate.stamp()
    }

    /// Learns that a call was let through.
    pub(crate) fn answered(&self, stamp: Stamp) {
        let mut state = self.state();
        if state.rate.answered(stamp, self.clock.now()) {
            state.queue.ring();
        }
    }

    /// Learns that a call was refused, because the bucket was empty.
    pub(crate) fn refused(&self, stamp: Stamp) {
        self.lesson.0.store(true, Ordering::Relaxed);
        let mut state = self.state();
        if state.rate.refused(stamp, self.clock.now()) {
            tracing::debug!(rate = ?state.rate, "the bucket is empty");
        }
        state.queue.ring();
    }

    /// Goes on with other figures.
    pub(super) fn replace(&self, figures: Figures) {
        let mut state = self.state();
        state.rate.replace(figures, self.clock.now());
        state.queue.ring();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take(&mut self, bucket: &Bucket) -> Result<(), Duration> {
        let now = bucket.clock.now();
        if bucket.lesson.0.load(Ordering::Relaxed) {
            self.rate.heed(now);
        }
        self.rate.take(now)
    }
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("rate", &self.state().rate).finish_non_exhaustive()
    }
}

/// Somebody who waits, until leaving.
struct Waiting<'b> {
    bucket: &'b Bucket,
    place: Place,
    is_served: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.bucket.state();
        state.queue.leave(self.place, self.is_served);
        state.queue.ring();
    }
}

#[cfg(test)]
mod tests;
