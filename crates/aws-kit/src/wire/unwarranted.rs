//! Requests that were not sent, because the run may change nothing any more.

use std::error::Error;
use std::fmt;

/// The failure of a request that was not sent.
#[derive(Debug)]
pub(crate) struct Unwarranted(pub(super) rinfra_provider::Error);

impl fmt::Display for Unwarranted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the request was not sent: {}", self.0.message)
    }
}

impl Error for Unwarranted {}
