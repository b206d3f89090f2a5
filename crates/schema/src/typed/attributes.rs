//! The plain types as attributes: strings, booleans, numbers, lists, sets, maps and objects.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rinfra_value::{Number, Type, Value};

use super::{AttributeType, BlockType, DecodeError, wrong_type};
use crate::{Accepts, Block, Equality};

impl AttributeType for String {
    fn ty() -> Type {
        Type::String
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        value.as_str().map(str::to_owned).ok_or_else(|| wrong_type("a string", value))
    }

    fn encode(&self) -> Value {
        Value::string(self.as_str())
    }
}

impl AttributeType for bool {
    fn ty() -> Type {
        Type::Bool
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        value.as_bool().ok_or_else(|| wrong_type("a bool", value))
    }

    fn encode(&self) -> Value {
        Value::bool(*self)
    }
}

impl AttributeType for i64 {
    fn ty() -> Type {
        Type::Number
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        let number = value.as_number().ok_or_else(|| wrong_type("a number", value))?;
        number.to_i64().ok_or_else(|| DecodeError::new(format!("a whole number is required, not {number}")))
    }

    fn encode(&self) -> Value {
        Value::number(*self)
    }
}

impl AttributeType for i32 {
    fn ty() -> Type {
        Type::Number
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        let wide = i64::decode(value)?;
        Self::try_from(wide).map_err(|_| DecodeError::new(format!("the number {wide} is out of range")))
    }

    fn encode(&self) -> Value {
        Value::number(i64::from(*self))
    }
}

impl AttributeType for f64 {
    fn ty() -> Type {
        Type::Number
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        Ok(value.as_number().ok_or_else(|| wrong_type("a number", value))?.to_f64())
    }

    /// What is no number at all (not finite) is null.
    fn encode(&self) -> Value {
        Number::parse(&self.to_string()).map_or_else(|| Value::null(Type::Number), Value::number)
    }
}

/// An attribute of any type, kept as it is.
impl AttributeType for Value {
    fn ty() -> Type {
        Type::Dynamic
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        Ok(value.clone())
    }

    fn encode(&self) -> Value {
        self.clone()
    }
}

impl<T: AttributeType> AttributeType for Vec<T> {
    fn ty() -> Type {
        Type::list(T::ty())
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        elements(value, "a list")
    }

    fn encode(&self) -> Value {
        Value::list(T::ty(), self.iter().map(T::encode).collect())
    }

    fn equality() -> Equality {
        T::equality()
    }

    fn accepts() -> Option<Accepts> {
        T::accepts()
    }

    fn sensitive() -> bool {
        T::sensitive()
    }

    fn object() -> Option<Block> {
        T::object()
    }
}

impl<T: AttributeType + Ord> AttributeType for BTreeSet<T> {
    fn ty() -> Type {
        Type::set(T::ty())
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        elements(value, "a set")
    }

    fn encode(&self) -> Value {
        Value::set(T::ty(), self.iter().map(T::encode))
    }

    fn equality() -> Equality {
        T::equality()
    }

    fn accepts() -> Option<Accepts> {
        T::accepts()
    }

    fn sensitive() -> bool {
        T::sensitive()
    }

    fn object() -> Option<Block> {
        T::object()
    }
}

impl<T: AttributeType> AttributeType for BTreeMap<String, T> {
    fn ty() -> Type {
        Type::map(T::ty())
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        let entries = value.entries().ok_or_else(|| wrong_type("a map", value))?;
        entries
            .iter()
            .map(|(key, value)| match decode_element(value) {
                Ok(element) => Ok((key.as_ref().to_owned(), element)),
                Err(error) => Err(error.at(format_args!("{key:?}"))),
            })
            .collect()
    }

    fn encode(&self) -> Value {
        let entries = self.iter().map(|(key, it)| (Arc::from(key.as_str()), it.encode()));
        Value::map(T::ty(), entries)
    }

    fn equality() -> Equality {
        T::equality()
    }

    fn accepts() -> Option<Accepts> {
        T::accepts()
    }

    fn sensitive() -> bool {
        T::sensitive()
    }

    fn object() -> Option<Block> {
        T::object()
    }
}

/// A struct that derives `Schema`, used as an attribute, is an object.
impl<T: BlockType> AttributeType for T {
    fn ty() -> Type {
        T::block().implied_type()
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        <T as BlockType>::decode(value)
    }

    fn encode(&self) -> Value {
        <T as BlockType>::encode(self)
    }

    fn object() -> Option<Block> {
        Some(T::block())
    }
}

fn elements<T: AttributeType, C: FromIterator<T>>(value: &Value, what: &str) -> Result<C, DecodeError> {
    let elements = value.elements().ok_or_else(|| wrong_type(what, value))?;
    elements
        .iter()
        .enumerate()
        .map(|(index, it)| decode_element(it).map_err(|error| error.at(index)))
        .collect()
}

fn decode_element<T: AttributeType>(value: &Value) -> Result<T, DecodeError> {
    if value.is_null() || !value.is_known() {
        return Err(wrong_type("an element", value));
    }
    T::decode(value)
}
