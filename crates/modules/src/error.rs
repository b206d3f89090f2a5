//! Why something could not be fetched.

use std::fmt;

/// Why something could not be fetched, told with all its causes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FetchError {
    /// What follows from it.
    pub kind: FetchErrorKind,
    reason: String,
}

/// What follows from a failure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FetchErrorKind {
    /// Nobody answered: an earlier copy is as good as it gets.
    Unreachable,
    /// It does not exist, says somebody who should know.
    Missing,
    /// Access was refused: credentials are missing or wrong.
    Unauthorized,
    /// What came is not what was asked for, or cannot be used.
    Unusable,
}

impl FetchError {
    /// Returns a failure of something else on the way.
    pub fn other(reason: impl Into<String>) -> Self {
        Self::unusable(reason)
    }

    pub(crate) fn unreachable(reason: impl Into<String>) -> Self {
        Self { kind: FetchErrorKind::Unreachable, reason: reason.into() }
    }

    pub(crate) fn missing(reason: impl Into<String>) -> Self {
        Self { kind: FetchErrorKind::Missing, reason: reason.into() }
    }

    pub(crate) fn unauthorized(reason: impl Into<String>) -> Self {
        Self { kind: FetchErrorKind::Unauthorized, reason: reason.into() }
    }

    pub(crate) fn unusable(reason: impl Into<String>) -> Self {
        Self { kind: FetchErrorKind::Unusable, reason: reason.into() }
    }

    /// Returns this failure with what led to it.
    pub(crate) fn after(self, context: &str) -> Self {
        Self { reason: format!("{context}: {}", self.reason), ..self }
    }

    /// Returns a failure of the disk.
    pub(crate) fn disk(what: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::unusable(format!("failed to {what} {}: {error}", path.display()))
    }
}

/// A lowercase fragment.
impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for FetchError {}
