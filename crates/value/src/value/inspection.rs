//! Looking at values. Marks are ignored: whoever looks is responsible for carrying them over.

use super::{Payload, Value};
use crate::{Bound, Entries, Number, Refinement, Type};
use std::sync::Arc;

impl Value {
    /// Returns the type.
    pub fn ty(&self) -> &Type {
        &self.ty
    }

    /// Returns how deep the value, or its type where that is all there is, nests: 0 for what has no parts.
    pub fn depth(&self) -> u32 {
        self.summary.depth.into()
    }

    /// Returns how many parts the value has at any depth, itself included; long texts count as several.
    ///
    /// Parts that are shared in memory count wherever they appear, as whoever prints the value meets them.
    pub fn size(&self) -> u32 {
        self.summary.size
    }

    /// Returns whether this is known to be null.
    pub fn is_null(&self) -> bool {
        matches!(self.payload, Payload::Null)
    }

    /// Returns whether the value itself is known; something inside it may not be. Null is known.
    pub fn is_known(&self) -> bool {
        !matches!(self.payload, Payload::Unknown(_))
    }

    /// Returns whether the value and everything inside it is known.
    pub fn is_wholly_known(&self) -> bool {
        !self.summary.unknown
    }

    /// Returns the text of a known string.
    pub fn as_str(&self) -> Option<&str> {
        self.as_text().map(AsRef::as_ref)
    }

    /// Returns the shared text of a known string.
    pub fn as_text(&self) -> Option<&Arc<str>> {
        match &self.payload {
            Payload::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the truth of a known bool.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.payload {
            Payload::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// Returns the number of a known number.
    pub fn as_number(&self) -> Option<&Number> {
        match &self.payload {
            Payload::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Returns the elements of a known list, set or tuple.
    pub fn elements(&self) -> Option<&[Self]> {
        match &self.payload {
            Payload::Elements(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns the entries of a known map or the attributes of a known object.
    pub fn entries(&self) -> Option<&Entries> {
        match &self.payload {
            Payload::Entries(entries) => Some(entries),
            _ => None,
        }
    }

    /// Returns an attribute of a known object or an entry of a known map.
    pub fn attribute(&self, name: &str) -> Option<&Self> {
        self.entries()?.get(name)
    }

    /// Returns how many elements, entries or attributes a known value has.
    ///
    /// A set with unknown elements may turn out shorter, because they may become equal.
    pub fn len(&self) -> Option<usize> {
        match &self.payload {
            Payload::Elements(elements) => Some(elements.len()),
            Payload::Entries(entries) => Some(entries.len()),
            _ => None,
        }
    }

    /// Returns whether a known collection or structure has nothing in it; `None` where [`len`](Self::len) is.
    pub fn is_empty(&self) -> Option<bool> {
        self.len().map(|length| length == 0)
    }

    /// Returns the least and the greatest length that a known collection can have once all of it is known.
    pub(crate) fn length_bounds(&self) -> Option<(usize, usize)> {
        let length = self.len().filter(|_| self.ty.is_collection())?;
        let may_shrink = matches!(self.ty, Type::Set(_)) && self.summary.unknown && length > 1;
        Some((if may_shrink { 1 } else { length }, length))
    }

    /// Returns the number of elements as the language counts them: for a set with unknown elements, and for what is
    /// unknown itself, an unknown number within bounds. The marks of the value itself are kept.
    ///
    /// `None` for null and for what has no length.
    pub fn length(&self) -> Option<Self> {
        let exactly = |length: usize| Self::number(length);
        let between = |least: usize, greatest: Option<usize>| {
            let bound = |value: usize| Bound { value: Number::from(value), inclusive: true };
            Self::unknown(Type::Number).with_refinement(Refinement {
                not_null: true,
                minimum: Some(bound(least)),
                maximum: greatest.map(bound),
                ..Refinement::default()
            })
        };
        let length = match (&self.ty, &self.payload) {
            (_, Payload::Null) => return None,
            (Type::Tuple(elements), _) => exactly(elements.len()),
            (Type::Object(object), _) => exactly(object.attributes.len()),
            (Type::Dynamic, _) => between(0, None),
            (_, Payload::Unknown(refinement)) if self.ty.is_collection() => {
                let (least, greatest) = refinement
                    .as_ref()
                    .map_or((0, None), |known| (known.least_length, known.greatest_length));
                between(least, greatest)
            }
            _ => match self.length_bounds()? {
                (least, greatest) if least == greatest => exactly(least),
                (least, greatest) => between(least, Some(greatest)),
            },
        };
        Some(length.with_marks(self.marks))
    }

    /// Returns what is known of an unknown value.
    pub fn refinement(&self) -> Option<&Refinement> {
        match &self.payload {
            Payload::Unknown(refinement) => refinement.as_deref(),
            _ => None,
        }
    }

    /// Returns whether the value is not null now and will not be once it is known.
    pub fn is_definitely_not_null(&self) -> bool {
        match &self.payload {
            Payload::Null => false,
            Payload::Unknown(refinement) => refinement.as_ref().is_some_and(|refinement| refinement.not_null),
            _ => true,
        }
    }
}
