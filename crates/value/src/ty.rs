//! The type of a value, or the constraint a value is converted to.

use crate::Entries;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

mod display;
mod json;
mod names;
mod shared;

pub use json::TypeJsonError;

/// A type of Terraform's value system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// Not known yet, or, in a constraint, anything.
    Dynamic,
    /// Text.
    String,
    /// An arbitrary-precision number.
    Number,
    /// `true` or `false`.
    Bool,
    /// An ordered sequence of one element type.
    List(Arc<Type>),
    /// Distinct elements of one type, without an order of their own.
    Set(Arc<Type>),
    /// Values of one type under string keys.
    Map(Arc<Type>),
    /// An ordered sequence with a type per position.
    Tuple(Arc<Vec<Type>>),
    /// Named attributes with a type each.
    Object(Arc<ObjectType>),
}

/// The attributes of an object type.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectType {
    /// Type of each attribute.
    pub attributes: BTreeMap<Arc<str>, Type>,
    /// Names that a conversion may leave out; only constraints have these, types of values never.
    pub optional: BTreeSet<Arc<str>>,
}

impl Type {
    /// Returns the type of lists of `element`.
    pub fn list(element: Self) -> Self {
        Self::List(shared::element(element))
    }

    /// Returns the type of sets of `element`.
    pub fn set(element: Self) -> Self {
        Self::Set(shared::element(element))
    }

    /// Returns the type of maps of `element`.
    pub fn map(element: Self) -> Self {
        Self::Map(shared::element(element))
    }

    /// Returns the type of tuples with these element types.
    pub fn tuple(elements: impl IntoIterator<Item = Self>) -> Self {
        Self::Tuple(Arc::new(elements.into_iter().collect()))
    }

    /// Returns the type of objects with these attributes, all of them required.
    pub fn object<K: Into<Arc<str>>>(attributes: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::object_with_optional(attributes, [])
    }

    /// Returns the constraint on objects with these attributes, of which a conversion may leave `optional` out.
    pub fn object_with_optional<K: Into<Arc<str>>>(
        attributes: impl IntoIterator<Item = (K, Self)>,
        optional: impl IntoIterator<Item = Arc<str>>,
    ) -> Self {
        Self::Object(Arc::new(ObjectType {
            attributes: attributes.into_iter().map(|(name, ty)| (name.into(), ty)).collect(),
            optional: optional.into_iter().collect(),
        }))
    }

    /// Returns the type of objects with these entries.
    pub(crate) fn of_entries(entries: &Entries) -> Self {
        Self::Object(shared::object(entries.iter().map(|(name, value)| (name, value.ty()))))
    }

    /// Returns whether this is string, number or bool.
    pub fn is_primitive(&self) -> bool {
        matches!(self, Self::String | Self::Number | Self::Bool)
    }

    /// Returns whether this is a list, set or map.
    pub fn is_collection(&self) -> bool {
        self.element_type().is_some()
    }

    /// Returns the element type of a list, set or map.
    pub fn element_type(&self) -> Option<&Self> {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) => Some(element),
            Self::Dynamic | Self::String | Self::Number | Self::Bool | Self::Tuple(_) | Self::Object(_) => {
                None
            }
        }
    }

    /// Returns the type of an object's attribute.
    pub fn attribute_type(&self, name: &str) -> Option<&Self> {
        self.attribute_types()?.get(name)
    }

    /// Returns the attributes of an object type.
    pub fn attribute_types(&self) -> Option<&BTreeMap<Arc<str>, Self>> {
        self.as_object().map(|object| &object.attributes)
    }

    /// Returns what is known of an object type.
    pub fn as_object(&self) -> Option<&ObjectType> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Returns the element types of a tuple.
    pub fn tuple_types(&self) -> Option<&[Self]> {
        match self {
            Self::Tuple(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns how deep the type nests: 0 for what has no parts.
    pub fn depth(&self) -> u32 {
        let inside = match self {
            Self::Dynamic | Self::String | Self::Number | Self::Bool => return 0,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.depth(),
            Self::Tuple(elements) => elements.iter().map(Self::depth).max().unwrap_or(0),
            Self::Object(object) => object.attributes.values().map(Self::depth).max().unwrap_or(0),
        };
        inside.saturating_add(1)
    }

    /// Returns whether this is dynamic or holds something dynamic at any depth.
    pub fn has_dynamic(&self) -> bool {
        self.any(&|ty| matches!(ty, Self::Dynamic))
    }

    /// Returns whether an object with optional attributes appears at any depth.
    pub fn has_optional_attributes(&self) -> bool {
        self.any(&|ty| ty.as_object().is_some_and(|object| !object.optional.is_empty()))
    }

    /// Returns the type that values converted to this constraint have: nothing is optional any more.
    pub fn without_optional_attributes(&self) -> Self {
        if !self.has_optional_attributes() {
            return self.clone();
        }
        match self {
            Self::List(element) => Self::list(element.without_optional_attributes()),
            Self::Set(element) => Self::set(element.without_optional_attributes()),
            Self::Map(element) => Self::map(element.without_optional_attributes()),
            Self::Tuple(elements) => Self::tuple(elements.iter().map(Self::without_optional_attributes)),
            Self::Object(object) => Self::object(
                object
                    .attributes
                    .iter()
                    .map(|(name, ty)| (Arc::clone(name), ty.without_optional_attributes())),
            ),
            Self::Dynamic | Self::String | Self::Number | Self::Bool => self.clone(),
        }
    }

    /// Returns whether values of this type are values of `wanted`, where dynamic stands for anything.
    pub fn conforms_to(&self, wanted: &Self) -> bool {
        match (self, wanted) {
            (_, Self::Dynamic) => true,
            (Self::List(own), Self::List(wanted))
            | (Self::Set(own), Self::Set(wanted))
            | (Self::Map(own), Self::Map(wanted)) => own.conforms_to(wanted),
            (Self::Tuple(own), Self::Tuple(wanted)) => {
                own.len() == wanted.len()
                    && own.iter().zip(wanted.iter()).all(|(own, wanted)| own.conforms_to(wanted))
            }
            (Self::Object(own), Self::Object(wanted)) => {
                own.attributes.keys().eq(wanted.attributes.keys())
                    && own
                        .attributes
                        .values()
                        .zip(wanted.attributes.values())
                        .all(|(own, wanted)| own.conforms_to(wanted))
            }
            _ => self == wanted,
        }
    }

    fn any(&self, predicate: &impl Fn(&Self) -> bool) -> bool {
        predicate(self)
            || match self {
                Self::List(element) | Self::Set(element) | Self::Map(element) => element.any(predicate),
                Self::Tuple(elements) => elements.iter().any(|element| element.any(predicate)),
                Self::Object(object) => object.attributes.values().any(|ty| ty.any(predicate)),
                Self::Dynamic | Self::String | Self::Number | Self::Bool => false,
            }
    }
}
