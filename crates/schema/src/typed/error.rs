//! What is wrong with a value a struct is made from.

use std::fmt;

/// A value does not fit the struct it is decoded into.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DecodeError {
    path: String,
    message: String,
}

impl DecodeError {
    /// Returns an error about the value itself.
    pub fn new(message: impl Into<String>) -> Self {
        Self { path: String::new(), message: message.into() }
    }

    /// Says that the value is the attribute `name` of an object.
    #[must_use]
    pub fn under(mut self, name: &str) -> Self {
        self.path = format!(".{name}{}", self.path);
        self
    }

    /// Says that the value is an element of a collection.
    #[must_use]
    pub fn at(mut self, key: impl fmt::Display) -> Self {
        self.path = format!("[{key}]{}", self.path);
        self
    }

    /// Returns where the value is, as `.a[0].b`; empty for the whole.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.path, self.message)
        }
    }
}

impl std::error::Error for DecodeError {}
