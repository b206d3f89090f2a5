//! The types resource structs are written with: the type of a field says what the argument is.
//!
//! | field | argument |
//! |---|---|
//! | `T` | required |
//! | `Option<T>` | optional |
//! | [`Computed<T>`] | only the cloud sets it |
//! | [`OrComputed<T>`] | the cloud sets it when the configuration does not |
//! | [`Local<T>`] | optional, and never read back from the cloud |
//! | [`WriteOnly<T>`] | optional, sent to the cloud and never stored |
//!
//! A default makes a `T` optional. `T` is any [`AttributeType`]: strings, booleans, numbers, [`Id`], [`Choice`], [`Secret`], lists (`Vec`), sets
//! ([`Set`]) and maps ([`Map`]) of them, and structs that derive `Schema`, which make object types. A field marked
//! `#[block]` is a nested block instead: `Option<N>` or `N` for one, `Vec<N>` or `Set<N>` for many, `Map<N>` for
//! labelled ones, and [`OrComputed`] around each when the cloud fills them in.

mod attributes;
mod blocks;
mod choice;
mod error;
mod fields;
mod id;
mod object;
mod secret;
mod wrappers;

use std::collections::{BTreeMap, BTreeSet};

use rinfra_value::Type;

pub use blocks::{BlockField, decode_blocks, encode_blocks};
pub use choice::Choice;
pub use error::DecodeError;
pub use fields::Field;
pub use id::{Id, Identity};
pub use object::{decode_field, decode_field_or, encode_object, number, wrong_type};
pub use rinfra_value::{Number, Value};
pub use secret::Secret;
pub use wrappers::{Computed, Local, OrComputed, WriteOnly};

use crate::{Accepts, Block, Equality, Schema};

/// A set argument.
pub type Set<T> = BTreeSet<T>;

/// A map argument.
pub type Map<T> = BTreeMap<String, T>;

/// A Rust type that is the value of an attribute.
pub trait AttributeType: Sized {
    /// Returns the attribute's type.
    fn ty() -> Type;

    /// Returns the Rust value.
    ///
    /// *Assumptions*: `value` is of type [`AttributeType::ty`], known and not null; marks do not matter.
    ///
    /// # Errors
    /// Values that are none of these, and values the Rust type cannot hold.
    fn decode(value: &Value) -> Result<Self, DecodeError>;

    /// Returns the attribute's value.
    fn encode(&self) -> Value;

    /// Returns when two of its texts mean the same.
    fn equality() -> Equality {
        Equality::Exact
    }

    /// Returns what says whether a text is accepted, if not every text is.
    fn accepts() -> Option<Accepts> {
        None
    }

    /// Returns whether people must not see its value.
    fn sensitive() -> bool {
        false
    }

    /// Returns what its objects hold, when it is an object or a collection of objects.
    fn object() -> Option<Block> {
        None
    }
}

/// A struct that is what stands between the braces of a block. Derived.
pub trait BlockType: Sized {
    /// Returns what the block may hold.
    fn block() -> Block;

    /// Returns the struct for an object of the block's implied type.
    ///
    /// Attributes the object lacks count as null, so that an object stored by an older version decodes.
    ///
    /// # Errors
    /// Values that are not such an object, and required attributes that are null or unknown.
    fn decode(value: &Value) -> Result<Self, DecodeError>;

    /// Returns the object of the block's implied type.
    fn encode(&self) -> Value;
}

/// A struct that is a resource type or data source. Derived.
pub trait ResourceSchema: BlockType {
    /// The name of the type, such as `aws_vpc`.
    const NAME: &'static str;

    /// Returns its schema.
    fn schema() -> &'static Schema;

    /// Returns what identifies the object to the cloud, once that is known.
    fn id(&self) -> Option<&str>;
}
