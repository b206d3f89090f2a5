use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rinfra_provider::{Gate, Region};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::scope::Scope;

/// How many calls may be in flight to a service that never complained.
const STARTS_AT: usize = 32;
/// How many calls may ever be in flight.
const AT_MOST: usize = 128;
/// A burst of refusals is one complaint.
const ONE_COMPLAINT: Duration = Duration::from_secs(1);

/// The limiters of one account.
#[derive(Debug, Default)]
pub(crate) struct Limiters {
    by_scope: Mutex<HashMap<Scope, Arc<Limiter>>>,
    gates: Mutex<HashMap<(&'static str, Region), Arc<Gate>>>,
}

impl Limiters {
    /// Returns the limiter of a service in a Region.
    pub(crate) fn of(&self, scope: &Scope) -> Arc<Limiter> {
        let mut by_scope = self.by_scope.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(by_scope.entry(scope.clone()).or_insert_with(|| Arc::new(Limiter::new(STARTS_AT))))
    }

    /// Returns the gate that operations of a service in a Region go through before they make their calls.
    ///
    /// Behind it, calls wait for each other in no order, and signed already: a signature is good for minutes only. So
    /// no more operations are let in than may ever have a call in flight.
    pub(crate) fn gate(&self, service: &'static str, region: &Region) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let room = NonZeroUsize::MIN.saturating_add(AT_MOST - 1);
        Arc::clone(gates.entry((service, region.clone())).or_insert_with(|| Gate::new(room)))
    }
}

/// Bounds the calls in flight: halves the bound when the service complains, raises it by one after as many
/// good answers as the bound.
#[derive(Debug)]
pub(crate) struct Limiter {
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
    limiter: Arc<Limiter>,
    held: Option<OwnedSemaphorePermit>,
}

impl Limiter {
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
        Permit { limiter: Arc::clone(self), held }
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

    /// Learns that the service asked to slow down.
    pub(crate) fn throttled(&self, now: Instant) {
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
            && self.limiter.take_back_debt()
        {
            held.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Limiter, ONE_COMPLAINT};
    use std::sync::Arc;
    use std::time::Instant;

    fn free(limiter: &Limiter) -> usize {
        limiter.permits.available_permits()
    }

    #[tokio::test]
    async fn complaints_halve_the_bound_and_good_answers_raise_it() {
        let limiter = Arc::new(Limiter::new(8));
        let now = Instant::now();
        limiter.throttled(now);
        assert_eq!(free(&limiter), 4);
        limiter.throttled(now);
        assert_eq!(free(&limiter), 4, "a burst is one complaint");
        limiter.throttled(now + ONE_COMPLAINT);
        limiter.throttled(now + ONE_COMPLAINT * 2);
        limiter.throttled(now + ONE_COMPLAINT * 3);
        assert_eq!(free(&limiter), 1, "one call may always be in flight");
        limiter.answered();
        assert_eq!(free(&limiter), 2);
        limiter.answered();
        assert_eq!(free(&limiter), 2);
        limiter.answered();
        assert_eq!(free(&limiter), 3);
    }

    #[tokio::test]
    async fn permits_in_use_are_withdrawn_when_they_come_back() {
        let limiter = Arc::new(Limiter::new(4));
        let held = [limiter.permit().await, limiter.permit().await, limiter.permit().await];
        limiter.throttled(Instant::now());
        assert_eq!(free(&limiter), 0);
        drop(held);
        assert_eq!(free(&limiter), 2);
    }
}
