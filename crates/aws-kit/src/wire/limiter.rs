//! What keeps a run from asking more of a service than it gives: token buckets, a bound of calls in flight, and a
//! budget of retries.

mod bucket;
mod in_flight;
mod queue;
mod rate;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rinfra_provider::{Gate, Region};
use rinfra_throttling::{BucketId, buckets_of, looks};

use super::scope::Scope;
use crate::clock::Clock;
use bucket::Lesson;
use rate::Figures;

pub(crate) use bucket::Bucket;
pub(crate) use in_flight::InFlight;
pub(crate) use queue::Lane;
pub(crate) use rate::Stamp;

/// How many calls a service may be asked again because it failed, and how many more each second.
const RETRIES: Figures = Figures { capacity: 100.0, refill: 5.0, is_ceiling: true };
/// What is taken for granted of buckets nothing is known of: those of EC2.
const UNKNOWN: (Figures, Figures) = (
    Figures { capacity: 100.0, refill: 20.0, is_ceiling: false },
    Figures { capacity: 50.0, refill: 5.0, is_ceiling: false },
);
/// How many operations of a type may go on at once in a Region. Calls wait for their tokens in the order they came: the
/// fewer there are, the more it counts which operation has the longest way before it. The more there are, the more of
/// them can be done with one call.
const ROOM: usize = 400;

/// How many calls of each operation a second the user wants at most, by service as signatures name it.
pub(crate) type Ceilings = BTreeMap<String, f64>;

/// The limiters of one account.
#[derive(Debug, Default)]
pub(crate) struct Limiters {
    by_scope: Mutex<HashMap<Scope, Arc<Limiter>>>,
    gates: Mutex<HashMap<(String, Region), Arc<Gate>>>,
    ceilings: Mutex<Ceilings>,
}

/// The limiter of a service in a Region.
pub(crate) struct Limiter {
    in_flight: Arc<InFlight>,
    retries: Bucket,
    buckets: Mutex<HashMap<Key, Arc<Bucket>>>,
    ceiling: Mutex<Option<Figures>>,
    lesson: Arc<Lesson>,
    clock: Clock,
}

/// Which bucket: one of those that are known, or the one that an operation of an unknown service is taken to have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Known(BucketId),
    Unknown(String),
}

impl Limiters {
    /// Returns the limiter of a service in a Region.
    pub(crate) fn of(&self, scope: &Scope, clock: &Clock) -> Arc<Limiter> {
        let ceiling = lock(&self.ceilings).get(&scope.service).copied();
        let mut by_scope = lock(&self.by_scope);
        let limiter = by_scope.entry(scope.clone());
        Arc::clone(limiter.or_insert_with(|| Arc::new(Limiter::new(ceiling, clock))))
    }

    /// Wants no more calls than that. What several want is what the most modest one wants.
    pub(crate) fn limit(&self, wanted: &Ceilings) {
        for (service, a_second) in wanted {
            let a_second = {
                let mut ceilings = lock(&self.ceilings);
                let ceiling = ceilings.entry(service.clone()).or_insert(*a_second);
                *ceiling = ceiling.min(*a_second);
                *ceiling
            };
            let by_scope = lock(&self.by_scope);
            by_scope.iter().filter(|(it, _)| it.service == *service).for_each(|(_, it)| it.limit(a_second));
        }
    }

    /// Returns the gate that operations of a type in a Region go through before they make their calls.
    pub(crate) fn gate(&self, kind: &str, region: &Region) -> Arc<Gate> {
        let room = NonZeroUsize::MIN.saturating_add(ROOM - 1);
        let mut gates = lock(&self.gates);
        Arc::clone(gates.entry((kind.to_owned(), region.clone())).or_insert_with(|| Gate::new(room)))
    }
}

impl Limiter {
    fn new(ceiling: Option<f64>, clock: &Clock) -> Self {
        let lesson = Arc::default();
        Self {
            in_flight: Arc::default(),
            retries: Bucket::new(RETRIES, &lesson, clock),
            buckets: Mutex::default(),
            ceiling: Mutex::new(ceiling.map(Figures::ceiling)),
            lesson,
            clock: clock.clone(),
        }
    }

    /// Returns the bound of calls in flight.
    pub(crate) fn in_flight(&self) -> &Arc<InFlight> {
        &self.in_flight
    }

    /// Returns the bucket that another try after a failure of the service takes from.
    pub(crate) fn retries(&self) -> &Bucket {
        &self.retries
    }

    /// Returns the buckets that a request takes a token from.
    pub(crate) fn buckets(&self, scope: &Scope, operation: &str, is_unbounded: bool) -> Vec<Arc<Bucket>> {
        let mut keys: Vec<_> = buckets_of(&scope.service, operation, is_unbounded).map(Key::Known).collect();
        if keys.is_empty() {
            keys.push(Key::Unknown(operation.to_owned()));
        }
        let ceiling = *lock(&self.ceiling);
        let mut buckets = lock(&self.buckets);
        let mut bucket = |key: Key| {
            let figures = ceiling.unwrap_or_else(|| key.figures());
            let new = || Arc::new(Bucket::new(figures, &self.lesson, &self.clock));
            Arc::clone(buckets.entry(key).or_insert_with(new))
        };
        keys.into_iter().map(&mut bucket).collect()
    }

    fn limit(&self, a_second: f64) {
        let figures = Figures::ceiling(a_second);
        *lock(&self.ceiling) = Some(figures);
        lock(&self.buckets).values().for_each(|it| it.replace(figures));
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (in_flight, buckets) = (&self.in_flight, &*lock(&self.buckets));
        f.debug_struct("Limiter")
            .field("in_flight", in_flight)
            .field("buckets", buckets)
            .finish_non_exhaustive()
    }
}

impl Key {
    fn figures(&self) -> Figures {
        match self {
            Self::Known(id) => {
                let bucket = id.bucket();
                Figures { capacity: bucket.capacity, refill: bucket.refill, is_ceiling: false }
            }
            Self::Unknown(operation) if looks(operation) => UNKNOWN.0,
            Self::Unknown(_) => UNKNOWN.1,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
