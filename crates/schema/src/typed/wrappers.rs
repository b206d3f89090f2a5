//! The wrappers that say who sets an attribute. They all are an `Option` underneath and behave as one.

use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};

use super::Choice;

macro_rules! wrapper {
    ($(#[$documentation:meta])* $name:ident) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name<T>(pub Option<T>);

        impl<T> $name<T> {
            /// No value.
            pub const NONE: Self = Self(None);

            /// Returns the value, if there is one.
            pub fn value(&self) -> Option<&T> {
                self.0.as_ref()
            }

            /// Returns the value, if there is one.
            pub fn into_inner(self) -> Option<T> {
                self.0
            }
        }

        impl<T: AsRef<str>> $name<T> {
            /// Returns the text of the value, for a request.
            pub fn text(&self) -> Option<String> {
                self.0.as_ref().map(|it| it.as_ref().to_owned())
            }
        }

        impl<T: Clone> $name<BTreeSet<T>> {
            /// Returns the elements, for a request.
            pub fn list(&self) -> Option<Vec<T>> {
                self.0.as_ref().map(|it| it.iter().cloned().collect())
            }
        }

        impl<T: Clone> $name<Vec<T>> {
            /// Returns the elements, for a request.
            pub fn list(&self) -> Option<Vec<T>> {
                self.0.clone()
            }
        }

        impl<T: Clone> $name<Choice<T>> {
            /// Returns the enum, for a request.
            pub fn choice(&self) -> Option<T> {
                self.0.as_ref().map(Choice::get)
            }
        }

        impl<T> Default for $name<T> {
            fn default() -> Self {
                Self(None)
            }
        }

        impl<T> Deref for $name<T> {
            type Target = Option<T>;

            fn deref(&self) -> &Option<T> {
                &self.0
            }
        }

        impl<T> DerefMut for $name<T> {
            fn deref_mut(&mut self) -> &mut Option<T> {
                &mut self.0
            }
        }

        impl<T> From<Option<T>> for $name<T> {
            fn from(value: Option<T>) -> Self {
                Self(value)
            }
        }

        impl<T> From<T> for $name<T> {
            fn from(value: T) -> Self {
                Self(Some(value))
            }
        }

        impl From<&str> for $name<String> {
            fn from(text: &str) -> Self {
                Self(Some(text.to_owned()))
            }
        }
    };
}

wrapper!(
    /// An attribute only the cloud sets.
    Computed
);
wrapper!(
    /// An argument the cloud sets when the configuration does not.
    OrComputed
);
wrapper!(
    /// An argument only the configuration knows: it is never read back from the cloud.
    ///
    /// A struct read from the cloud has [`Local::NONE`] here; the engine carries over what it knew before.
    Local
);
wrapper!(
    /// An argument that goes to the cloud and is never stored.
    WriteOnly
);
