//! What an instance will be, and how that differs from what is there.
//!
//! All of it follows from the schema. The rules are Terraform's, with the habits of its older plugin SDK, which the
//! AWS provider is written with and configurations rely on:
//! - a computed attribute the configuration leaves open keeps its prior value, or is unknown on create;
//! - an argument without a value and a stored zero (`""`, `0`, `false`, nothing in a collection) are the same;
//! - two texts that mean the same are the same, and the stored one stays;
//! - nested blocks are compared by position, by label, or, in sets, with the stored element that the configuration
//!   would not change.
//!
//! A replacement is proposed with no prior value. Nothing here looks at marks, except that a proposal carries those
//! of the configuration.

mod difference;
mod fit;
mod ignore;
mod matching;
mod propose;
mod read;
mod recompute;
mod sensitive;
mod write_only;
mod zero;

pub use difference::{Difference, difference};
pub use ignore::{Ignore, ignore_changes};
pub use propose::propose;
pub use read::{merge_read, without_unknowns};
pub use sensitive::{mark_sensitive, sensitive_paths};
pub use write_only::with_write_only;

use std::borrow::Cow;

use rinfra_value::{Entries, Value};

use crate::{Attribute, Block, Equality};

/// What a value means beyond its type.
#[derive(Clone, Copy)]
struct Meaning<'a> {
    equality: Equality,
    object: Option<&'a Block>,
}

impl<'a> Meaning<'a> {
    fn of(attribute: &'a Attribute) -> Self {
        Self { equality: attribute.equality, object: attribute.object.as_deref() }
    }

    fn is_plain(self) -> bool {
        matches!(self.equality, Equality::Exact) && self.object.is_none()
    }
}

/// Returns a part of an object, or `otherwise` where the object was made before it had such a part.
fn part<'a>(object: &'a Value, name: &str, otherwise: impl FnOnce() -> Value) -> Cow<'a, Value> {
    object.attribute(name).map_or_else(|| Cow::Owned(otherwise()), Cow::Borrowed)
}

fn attribute_of<'a>(object: &'a Value, name: &str, attribute: &Attribute) -> Cow<'a, Value> {
    part(object, name, || Value::null(attribute.ty.clone()))
}

/// Returns a list, set or tuple like `model` with other elements.
fn with_elements(model: &Value, elements: Vec<Value>) -> Value {
    match (model.ty(), model.ty().element_type()) {
        (rinfra_value::Type::Set(_), Some(element)) => Value::set(element.clone(), elements),
        (_, Some(element)) => Value::list(element.clone(), elements),
        (_, None) => Value::tuple(elements),
    }
}

/// Returns a map or object like `model` with other entries.
fn with_entries(model: &Value, entries: Entries) -> Value {
    match model.ty().element_type() {
        Some(element) => Value::map(element.clone(), entries),
        None => Value::object(entries),
    }
}
