//! What became of a creation whose answer nobody got.

use std::time::Duration;

use rinfra_value::Value;

use crate::Error;

/// A creation that was begun, and of which nothing more is known.
#[derive(Clone, Debug)]
pub struct Interrupted {
    /// The idempotency token of the operation.
    pub token: String,
    /// The object as it was meant to be, possibly with unknown values and without write-only arguments.
    pub planned: Value,
    /// When it was about to begin, in seconds since 1970.
    pub at: Option<u64>,
    /// How long ago that was; `None` for long ago. What is young may be there and not show yet.
    pub age: Option<Duration>,
}

/// What became of an interrupted creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It made this object.
    Made(String),
    /// It made nothing.
    Nothing,
    /// It made nothing, because this object that it did not make has the only place there is.
    Occupied(String),
    /// It cannot be told.
    Unknown(Error),
}

/// An object that still carries the mark of the operation that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// The resource type.
    pub kind: String,
    /// What identifies the object to the cloud.
    pub identity: String,
    /// The idempotency token of the operation.
    pub token: String,
}
