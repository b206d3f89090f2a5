//! Changes the configuration wants ignored.

use std::sync::Arc;

use rinfra_value::{Entries, Path, PathStep, Type, Value};

use super::with_entries;
use crate::{Block, Presence};

/// Which changes are ignored.
#[derive(Clone, Copy, Debug)]
pub enum Ignore<'a> {
    /// All of them.
    All,
    /// Those at these paths and inside of what is there.
    Paths(&'a [Path]),
}

/// Returns the configuration with everything that is to be ignored taken from the prior object.
///
/// A path may end in the key of a map or the position of a list; a position that is not on both sides is left alone.
/// Applied to a planned value it has the same effect, which undoes what a default would otherwise change under
/// [`Ignore::All`].
pub fn ignore_changes(block: &Block, prior: &Value, config: &Value, ignore: Ignore<'_>) -> Value {
    if prior.is_null() || config.is_null() {
        return config.clone();
    }
    match ignore {
        Ignore::All => everything(block, prior),
        Ignore::Paths(paths) => paths.iter().fold(config.clone(), |config, path| {
            replace(&config, Some(prior), path.steps()).unwrap_or(config)
        }),
    }
}

/// Returns the prior object as if it had been configured.
fn everything(block: &Block, prior: &Value) -> Value {
    let prior = block.complete(prior);
    let entries = prior.entries().into_iter().flatten().map(|(name, value)| {
        let only_computed = block.attributes.get(name).is_some_and(|it| it.presence == Presence::Computed);
        (Arc::clone(name), if only_computed { Value::null(value.ty().clone()) } else { value.clone() })
    });
    Value::object(entries)
}

/// Returns `config` with the part at `steps` as it is in `prior`; `None` when it has no such part.
fn replace(config: &Value, prior: Option<&Value>, steps: &[PathStep]) -> Option<Value> {
    let Some((step, rest)) = steps.split_first() else { return prior.cloned() };
    let (bare, marks) = config.clone().without_marks();
    let replaced = match (step, bare.ty()) {
        (PathStep::Index(key), Type::List(_) | Type::Tuple(_)) => {
            let index = key.as_number()?.to_usize()?;
            let mut elements = bare.elements()?.to_vec();
            let before = prior?.elements()?.get(index);
            *elements.get_mut(index)? = replace(elements.get(index)?, before, rest)?;
            super::with_elements(&bare, elements)
        }
        (step, Type::Map(element)) => {
            if !bare.is_known() {
                return None;
            }
            let name = key_of(step)?;
            let before = prior.and_then(|it| it.attribute(&name));
            let mut entries = bare.entries().map(Entries::to_map).unwrap_or_default();
            match entries.get(&name) {
                Some(value) if !rest.is_empty() => {
                    let value = replace(value, before, rest)?;
                    entries.insert(name, value);
                }
                _ => match before {
                    Some(before) => drop(entries.insert(name, before.clone())),
                    None => drop(entries.remove(&name)),
                },
            }
            if entries.is_empty() && bare.is_null() {
                bare.clone()
            } else {
                Value::map(element.as_ref().clone(), entries)
            }
        }
        (step, Type::Object(_)) => {
            let name = key_of(step)?;
            let mut entries = bare.entries()?.to_map();
            let before = prior.and_then(|it| it.attribute(&name));
            let value = replace(entries.get(&name)?, before, rest)?;
            entries.insert(name, value);
            with_entries(&bare, entries.into_iter().collect())
        }
        _ => return None,
    };
    Some(replaced.with_marks(marks))
}

fn key_of(step: &PathStep) -> Option<Arc<str>> {
    match step {
        PathStep::Attribute(name) => Some(Arc::clone(name)),
        PathStep::Index(key) => key.as_str().map(Arc::from),
    }
}
