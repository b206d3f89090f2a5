//! Conversion of values between types, and the type that several types have in common.
//!
//! A conversion is *safe* when it succeeds for every value of the source type, such as number to string; *unsafe* when
//! it depends on the value, such as string to number. Terraform converts unsafely almost everywhere; what is possible
//! at all is decided from the types alone, before a value is looked at.

use crate::{Path, Type, Value};

mod apply;
mod availability;
mod collection;
mod mismatch;
mod primitive;
mod structure;
mod undetermined;
mod unify;

pub use unify::{unify, unify_safe};

/// Whether a conversion may depend on the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Safety {
    Safe,
    Unsafe,
}

/// A value that does not fit the wanted type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConvertError {
    /// Which part of the value does not fit.
    pub path: Path,
    /// What was required, as a fragment: `string required`, `attribute "a" is required`.
    pub message: String,
}

impl ConvertError {
    fn new(path: &Path, message: impl Into<String>) -> Self {
        Self { path: path.clone(), message: message.into() }
    }
}

/// Returns the value as a value of this type.
///
/// Null, unknown and marks are preserved at every depth. Dynamic parts of the type accept anything. Attributes that
/// an object type does not have are dropped, optional ones that are missing become null.
///
/// # Errors
/// Fails when no conversion between the types exists, or when the value is not one of those it exists for.
pub fn convert(value: &Value, to: &Type) -> Result<Value, ConvertError> {
    if value.ty() == to {
        return Ok(value.clone());
    }
    if !availability::is_available(value.ty(), to, Safety::Unsafe) {
        return Err(ConvertError::new(&Path::root(), mismatch::message(value.ty(), to)));
    }
    apply::apply(value, to, Safety::Unsafe, &mut Path::root())
}

/// Returns the value as a value of the type that [`unify`] found for it and others.
///
/// Where the result has to stay open because one of the types is not known yet, so does the value.
///
/// # Errors
/// Fails as [`convert`] does.
pub fn convert_unified(value: &Value, unified: &Type) -> Result<Value, ConvertError> {
    if *unified == Type::Dynamic && *value.ty() != Type::Dynamic {
        return Ok(Value::dynamic().with_marks(value.marks()));
    }
    convert(value, unified)
}

/// Returns whether some values of `from` can be converted to `to`.
pub fn can_convert(from: &Type, to: &Type) -> bool {
    availability::is_available(from, to, Safety::Unsafe)
}

/// Returns whether all values of `from` can be converted to `to`.
pub fn can_convert_safely(from: &Type, to: &Type) -> bool {
    availability::is_available(from, to, Safety::Safe)
}

/// Returns what is wrong with `from` where `to` is wanted, as the message of a failed conversion says it.
pub fn mismatch_message(from: &Type, to: &Type) -> String {
    mismatch::message(from, to)
}
