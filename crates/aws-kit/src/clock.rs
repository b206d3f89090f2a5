//! Time, injected: nothing in this crate sleeps or looks at a clock but through [`Clock`].

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;

/// A source of time. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Time>);

trait Time: Send + Sync {
    fn now(&self) -> Instant;
    fn part_of(&self, duration: Duration) -> Duration;
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

impl Clock {
    /// Returns the clock of the machine.
    pub fn system() -> Self {
        Self(Arc::new(SystemTime))
    }

    /// Returns a clock that starts now and jumps ahead whenever somebody sleeps, for tests.
    pub fn jumping() -> Self {
        Self(Arc::new(JumpingTime { now: Mutex::new(Instant::now()) }))
    }

    /// Returns the current instant.
    pub fn now(&self) -> Instant {
        self.0.now()
    }

    /// Returns the time as people tell it, in seconds since 1970.
    pub fn seconds(&self) -> u64 {
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |it| it.as_secs())
    }

    /// Returns a random part of a duration; in tests all of it.
    pub fn part_of(&self, duration: Duration) -> Duration {
        self.0.part_of(duration)
    }

    /// Waits for a duration.
    pub async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration).await;
    }
}

struct SystemTime;

impl Time for SystemTime {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn part_of(&self, duration: Duration) -> Duration {
        // Every hasher of the standard library has keys of its own, which are as random as this needs.
        let random = RandomState::new().build_hasher().finish();
        let nanoseconds = duration.as_nanos() * u128::from(random) / u128::from(u64::MAX);
        Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

struct JumpingTime {
    now: Mutex<Instant>,
}

impl Time for JumpingTime {
    fn now(&self) -> Instant {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn part_of(&self, duration: Duration) -> Duration {
        duration
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) += duration;
        Box::pin(tokio::task::yield_now())
    }
}

/// Growing pauses between attempts: the first, doubled each time, up to the longest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backoff {
    next: Duration,
    longest: Duration,
}

impl Backoff {
    /// Returns pauses from `first` to `longest`.
    pub(crate) fn new(first: Duration, longest: Duration) -> Self {
        Self { next: first, longest }
    }

    /// Returns the next pause.
    pub(crate) fn pause(&mut self) -> Duration {
        let pause = self.next;
        self.next = (pause * 2).min(self.longest);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, Clock};
    use std::time::Duration;

    #[test]
    fn backoff_doubles_up_to_the_longest() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(5));
        let pauses: Vec<u64> = (0..5).map(|_| backoff.pause().as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 5, 5]);
    }

    #[test]
    fn a_part_is_anything_between_nothing_and_all() {
        let (clock, whole) = (Clock::system(), Duration::from_secs(8));
        let parts: Vec<_> = (0..200).map(|_| clock.part_of(whole)).collect();
        assert!(parts.iter().all(|it| *it <= whole));
        assert!(parts.iter().any(|it| *it < whole / 4) && parts.iter().any(|it| *it > whole / 4 * 3));
        assert_eq!(clock.part_of(Duration::ZERO), Duration::ZERO);
    }

    #[tokio::test]
    async fn the_jumping_clock_does_not_wait() {
        let clock = Clock::jumping();
        let start = clock.now();
        clock.sleep(Duration::from_secs(3600)).await;
        assert_eq!(clock.now() - start, Duration::from_secs(3600));
    }
}
