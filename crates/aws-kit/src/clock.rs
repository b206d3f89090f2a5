//! Time, injected: nothing in this crate sleeps or looks at a clock but through [`Clock`].

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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

    /// Returns a clock that starts now and jumps ahead as soon as all that is done is sleeping, for tests.
    pub fn jumping() -> Self {
        let time = Jumping { now: Instant::now(), sleepers: BTreeSet::new(), number: 0 };
        Self(Arc::new(JumpingTime(Arc::new(Mutex::new(time)))))
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

/// Time for tests: it stands still while anybody does anything, and then jumps to whoever sleeps least.
struct JumpingTime(Arc<Mutex<Jumping>>);

struct Jumping {
    now: Instant,
    sleepers: BTreeSet<(Instant, u64)>,
    number: u64,
}

/// How often the one who sleeps least lets everybody else go on before the time jumps.
const STILL: u32 = 30;

/// Somebody who sleeps, until the end of it.
struct Sleeper {
    time: Arc<Mutex<Jumping>>,
    place: (Instant, u64),
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        locked(&self.time).sleepers.remove(&self.place);
    }
}

fn locked(time: &Mutex<Jumping>) -> MutexGuard<'_, Jumping> {
    time.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Time for JumpingTime {
    fn now(&self) -> Instant {
        locked(&self.0).now
    }

    fn part_of(&self, duration: Duration) -> Duration {
        duration
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let time = Arc::clone(&self.0);
        Box::pin(async move {
            let place = {
                let mut time = locked(&time);
                time.number += 1;
                let place = (time.now + duration, time.number);
                time.sleepers.insert(place);
                place
            };
            let sleeper = Sleeper { time, place };
            let mut still = 0;
            loop {
                {
                    let mut time = locked(&sleeper.time);
                    let is_first = time.sleepers.first() == Some(&place);
                    still = if is_first { still + 1 } else { 0 };
                    if still > STILL {
                        time.now = time.now.max(place.0);
                    }
                    if time.now >= place.0 {
                        return;
                    }
                }
                tokio::task::yield_now().await;
            }
        })
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
        let sleep = async |minutes: u64| {
            clock.sleep(Duration::from_secs(60 * minutes)).await;
            (clock.now() - start).as_secs() / 60
        };
        let woken = futures::join!(sleep(3), sleep(1), sleep(2));
        assert_eq!(woken, (63, 61, 62), "who sleeps at the same time sleeps together");
    }
}
