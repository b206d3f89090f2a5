//! Calls that are given up.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::retry::ErrorKind;

use crate::classify::Refusal;

/// An endpoint that nobody gets an answer from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreachable {
    /// Where it is.
    pub(super) endpoint: Arc<str>,
    /// What came of the last call.
    pub(super) why: String,
}

/// A call that was refused as often as it may be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exhausted {
    /// The last refusal.
    pub(crate) refusal: Refusal,
    /// The service's identifier of the last request.
    pub(crate) request_id: Option<String>,
    /// How often the call was made.
    pub(super) attempts: u32,
}

/// A call that is to be made again with a new signature.
#[derive(Debug)]
struct Stale;

/// Returns the failure of a call for good: the SDK does not make it again.
pub(super) fn for_good(error: impl Error + Send + Sync + 'static) -> ConnectorError {
    ConnectorError::user(Box::new(error))
}

/// Returns the failure that makes the SDK sign the call anew and make it again.
pub(super) fn stale() -> ConnectorError {
    ConnectorError::other(Box::new(Stale), Some(ErrorKind::TransientError))
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be reached: {}", self.endpoint, self.why)
    }
}

impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refusal { status, code, message, .. } = &self.refusal;
        write!(f, "refused {} times: HTTP status {status} {code} {message}", self.attempts)
    }
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature has become old")
    }
}

impl Error for Unreachable {}
impl Error for Exhausted {}
impl Error for Stale {}
