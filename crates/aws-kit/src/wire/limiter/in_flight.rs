//! How many calls may be in flight.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many calls may be in flight to a service that never complained.
const STARTS_AT: usize = 32;
/// How many calls may ever be in flight.
const AT_MOST: usize = 128;
/// A burst of complaints is one.
const ONE_COMPLAINT: Duration = Duration::from_secs(1);

/// Bounds the calls in flight: halves the bound when the service cannot cope, raises it by one after as many good
/// answers as the bound.
#[derive(Debug)]
pub(crate) struct InFlight {
    permits: Arc<Semaphore>,
    bound: Mutex<Bound>,
    /// Permits to be withdrawn when they come back.
    owed: AtomicUsize,
}

#[derive(Debug)]
struct Bound {
    now: usize,
    good_answers: usize,
    last_complaint: Option<Instant>,
}

/// The right to have one call in flight.
pub(crate) struct Permit {
    calls: Arc<InFlight>,
    held: Option<OwnedSemaphorePermit>,
}

impl Default for InFlight {
    fn default() -> Self {
        Self::new(STARTS_AT)
    }
}

impl InFlight {
    fn new(bound: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(bound)),
            bound: Mutex::new(Bound { now: bound, good_answers: 0, last_complaint: None }),
            owed: AtomicUsize::new(0),
        }
    }

    /// Waits for the right to make a call.
    pub(crate) async fn permit(self: &Arc<Self>) -> Permit {
        // The semaphore is never closed, so there is always a permit in the end.
        let held = Arc::clone(&self.permits).acquire_owned().await.ok();
        Permit { calls: Arc::clone(self), held }
    }

    /// Learns that the service answered.
    pub(crate) fn answered(&self) {
        let mut bound = self.bound.lock().unwrap_or_else(PoisonError::into_inner);
        bound.good_answers += 1;
        if bound.good_answers >= bound.now && bound.now < AT_MOST {
            bound.good_answers = 0;
            bound.now += 1;
            if !self.take_back_debt() {
                self.permits.add_permits(1);
            }
        }
    }

    /// Learns that the service cannot cope. That calls come too fast is another matter: buckets see to it.
    pub(crate) fn overloaded(&self, now: Instant) {
        let mut bound = self.bound.lock().unwrap_or_else(PoisonError::into_inner);
        let same = bound.last_complaint.is_some_and(|at| now.saturating_duration_since(at) < ONE_COMPLAINT);
        if same {
            return;
        }
        bound.last_complaint = Some(now);
        bound.good_answers = 0;
        let lower = (bound.now / 2).max(1);
        self.owed.fetch_add(bound.now - lower, Ordering::Relaxed);
        bound.now = lower;
        // Permits nobody holds are withdrawn at once, the others when they come back.
        while let Ok(idle) = Arc::clone(&self.permits).try_acquire_owned() {
            if !self.take_back_debt() {
                break;
            }
            idle.forget();
        }
    }

    /// Forgives one owed permit, if any is owed.
    fn take_back_debt(&self) -> bool {
        self.owed.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |owed| owed.checked_sub(1)).is_ok()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(held) = self.held.take()
            && self.calls.take_back_debt()
        {
            held.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{InFlight, ONE_COMPLAINT};
    use std::sync::Arc;
    use std::time::Instant;

    fn free(calls: &InFlight) -> usize {
        calls.permits.available_permits()
    }

    #[tokio::test]
    async fn complaints_halve_the_bound_and_good_answers_raise_it() {
        let calls = Arc::new(InFlight::new(8));
        let now = Instant::now();
        calls.overloaded(now);
        assert_eq!(free(&calls), 4);
        calls.overloaded(now);
        assert_eq!(free(&calls), 4, "a burst is one complaint");
        calls.overloaded(now + ONE_COMPLAINT);
        calls.overloaded(now + ONE_COMPLAINT * 2);
        calls.overloaded(now + ONE_COMPLAINT * 3);
        assert_eq!(free(&calls), 1, "one call may always be in flight");
        calls.answered();
        assert_eq!(free(&calls), 2);
        calls.answered();
        assert_eq!(free(&calls), 2);
        calls.answered();
        assert_eq!(free(&calls), 3);
    }

    #[tokio::test]
    async fn permits_in_use_are_withdrawn_when_they_come_back() {
        let calls = Arc::new(InFlight::new(4));
        let held = [calls.permit().await, calls.permit().await, calls.permit().await];
        calls.overloaded(Instant::now());
        assert_eq!(free(&calls), 0);
        drop(held);
        assert_eq!(free(&calls), 2);
    }
}
