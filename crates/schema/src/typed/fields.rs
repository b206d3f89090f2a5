//! What a field of a resource struct may be.

use std::sync::Arc;

use rinfra_value::{Type, Value};

use super::{AttributeType, Computed, DecodeError, Local, OrComputed, WriteOnly, wrong_type};
use crate::{Attribute, Presence};

/// The type of a field that is an attribute: an [`AttributeType`], or a wrapper that says who sets it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an attribute",
    note = "an attribute is an `AttributeType`, or one in `Option`, `Computed`, `OrComputed`, `Local` or `WriteOnly`",
    note = "a nested block is marked `#[block]`"
)]
pub trait Field: Sized {
    /// Returns what the field's type says about the attribute.
    fn attribute() -> Attribute;

    /// Returns the field for an attribute's value.
    ///
    /// # Errors
    /// Values the field cannot hold; null is one for a required field.
    fn decode(value: &Value) -> Result<Self, DecodeError>;

    /// Returns the attribute's value for the field.
    fn encode(&self) -> Value;
}

impl<T: AttributeType> Field for T {
    fn attribute() -> Attribute {
        describe::<T>(Presence::Required)
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        // A value of any type may be null or unknown: it is handed on as it is.
        if T::ty() != Type::Dynamic && (value.is_null() || !value.is_known()) {
            return Err(wrong_type("a value", value));
        }
        <T as AttributeType>::decode(value)
    }

    fn encode(&self) -> Value {
        <T as AttributeType>::encode(self)
    }
}

impl<T: AttributeType> Field for Option<T> {
    fn attribute() -> Attribute {
        describe::<T>(Presence::Optional)
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        if value.is_null() { Ok(None) } else { <T as Field>::decode(value).map(Some) }
    }

    fn encode(&self) -> Value {
        encode_option(self)
    }
}

impl<T: AttributeType> Field for Computed<T> {
    fn attribute() -> Attribute {
        describe::<T>(Presence::Computed)
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        decode_settled(value).map(Self)
    }

    fn encode(&self) -> Value {
        encode_option(&self.0)
    }
}

impl<T: AttributeType> Field for OrComputed<T> {
    fn attribute() -> Attribute {
        describe::<T>(Presence::OptionalComputed)
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        decode_settled(value).map(Self)
    }

    fn encode(&self) -> Value {
        encode_option(&self.0)
    }
}

impl<T: AttributeType> Field for Local<T> {
    fn attribute() -> Attribute {
        describe::<T>(Presence::Optional).local()
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        <Option<T> as Field>::decode(value).map(Self)
    }

    fn encode(&self) -> Value {
        encode_option(&self.0)
    }
}

impl<T: AttributeType> Field for WriteOnly<T> {
    fn attribute() -> Attribute {
        describe::<T>(Presence::Optional).write_only()
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        <Option<T> as Field>::decode(value).map(Self)
    }

    fn encode(&self) -> Value {
        encode_option(&self.0)
    }
}

/// What the cloud has not told yet is as good as absent: an apply decodes plans full of it.
fn decode_settled<T: AttributeType>(value: &Value) -> Result<Option<T>, DecodeError> {
    if value.is_null() || !value.is_known() { Ok(None) } else { T::decode(value).map(Some) }
}

fn encode_option<T: AttributeType>(value: &Option<T>) -> Value {
    value.as_ref().map_or_else(|| Value::null(T::ty()), T::encode)
}

fn describe<T: AttributeType>(presence: Presence) -> Attribute {
    let mut attribute = Attribute::new(T::ty(), presence);
    attribute.sensitive = T::sensitive();
    attribute.equality = T::equality();
    attribute.accepts = T::accepts();
    attribute.object = T::object().map(Arc::new);
    attribute
}
