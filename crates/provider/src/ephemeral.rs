use rinfra_schema::Schema;
use rinfra_value::Value;

use crate::{Error, ErrorClass};

/// An ephemeral resource type: what can be known of it without a connection.
pub trait EphemeralType: Send + Sync {
    /// Returns the schema.
    fn schema(&self) -> &Schema;
}

/// An ephemeral object that was opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The object, wholly known. It is never stored, and nobody has to mark it.
    pub value: Value,
    /// What the provider wants to know again when the object is renewed and closed, such as the id of a lease.
    pub private: Option<String>,
}

impl Opened {
    /// Returns an opened object that needs neither renewing nor closing.
    pub fn new(value: Value) -> Self {
        Self { value, private: None }
    }

    /// Returns the object with what renewing and closing it need.
    #[must_use]
    pub fn with_private(mut self, private: impl Into<String>) -> Self {
        self.private = Some(private.into());
        self
    }
}

/// Returns the error of a connection that has no ephemeral types.
pub(crate) fn unsupported(kind: &str) -> Error {
    Error::new(ErrorClass::Internal, format!("the provider has no ephemeral resource type {kind}"))
}
