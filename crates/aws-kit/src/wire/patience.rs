//! How often a call is made, and how long is waited in between.

use std::time::{Duration, Instant};

use crate::classify::Trouble;
use crate::clock::{Backoff, Clock};

/// How often a call is made when nobody says, as by Terraform.
pub(crate) const ATTEMPTS: u32 = 25;
/// How long a service may take to learn what another one knows.
const CONSISTENT_WITHIN: Duration = Duration::from_secs(120);
/// How old a signature may become: AWS takes requests for five minutes.
const SIGNED_FOR: Duration = Duration::from_secs(240);
/// The first pause and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(20));
/// The longest pause while a connection fails: whether it still does should be known soon.
const LONGEST_UNCONNECTED: Duration = Duration::from_secs(5);

/// How often calls are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Patience {
    /// How often a call is made before its failure counts.
    pub(crate) attempts: u32,
}

/// How one call has gone so far.
#[derive(Debug)]
pub(super) struct Tries {
    patience: Patience,
    started: Instant,
    failures: u32,
    backoff: Backoff,
}

/// What follows from a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The call is made again after a pause.
    After(Duration),
    /// The call is made again with a new signature.
    Signed,
    /// That was all.
    Nothing,
}

impl Default for Patience {
    fn default() -> Self {
        Self { attempts: ATTEMPTS }
    }
}

impl Tries {
    /// Returns a call that was not made yet.
    pub(super) fn new(patience: Patience, now: Instant) -> Self {
        let (first, longest) = PAUSES;
        Self { patience, started: now, failures: 0, backoff: Backoff::new(first, longest) }
    }

    /// Decides what follows from a failure. Pauses have full jitter: whoever failed together does not come back
    /// together.
    pub(super) fn after(&mut self, trouble: Trouble, clock: &Clock) -> Next {
        let waited = clock.now().saturating_duration_since(self.started);
        self.failures += 1;
        match trouble {
            Trouble::Dependency | Trouble::Fatal => return Next::Nothing,
            Trouble::Contention | Trouble::Propagation if waited >= CONSISTENT_WITHIN => {
                return Next::Nothing;
            }
            Trouble::Contention | Trouble::Propagation => {}
            _ if self.failures >= self.patience.attempts => return Next::Nothing,
            Trouble::Throttle | Trouble::Transient | Trouble::Connection => {}
        }
        if trouble == Trouble::Throttle && self.failures == 1 {
            // It waits for a token anyway, and the bucket knows better how long that takes.
            return Next::After(Duration::ZERO);
        }
        let longest = if trouble == Trouble::Connection { LONGEST_UNCONNECTED } else { Duration::MAX };
        let pause = clock.part_of(self.backoff.pause().min(longest));
        if waited + pause < SIGNED_FOR { Next::After(pause) } else { Next::Signed }
    }

    /// Returns how long the call may still wait before it has to be signed anew.
    pub(super) fn is_signed_for(&self, now: Instant) -> Duration {
        (self.started + SIGNED_FOR).saturating_duration_since(now)
    }

    /// Returns how often the call was made.
    pub(super) fn failures(&self) -> u32 {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::{CONSISTENT_WITHIN, Clock, Duration, Next, Patience, SIGNED_FOR, Tries, Trouble};

    /// Fails again and again, and returns how often the call was made and how long it took; and whether it ended with
    /// a new signature.
    async fn check(trouble: Trouble, attempts: u32, clock: Clock) -> (u32, Duration, bool) {
        let start = clock.now();
        let mut tries = Tries::new(Patience { attempts }, start);
        loop {
            match tries.after(trouble, &clock) {
                Next::After(pause) => clock.sleep(pause).await,
                end => return (tries.failures(), clock.now() - start, end == Next::Signed),
            }
        }
    }

    #[tokio::test]
    async fn each_trouble_has_its_patience() {
        for trouble in [Trouble::Fatal, Trouble::Dependency] {
            assert_eq!(check(trouble, 25, Clock::jumping()).await.0, 1);
        }
        for trouble in [Trouble::Throttle, Trouble::Transient, Trouble::Connection] {
            assert_eq!(check(trouble, 1, Clock::jumping()).await.0, 1, "{trouble:?}");
            assert_eq!(check(trouble, 3, Clock::jumping()).await.0, 3, "{trouble:?}");
        }
        let (attempts, waited, _) = check(Trouble::Connection, 25, Clock::jumping()).await;
        assert_eq!(attempts, 25);
        assert!(waited < Duration::from_secs(121), "{waited:?}");
        for trouble in [Trouble::Contention, Trouble::Propagation] {
            let (_, waited, is_signed) = check(trouble, 1, Clock::jumping()).await;
            assert!(waited >= CONSISTENT_WITHIN && !is_signed, "{waited:?}");
        }
    }

    #[tokio::test]
    async fn a_signature_does_not_become_too_old() {
        // The pauses of this clock are the longest there are.
        let (attempts, waited, is_signed) = check(Trouble::Throttle, 25, Clock::jumping()).await;
        assert!(is_signed && waited < SIGNED_FOR, "{attempts} in {waited:?}");
        assert!(attempts > 10);
    }
}
