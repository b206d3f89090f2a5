//! A value: a type, what it holds, and its marks.

use crate::{Entries, Marks, Number, Refinement, Type};
use std::fmt;
use std::sync::Arc;

mod construction;
mod inspection;
mod marking;
mod refining;
mod structure;

pub(crate) use construction::normalized;

/// A value of Terraform's type system, known, null or unknown, possibly marked.
///
/// Cloning copies a few words. `==` is identity of content: type, marks, nullness and unknownness included; the
/// language's own `==` is [`equality::equals`](crate::equality::equals). The order of values has no meaning beyond
/// being total.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Value {
    ty: Type,
    payload: Payload,
    marks: Marks,
    summary: Summary,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Payload {
    Null,
    Unknown(Option<Arc<Refinement>>),
    String(Arc<str>),
    Number(Number),
    Bool(bool),
    /// Elements of a list, set or tuple, in order of iteration.
    Elements(Arc<[Value]>),
    /// Entries of a map, attributes of an object.
    Entries(Entries),
}

/// What holds anywhere inside a value, so that the frequent questions need no walk.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Summary {
    marks: Marks,
    unknown: bool,
    depth: u16,
    size: u32,
}

impl Summary {
    fn of<'a>(children: impl IntoIterator<Item = &'a Value>) -> Self {
        let whole = Self { depth: 1, size: 1, ..Self::default() };
        children.into_iter().fold(whole, |summary, child| Self {
            marks: summary.marks | child.summary.marks,
            unknown: summary.unknown || child.summary.unknown,
            depth: summary.depth.max(child.summary.depth.saturating_add(1)),
            size: summary.size.saturating_add(child.summary.size),
        })
    }

    /// Returns the summary of a value of which a type is all there is.
    fn of_type(ty: &Type) -> Self {
        Self { depth: depth_of(ty), size: 1, ..Self::default() }
    }

    /// Returns the summary of a collection, which is as deep as its type even if it is empty.
    fn of_collection<'a>(element: &Type, children: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut summary = Self::of(children);
        if summary.size == 1 {
            summary.depth = depth_of(element).saturating_add(1);
        }
        summary
    }
}

/// Returns how deep a type nests; all that is deeper than values may be is the same.
fn depth_of(ty: &Type) -> u16 {
    u16::try_from(ty.depth()).unwrap_or(u16::MAX)
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.payload {
            Payload::Null => write!(f, "null({})", self.ty)?,
            Payload::Unknown(None) => write!(f, "unknown({})", self.ty)?,
            Payload::Unknown(Some(refinement)) => write!(f, "unknown({}, {refinement:?})", self.ty)?,
            // A secret in a debug message is a leak like any other.
            _ if self.marks.contains(Marks::SENSITIVE) => write!(f, "sensitive({})", self.ty)?,
            Payload::String(text) => write!(f, "{text:?}")?,
            Payload::Number(number) => write!(f, "{number}")?,
            Payload::Bool(truth) => write!(f, "{truth}")?,
            Payload::Elements(elements) => {
                match &self.ty {
                    Type::Tuple(_) => {}
                    ty => write!(f, "{ty}")?,
                }
                f.debug_list().entries(elements.iter()).finish()?;
            }
            Payload::Entries(entries) => {
                match &self.ty {
                    Type::Object(_) => {}
                    ty => write!(f, "{ty}")?,
                }
                f.debug_map().entries(entries.iter()).finish()?;
            }
        }
        if self.marks.is_empty() { Ok(()) } else { write!(f, "{:?}", self.marks) }
    }
}
