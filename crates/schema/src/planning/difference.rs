//! How a planned value differs from what is there.

use std::collections::BTreeSet;

use rinfra_value::{Path, Type, Value};

use super::zero::{is_blank, is_zero};
use super::{attribute_of, part};
use crate::{Attribute, Block, NestedBlock, Nesting};

/// How a planned value differs from the prior one.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Difference {
    /// What will change: attributes, also of blocks; whole blocks that come or go; whole sets.
    pub changed: Vec<Path>,
    /// What of it needs a new object.
    pub replace: Vec<Path>,
}

impl Difference {
    /// Returns true when nothing will change.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty()
    }
}

/// Returns how `planned` differs from `prior`. Marks do not matter; what is not known yet differs from what is.
///
/// *Assumptions*: both values are of the block's implied type, `prior` wholly known.
pub fn difference(block: &Block, prior: &Value, planned: &Value) -> Difference {
    let mut found = Difference::default();
    found.block(block, &Path::root(), &prior.unmark_deep(), &planned.unmark_deep());
    found
}

impl Difference {
    fn block(&mut self, block: &Block, path: &Path, prior: &Value, planned: &Value) {
        for (name, attribute) in &block.attributes {
            let before = attribute_of(prior, name, attribute);
            let after = attribute_of(planned, name, attribute);
            if before != after {
                self.attribute(attribute, path.attribute(name.as_ref()), &before, &after);
            }
        }
        for (name, nested) in &block.blocks {
            let before = part(prior, name, || nested.empty_value());
            let after = part(planned, name, || nested.empty_value());
            if before != after && !(is_blank(&before) && is_blank(&after)) {
                self.blocks(nested, &path.attribute(name.as_ref()), &before, &after);
            }
        }
    }

    fn attribute(&mut self, attribute: &Attribute, path: Path, before: &Value, after: &Value) {
        let inside = || attribute.object.as_deref().is_some_and(|block| needs_new(block, before, after));
        if attribute.force_new || inside() {
            self.replace.push(path.clone());
        }
        self.changed.push(path);
    }

    fn blocks(&mut self, nested: &NestedBlock, path: &Path, before: &Value, after: &Value) {
        let replace = self.replace.len();
        match (before.elements(), after.elements()) {
            (Some(_), Some(_)) if matches!(after.ty(), Type::Set(_)) => {
                self.changed.push(path.clone());
                if needs_new(&nested.block, before, after) {
                    self.replace.push(path.clone());
                }
            }
            (Some(before), Some(after)) => {
                for index in 0..before.len().max(after.len()) {
                    self.one(nested, path.position(index), before.get(index), after.get(index));
                }
            }
            _ if nested.nesting == Nesting::Map => match (before.entries(), after.entries()) {
                (Some(before), Some(after)) => {
                    for key in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
                        self.one(nested, path.index(key.as_ref()), before.get(key), after.get(key));
                    }
                }
                _ => self.changed.push(path.clone()),
            },
            _ if before.entries().is_some() || after.entries().is_some() => {
                let there = |it: &&Value| !it.is_null();
                self.one(nested, path.clone(), Some(before).filter(there), Some(after).filter(there));
            }
            _ => self.changed.push(path.clone()),
        }
        if nested.force_new {
            self.replace.truncate(replace);
            self.replace.push(path.clone());
        }
    }

    /// One block that changes, comes or goes.
    fn one(&mut self, nested: &NestedBlock, path: Path, before: Option<&Value>, after: Option<&Value>) {
        match (before, after) {
            (Some(before), Some(after)) if before.is_known() && after.is_known() => {
                self.block(&nested.block, &path, before, after);
            }
            (Some(only), None) | (None, Some(only)) => {
                let named = self.replace.len();
                self.replace.extend(decisive(&nested.block, only).map(|name| path.attribute(name)));
                if self.replace.len() == named && comes_or_goes(&nested.block, only) {
                    self.replace.push(path.clone());
                }
                self.changed.push(path);
            }
            _ => self.changed.push(path),
        }
    }
}

/// Returns the attributes of a block that comes or goes which for that reason need a new object.
fn decisive<'a>(block: &'a Block, only: &'a Value) -> impl Iterator<Item = &'a str> {
    block.attributes.iter().filter_map(|(name, attribute)| {
        let set = only.attribute(name).is_some_and(|it| !is_zero(it));
        (attribute.force_new && set).then_some(name.as_ref())
    })
}

/// Returns true when a change of objects held in values of any shape needs a new object.
fn needs_new(block: &Block, before: &Value, after: &Value) -> bool {
    if before == after {
        return false;
    }
    if let (Some(old), Some(new)) = (before.elements(), after.elements()) {
        return if matches!(after.ty(), Type::Set(_)) {
            // An element of a set that changes is one that goes and another that comes.
            let alone = |these: &[Value], others: &[Value]| {
                let others: BTreeSet<_> = others.iter().collect();
                these.iter().any(|it| !others.contains(it) && comes_or_goes(block, it))
            };
            alone(old, new) || alone(new, old)
        } else {
            (0..old.len().max(new.len())).any(|index| match (old.get(index), new.get(index)) {
                (Some(old), Some(new)) => needs_new(block, old, new),
                (Some(only), None) | (None, Some(only)) => comes_or_goes(block, only),
                (None, None) => false,
            })
        };
    }
    match (before.entries(), after.entries(), after.ty()) {
        (Some(_), Some(_), Type::Object(_)) => {
            let mut inside = Difference::default();
            inside.block(block, &Path::root(), before, after);
            !inside.replace.is_empty()
        }
        (Some(old), Some(new), _) => {
            old.keys().chain(new.keys()).any(|key| match (old.get(key), new.get(key)) {
                (Some(old), Some(new)) => needs_new(block, old, new),
                (Some(only), None) | (None, Some(only)) => comes_or_goes(block, only),
                (None, None) => false,
            })
        }
        _ => [before, after].into_iter().any(|it| contents(it).any(|it| comes_or_goes(block, it))),
    }
}

/// Returns the objects a value holds when the other side of the comparison is null or unknown.
fn contents(value: &Value) -> impl Iterator<Item = &Value> {
    let object = matches!(value.ty(), Type::Object(_)) && value.entries().is_some();
    value.elements().unwrap_or_default().iter().chain(object.then_some(value))
}

fn comes_or_goes(block: &Block, only: &Value) -> bool {
    decisive(block, only).next().is_some()
        || block.blocks.iter().any(|(name, nested)| {
            let inner = only.attribute(name);
            inner.is_some_and(|it| {
                !is_blank(it) && (nested.force_new || contents(it).any(|it| comes_or_goes(&nested.block, it)))
            })
        })
}
