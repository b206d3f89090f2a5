//! When a process is killed.

use std::fmt;
use std::time::Duration;

use crate::proxy::{Side, Victim};

/// When a process is killed.
#[derive(Clone, Copy, Debug)]
pub enum Moment {
    /// At a request.
    Request(Victim),
    /// As soon as the journal is this long.
    Journal {
        /// How many bytes.
        bytes: u64,
    },
    /// This long after it began.
    Time(Duration),
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(Victim { number, mutating, side }) => {
                let side = if *side == Side::Before { "before" } else { "after" };
                let kind = if *mutating { "changing" } else { "reading" };
                write!(f, "{side} {kind} request {number}")
            }
            Self::Journal { bytes } => write!(f, "{bytes} bytes into the journal"),
            Self::Time(time) => write!(f, "{} ms after the start", time.as_millis()),
        }
    }
}
