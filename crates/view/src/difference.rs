//! What of an object comes, goes, changes or stays: first as a tree, then as text.
//!
//! The tree is made by [`Block`]s ([`of_block`]) and values ([`of_value`]); [`render`] turns it into lines in
//! Terraform's layout.

mod blocks;
mod encoded;
mod names;
mod quoted;
mod render;
mod sequence;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_schema::Block;
use rinfra_value::{Path, Type, Value};

pub(crate) use names::{Changed, changed};
pub(crate) use render::Painter;

/// What happens to one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Comes,
    Goes,
    Changes,
    Stays,
}

/// How one thing changes.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub(crate) turn: Turn,
    /// Whether it is why the whole object is replaced.
    forces: bool,
    content: Content,
}

/// What there is to show of a difference.
#[derive(Clone, Debug)]
enum Content {
    /// A value on one line, on each side it has one.
    Plain { old: Option<String>, new: Option<String> },
    /// Strings of several lines.
    Lines { old: Option<Arc<str>>, new: Option<Arc<str>> },
    /// Strings that hold JSON or YAML, shown as what they hold: the function that makes them, and of what.
    Encoded(&'static str, Box<Difference>),
    /// What is given to the provider and kept nowhere.
    WriteOnly,
    /// A secret; with what changes about its secrecy.
    Hidden(Option<&'static str>),
    /// A value that only the apply tells, and what it was.
    Unknown(Option<Box<Difference>>),
    /// A value that becomes one of another kind.
    Other { old: Box<Difference>, new: Box<Difference> },
    /// Named members.
    Members { members: BTreeMap<Arc<str>, Difference>, names: Names },
    /// Elements in an order, or none.
    Elements { elements: Vec<Difference>, ordered: bool },
    /// What stands between the braces of a block.
    Block(Body),
}

/// How members are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    /// As the attributes of an object.
    Attributes,
    /// As the keys of a map.
    Keys,
}

/// The attributes and blocks of a block.
#[derive(Clone, Debug, Default)]
struct Body {
    attributes: BTreeMap<Arc<str>, Difference>,
    blocks: BTreeMap<Arc<str>, Vec<Nested>>,
}

/// One nested block.
#[derive(Clone, Debug)]
struct Nested {
    /// Its label, in a map of blocks.
    label: Option<Arc<str>>,
    difference: Difference,
}

/// Returns how an object of a schema changes.
pub(crate) fn of_block(
    block: &Block,
    old: Option<&Value>,
    new: Option<&Value>,
    replace_paths: &[Path],
) -> Difference {
    blocks::compare(block, old, new, &Path::root(), replace_paths)
}

/// Returns how a value of no particular type changes, such as that of an output.
pub(crate) fn of_value(old: Option<&Value>, new: Option<&Value>) -> Difference {
    values::Comparison::new(&[]).compare(&Type::Dynamic, old, new, &Path::root())
}

/// Returns a value that stays as it is, with the types it has.
pub(crate) fn of_known(value: &Value) -> Difference {
    values::Comparison::new(&[]).compare(value.ty(), Some(value), Some(value), &Path::root())
}
