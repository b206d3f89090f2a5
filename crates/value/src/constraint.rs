//! What a variable or an optional attribute accepts: a type, and what stands in for absent attributes.

use crate::convert::{ConvertError, convert, convert_unified, unify};
use crate::{Entries, Type, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A type with the defaults of its optional attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeConstraint {
    /// The type; its objects may have optional attributes.
    pub ty: Type,
    /// Defaults of optional attributes, where any has one.
    pub defaults: Option<Defaults>,
}

impl TypeConstraint {
    /// A constraint that accepts anything.
    pub fn any() -> Self {
        Self::new(Type::Dynamic)
    }

    /// Returns the constraint to a type without defaults.
    pub fn new(ty: Type) -> Self {
        Self { ty, defaults: None }
    }

    /// Returns the value with defaults filled in and converted to the type.
    ///
    /// # Errors
    /// Fails when the value does not convert.
    pub fn apply(&self, value: &Value) -> Result<Value, ConvertError> {
        match &self.defaults {
            Some(defaults) => convert(&defaults.apply(value), &self.ty),
            None => convert(value, &self.ty),
        }
    }
}

/// Defaults for the attributes of an object and for what is nested inside a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// Values of attributes that are absent or null.
    pub values: BTreeMap<Arc<str>, Value>,
    /// Defaults inside attributes or elements.
    pub inside: Inside,
}

/// Defaults that apply further inside a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Inside {
    /// There are none.
    #[default]
    Nothing,
    /// In every element of a list, set or map.
    Elements(Box<Defaults>),
    /// In some elements of a tuple.
    Positions(BTreeMap<usize, Defaults>),
    /// In some attributes of an object.
    Attributes(BTreeMap<Arc<str>, Defaults>),
}

impl Defaults {
    /// Returns whether there is nothing to fill in.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.inside == Inside::Nothing
    }

    /// Returns the value with defaults in place of absent and null attributes.
    ///
    /// Null and unknown values stay as they are, and so do values of a shape that the defaults were not made for:
    /// refusing those is up to the conversion that follows.
    pub fn apply(&self, value: &Value) -> Value {
        if !value.is_known() || value.is_null() || self.is_empty() {
            return value.clone();
        }
        let filled = match (value.elements(), value.entries()) {
            (Some(elements), _) => self.apply_to_elements(value.ty(), elements),
            (_, Some(entries)) => self.apply_to_entries(value.ty(), entries),
            (None, None) => return value.clone(),
        };
        filled.with_marks(value.marks())
    }

    fn apply_to_elements(&self, ty: &Type, elements: &[Value]) -> Value {
        let filled: Vec<Value> = elements
            .iter()
            .enumerate()
            .map(|(index, element)| match &self.inside {
                Inside::Elements(defaults) => defaults.apply(element),
                Inside::Positions(positions) => {
                    positions.get(&index).map_or_else(|| element.clone(), |defaults| defaults.apply(element))
                }
                Inside::Nothing | Inside::Attributes(_) => element.clone(),
            })
            .collect();
        match ty {
            Type::List(element) if filled.is_empty() => Value::list(element.as_ref().clone(), filled),
            Type::Set(element) if filled.is_empty() => Value::set(element.as_ref().clone(), filled),
            Type::List(_) => match unified(filled) {
                Ok((element, filled)) => Value::list(element, filled),
                Err(filled) => Value::tuple(filled),
            },
            Type::Set(_) => match unified(filled) {
                Ok((element, filled)) => Value::set(element, filled),
                Err(filled) => Value::tuple(filled),
            },
            _ => Value::tuple(filled),
        }
    }

    fn apply_to_entries(&self, ty: &Type, entries: &Entries) -> Value {
        let inside = |name: &str| match &self.inside {
            Inside::Elements(defaults) => Some(defaults.as_ref()),
            Inside::Attributes(attributes) => attributes.get(name),
            Inside::Nothing | Inside::Positions(_) => None,
        };
        let fill =
            |name: &str, value: &Value| inside(name).map_or_else(|| value.clone(), |it| it.apply(value));
        let mut filled: BTreeMap<Arc<str>, Value> =
            entries.iter().map(|(name, value)| (Arc::clone(name), fill(name, value))).collect();
        for (name, default) in &self.values {
            if filled.get(name).is_none_or(Value::is_null) {
                filled.insert(Arc::clone(name), fill(name, default));
            }
        }
        let Type::Map(element) = ty else { return Value::object(filled) };
        if filled.is_empty() {
            return Value::map(element.as_ref().clone(), filled);
        }
        let (names, values): (Vec<_>, Vec<_>) = filled.into_iter().unzip();
        match unified(values) {
            Ok((element, values)) => Value::map(element, names.into_iter().zip(values)),
            Err(values) => Value::object(names.into_iter().zip(values)),
        }
    }
}

/// Returns the values brought to one type, or as they were when there is none.
fn unified(values: Vec<Value>) -> Result<(Type, Vec<Value>), Vec<Value>> {
    let types: Vec<Type> = values.iter().map(|value| value.ty().clone()).collect();
    let Some(common) = unify(&types) else { return Err(values) };
    match values.iter().map(|value| convert_unified(value, &common)).collect() {
        Ok(converted) => Ok((common, converted)),
        Err(_) => Err(values),
    }
}
