//! Making values.

use super::{Payload, Summary, Value};
use crate::{Entries, Marks, Number, Type, set_order};
use std::sync::Arc;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// How much text weighs as much as one part of a value, in bytes.
const TEXT_PER_PART: usize = 32;

impl Value {
    fn plain(ty: Type, payload: Payload) -> Self {
        let size = match &payload {
            Payload::String(text) => u32::try_from(text.len() / TEXT_PER_PART).unwrap_or(u32::MAX),
            _ => 0,
        };
        let summary = Summary { size: size.saturating_add(1), ..Summary::default() };
        Self { ty, payload, marks: Marks::NONE, summary }
    }

    /// Returns a string, in Unicode's normal form C.
    pub fn string(text: impl Into<Arc<str>>) -> Self {
        Self::plain(Type::String, Payload::String(normalized(text.into())))
    }

    /// Returns a number.
    pub fn number(number: impl Into<Number>) -> Self {
        Self::plain(Type::Number, Payload::Number(number.into()))
    }

    /// Returns `true` or `false`.
    pub fn bool(truth: bool) -> Self {
        Self::plain(Type::Bool, Payload::Bool(truth))
    }

    /// Returns the null of a type.
    pub fn null(ty: Type) -> Self {
        let summary = Summary::of_type(&ty);
        Self { ty, payload: Payload::Null, marks: Marks::NONE, summary }
    }

    /// Returns a value of which only the type is known.
    pub fn unknown(ty: Type) -> Self {
        let summary = Summary { unknown: true, ..Summary::of_type(&ty) };
        Self { ty, payload: Payload::Unknown(None), marks: Marks::NONE, summary }
    }

    /// Returns a value of which nothing is known, not even the type.
    pub fn dynamic() -> Self {
        Self::unknown(Type::Dynamic)
    }

    /// Returns the null that has no type, as the keyword `null` has.
    pub fn dynamic_null() -> Self {
        Self::null(Type::Dynamic)
    }

    /// Returns a list; untyped nulls and unknowns among the elements take the element type.
    ///
    /// # Assumptions
    /// The elements are of the element type; [`convert`](crate::convert::convert) makes them so.
    pub fn list(element: Type, elements: Vec<Self>) -> Self {
        let element = settled(element, elements.iter());
        let elements: Arc<[Self]> = elements.into_iter().map(|value| value.adopting(&element)).collect();
        let summary = Summary::of_collection(&element, elements.iter());
        Self { ty: Type::list(element), payload: Payload::Elements(elements), marks: Marks::NONE, summary }
    }

    /// Returns a set: equal elements become one, the order is Terraform's, and the marks of elements, at any depth,
    /// move to the set, because an element could not be told apart otherwise.
    ///
    /// # Assumptions
    /// The elements are of the element type; [`convert`](crate::convert::convert) makes them so.
    pub fn set(element: Type, elements: impl IntoIterator<Item = Self>) -> Self {
        let elements: Vec<Self> = elements.into_iter().collect();
        let element = settled(element, elements.iter());
        let mut marks = Marks::NONE;
        let unmarked = elements
            .into_iter()
            .map(|value| {
                marks |= value.summary.marks;
                value.adopting(&element).unmark_deep()
            })
            .collect();
        let elements: Arc<[Self]> = set_order::distinct(unmarked).into();
        let summary = Summary::of_collection(&element, elements.iter());
        Self { ty: Type::set(element), payload: Payload::Elements(elements), marks: Marks::NONE, summary }
            .with_marks(marks)
    }

    /// Returns a map; untyped nulls and unknowns among the values take the element type.
    ///
    /// # Assumptions
    /// The values are of the element type; [`convert`](crate::convert::convert) makes them so.
    pub fn map(element: Type, entries: impl IntoIterator<Item = (Arc<str>, Self)>) -> Self {
        Self::of_entries(element, entries.into_iter().collect())
    }

    /// Returns a map of these entries.
    pub(super) fn of_entries(element: Type, entries: Entries) -> Self {
        let element = settled(element, entries.values());
        let entries = if entries.values().any(Self::is_untyped) {
            entries.with_values(|_, value| value.clone().adopting(&element))
        } else {
            entries
        };
        let summary = Summary::of_collection(&element, entries.values());
        Self { ty: Type::map(element), payload: Payload::Entries(entries), marks: Marks::NONE, summary }
    }

    /// Returns a tuple of exactly these values.
    pub fn tuple(elements: Vec<Self>) -> Self {
        let ty = Type::tuple(elements.iter().map(|value| value.ty.clone()));
        let summary = Summary::of(&elements);
        Self { ty, payload: Payload::Elements(elements.into()), marks: Marks::NONE, summary }
    }

    /// Returns an object of exactly these attributes.
    pub fn object<K: Into<Arc<str>>>(attributes: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::of_attributes(attributes.into_iter().collect())
    }

    /// Returns an object of these attributes.
    pub(super) fn of_attributes(attributes: Entries) -> Self {
        let ty = Type::of_entries(&attributes);
        let summary = Summary::of(attributes.values());
        Self { ty, payload: Payload::Entries(attributes), marks: Marks::NONE, summary }
    }

    /// Returns the object without attributes.
    pub fn empty_object() -> Self {
        Self::object::<Arc<str>>([])
    }

    /// Returns whether this is a null or an unknown value without a type of its own.
    fn is_untyped(&self) -> bool {
        self.ty == Type::Dynamic && matches!(self.payload, Payload::Null | Payload::Unknown(_))
    }

    /// Returns the value with the type of the collection it goes into, where it has none of its own.
    fn adopting(mut self, element: &Type) -> Self {
        if self.is_untyped() {
            self.ty = element.clone();
            self.summary.depth = super::depth_of(element);
        }
        self
    }
}

/// Returns the element type with its dynamic parts settled by the elements: a collection with a typed element is not a
/// collection of anything.
fn settled<'a>(element: Type, elements: impl Iterator<Item = &'a Value>) -> Type {
    if !element.has_dynamic() {
        return element;
    }
    let mut types = elements.map(Value::ty).filter(|ty| **ty != Type::Dynamic);
    match types.next() {
        Some(first) if types.all(|ty| ty == first) => first.clone(),
        _ => element,
    }
}

/// Returns the text in Unicode's normal form C, in which Terraform keeps and compares strings.
pub(crate) fn normalized(text: Arc<str>) -> Arc<str> {
    if text.is_ascii() || is_nfc(&text) { text } else { text.nfc().collect::<String>().into() }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::bool(truth)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::string(text)
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Self::number(number)
    }
}
