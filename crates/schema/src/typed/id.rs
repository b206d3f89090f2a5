//! What identifies an object to the cloud.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

use rinfra_value::{Type, Value};

use super::{AttributeType, Computed, DecodeError, Local, OrComputed};

/// An id the cloud gave to an object.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Id(String);

impl Id {
    /// Returns the id with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Id {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Id {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Id {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<String> for Id {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AttributeType for Id {
    fn ty() -> Type {
        Type::String
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        String::decode(value).map(Self)
    }

    fn encode(&self) -> Value {
        self.0.encode()
    }
}

/// The type of a field that identifies the object.
pub trait Identity {
    /// Returns the identity, once it is known.
    fn identity(&self) -> Option<&str>;
}

impl Identity for Id {
    fn identity(&self) -> Option<&str> {
        Some(&self.0)
    }
}

impl Identity for String {
    fn identity(&self) -> Option<&str> {
        Some(self)
    }
}

impl<T: Identity> Identity for Option<T> {
    fn identity(&self) -> Option<&str> {
        self.as_ref()?.identity()
    }
}

impl<T: Identity> Identity for Computed<T> {
    fn identity(&self) -> Option<&str> {
        self.0.identity()
    }
}

impl<T: Identity> Identity for OrComputed<T> {
    fn identity(&self) -> Option<&str> {
        self.0.identity()
    }
}

impl<T: Identity> Identity for Local<T> {
    fn identity(&self) -> Option<&str> {
        self.0.identity()
    }
}
