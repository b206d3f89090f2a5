//! Time, injected: nothing in this crate sleeps or looks at a clock but through [`Clock`].

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;

/// A source of time. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Time>);

trait Time: Send + Sync {
    fn now(&self) -> Instant;
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

    #[tokio::test]
    async fn the_jumping_clock_does_not_wait() {
        let clock = Clock::jumping();
        let start = clock.now();
        clock.sleep(Duration::from_secs(3600)).await;
        assert_eq!(clock.now() - start, Duration::from_secs(3600));
    }
}
