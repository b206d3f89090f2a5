//! Values people must not see.

use std::fmt;
use std::ops::Deref;

use rinfra_value::{Type, Value};

use super::{AttributeType, DecodeError};
use crate::{Accepts, Block, Equality};

/// A value that is hidden from people: its debug form does not show it.
#[derive(Clone, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Secret<T>(pub T);

impl<T> Secret<T> {
    /// Returns the value itself.
    pub fn reveal(&self) -> &T {
        &self.0
    }

    /// Returns the value itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Secret<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(sensitive)")
    }
}

impl<T: AttributeType> AttributeType for Secret<T> {
    fn ty() -> Type {
        T::ty()
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        T::decode(value).map(Self)
    }

    fn encode(&self) -> Value {
        self.0.encode()
    }

    fn equality() -> Equality {
        T::equality()
    }

    fn accepts() -> Option<Accepts> {
        T::accepts()
    }

    fn sensitive() -> bool {
        true
    }

    fn object() -> Option<Block> {
        T::object()
    }
}
