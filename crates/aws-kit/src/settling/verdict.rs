use std::time::{Duration, Instant};

use rinfra_provider::ErrorClass;
use rinfra_value::Value;

use super::Waiting;
use crate::erased::Found;
use crate::semantic::duration;
use crate::{Error, Result, Settled};

/// How long a created object may be invisible.
const APPEARS_WITHIN: Duration = Duration::from_secs(120);
/// How long a usable object may show old values.
const SHOWS_WITHIN: Duration = Duration::from_secs(5);

/// How long an object may be out of reach.
const REACHABLE_WITHIN: Duration = Duration::from_secs(120);

/// What is waited for.
#[derive(Clone, Debug)]
pub(crate) enum Goal {
    /// The object is usable and shows what was planned.
    Usable {
        /// What was planned.
        planned: Value,
        /// Whether AWS said that it made the object so.
        is_made: bool,
    },
    /// The object is gone.
    Gone,
}

impl Goal {
    /// Returns the planned object.
    pub(crate) fn planned(&self) -> Option<&Value> {
        match self {
            Self::Usable { planned, .. } => Some(planned),
            Self::Gone => None,
        }
    }

    /// Tells whether AWS said that it made the object as planned.
    pub(crate) fn is_made(&self) -> bool {
        matches!(self, Self::Usable { is_made: true, .. })
    }
}

/// What follows from one look.
#[derive(Debug)]
pub(super) enum Verdict {
    Done(Result<Option<Value>>),
    Wait,
}

/// Decides what follows from what was seen of an object.
pub(super) fn judge(
    waiting: &mut Waiting,
    seen: Result<Option<Found>>,
    shows: impl Fn(&Value, &Value) -> bool,
    now: Instant,
) -> Verdict {
    let late = now >= waiting.deadline;
    let waited = now.saturating_duration_since(waiting.since);
    let found = match seen {
        Ok(found) => {
            waiting.unreachable_since = None;
            found
        }
        Err(error) if error.class() == ErrorClass::Unreachable && waiting.is_out_of_reach(now) => {
            return Verdict::Done(Err(error));
        }
        Err(error) if !late && passes(error.class()) => return Verdict::Wait,
        Err(error) => return Verdict::Done(Err(error)),
    };
    let identity = &waiting.identity;
    match (&waiting.goal, found) {
        (Goal::Gone, None) => Verdict::Done(Ok(None)),
        (Goal::Gone, Some(_)) if late => {
            Verdict::Done(Err(too_late(&format!("{identity} still exists {}", after(waited)))))
        }
        (Goal::Gone, Some(_)) => Verdict::Wait,
        (Goal::Usable { .. }, None) if late || waited >= APPEARS_WITHIN => {
            let message = format!("{identity} cannot be found {}", after(waited));
            Verdict::Done(Err(Error::new(ErrorClass::NotFound, message)))
        }
        (Goal::Usable { .. }, None) => Verdict::Wait,
        (Goal::Usable { planned, .. }, Some(found)) => match found.settled {
            Settled::Failed(reason) => {
                let message = format!("{identity} failed: {reason}");
                Verdict::Done(Err(Error::new(ErrorClass::Conflict, message)))
            }
            Settled::NotYet | Settled::Gone if late => {
                Verdict::Done(Err(too_late(&format!("{identity} is not ready {}", after(waited)))))
            }
            Settled::NotYet | Settled::Gone => Verdict::Wait,
            Settled::Yes => {
                let since = *waiting.usable_since.get_or_insert(now);
                let patient = !late && now.saturating_duration_since(since) < SHOWS_WITHIN;
                if patient && !shows(planned, &found.value) {
                    return Verdict::Wait;
                }
                Verdict::Done(Ok(Some(found.value)))
            }
        },
    }
}

impl Waiting {
    /// Tells whether the object has been out of reach for long.
    fn is_out_of_reach(&mut self, now: Instant) -> bool {
        let since = *self.unreachable_since.get_or_insert(now);
        now.saturating_duration_since(since) >= REACHABLE_WITHIN
    }
}

/// Tells whether a later look may succeed where this one failed.
fn passes(class: ErrorClass) -> bool {
    matches!(class, ErrorClass::Throttled | ErrorClass::Transient | ErrorClass::Unreachable)
}

fn too_late(message: &str) -> Error {
    Error::new(ErrorClass::TimedOut, message).with_hint("the next run goes on from where this one stopped")
}

fn after(waited: Duration) -> String {
    format!("after {}", duration::text(waited))
}
