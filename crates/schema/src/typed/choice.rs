//! One of the texts the cloud has words for.

use std::fmt;
use std::ops::Deref;

use rinfra_value::{Type, Value};

use super::{AttributeType, DecodeError};

/// A value of an SDK's enum: `T` is made from a text and shows itself as one.
///
/// The texts an enum knows are taken from its `values()` by the derive.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Choice<T>(pub T);

impl<T> Choice<T> {
    /// Returns the enum itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: Clone> Choice<T> {
    /// Returns the enum itself, for a request.
    pub fn get(&self) -> T {
        self.0.clone()
    }
}

impl<T> Deref for Choice<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> From<T> for Choice<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: AsRef<str>> AsRef<str> for Choice<T> {
    fn as_ref(&self) -> &str {
        self.0.as_ref()
    }
}

impl<T: AsRef<str>> fmt::Display for Choice<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_ref())
    }
}

impl<T: for<'a> From<&'a str> + AsRef<str>> AttributeType for Choice<T> {
    fn ty() -> Type {
        Type::String
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        Ok(Self(T::from(&String::decode(value)?)))
    }

    fn encode(&self) -> Value {
        Value::string(self.as_ref())
    }
}
