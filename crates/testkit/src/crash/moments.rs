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
    /// As soon as the journal is this long; and of what was written last, only the beginning reached the disk.
    Torn {
        /// How many bytes.
        bytes: u64,
        /// How many thousandths of what was written last are kept.
        kept: u64,
    },
    /// This long after it began.
    Time(Duration),
}

/// The kinds of moments.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Group {
    /// Requests of AWS.
    Cloud,
    /// Requests of the store that keeps the state.
    Store,
    /// While the journal is written.
    Journal,
    /// While the journal is written, with a part of it torn off.
    Torn,
    /// Any time.
    Time,
}

impl Group {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Cloud, Self::Store, Self::Journal, Self::Torn, Self::Time];

    /// Returns the name of the kind.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cloud => "cloud",
            Self::Store => "store",
            Self::Journal => "journal",
            Self::Torn => "torn",
            Self::Time => "time",
        }
    }
}

impl Moment {
    /// Returns the kind of moment it is.
    pub fn group(self) -> Group {
        match self {
            Self::Request(Victim { store: false, .. }) => Group::Cloud,
            Self::Request(Victim { store: true, .. }) => Group::Store,
            Self::Journal { .. } => Group::Journal,
            Self::Torn { .. } => Group::Torn,
            Self::Time(_) => Group::Time,
        }
    }

    /// Returns what tables call moments like it.
    pub fn kind(self) -> String {
        match self {
            Self::Request(Victim { mutating, store, side, .. }) => {
                let (side, kind) = (side_name(side), kind_name(mutating));
                let of = if store { " of the store" } else { "" };
                format!("{side} a {kind} call{of}")
            }
            Self::Journal { .. } => "while the journal is written".to_owned(),
            Self::Torn { .. } => "while the journal is written, its end torn off".to_owned(),
            Self::Time(_) => "at any time".to_owned(),
        }
    }
}

fn side_name(side: Side) -> &'static str {
    if side == Side::Before { "before" } else { "after" }
}

fn kind_name(mutating: bool) -> &'static str {
    if mutating { "changing" } else { "reading" }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(Victim { number, mutating, store, side }) => {
                let of = if *store { " of the store" } else { "" };
                write!(f, "{} {} request {number}{of}", side_name(*side), kind_name(*mutating))
            }
            Self::Journal { bytes } => write!(f, "{bytes} bytes into the journal"),
            Self::Torn { bytes, kept } => {
                write!(f, "{bytes} bytes into the journal, of whose end {kept} in a thousand are kept")
            }
            Self::Time(time) => write!(f, "{} ms after the start", time.as_millis()),
        }
    }
}
