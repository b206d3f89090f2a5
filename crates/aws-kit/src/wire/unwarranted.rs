//! Requests that were not sent, because the run may change nothing any more.

use std::error::Error;
use std::fmt;

use aws_smithy_runtime_api::client::result::ConnectorError;

/// The failure of a request that was not sent.
#[derive(Debug)]
pub(crate) struct Unwarranted(pub(super) rinfra_provider::Error);

impl Unwarranted {
    /// Returns the error in the form that keeps the SDK from trying again.
    pub(super) fn into_connector_error(self) -> ConnectorError {
        ConnectorError::user(Box::new(self))
    }
}

impl fmt::Display for Unwarranted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the request was not sent: {}", self.0.message)
    }
}

impl Error for Unwarranted {}
