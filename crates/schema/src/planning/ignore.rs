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
        Ignore::Paths(paths) => paths
            .iter()
            .fold(config.clone(), |config, path| replace(&config, prior, path.steps()).unwrap_or(config)),
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

/// Returns `config` with the part at `steps` as it is in `prior`; `None` when one of them has no such part.
fn replace(config: &Value, prior: &Value, steps: &[PathStep]) -> Option<Value> {
    let Some((step, rest)) = steps.split_first() else { return Some(prior.clone()) };
    match (step, config.ty()) {
        (PathStep::Index(key), Type::List(_) | Type::Tuple(_)) if key.as_str().is_none() => {
            let index = key.as_number()?.to_usize()?;
            let mut elements = config.elements()?.to_vec();
            let element = elements.get_mut(index)?;
            let replaced = replace(element, prior.elements()?.get(index)?, rest)?;
            // A list whose elements are of the same type stays one.
            if matches!(config.ty(), Type::List(_)) && replaced.ty() != element.ty() {
                return None;
            }
            *element = replaced;
            Some(super::with_elements(config, elements))
        }
        (step, Type::Map(element)) if rest.is_empty() => with_key(config, element, &key_of(step)?, prior),
        (step, Type::Map(_) | Type::Object(_)) => {
            let name = key_of(step)?;
            let is_key_of_object = matches!((step, config.ty()), (PathStep::Index(_), Type::Object(_)));
            if is_key_of_object {
                // As in Terraform, which takes the last key of a path for one of a map, and leaves all as it is
                // where it is none; with other keys of objects it finds nothing.
                return rest.is_empty().then(|| prior.clone());
            }
            let mut entries = config.entries()?.to_map();
            let replaced = replace(entries.get(&name)?, prior.attribute(&name)?, rest)?;
            entries.insert(name, replaced);
            Some(with_entries(config, entries.into_iter().collect()))
        }
        _ => None,
    }
}

/// Returns a map with one key as it is in `prior`, or without it.
fn with_key(config: &Value, element: &Type, name: &Arc<str>, prior: &Value) -> Option<Value> {
    if !config.is_known() {
        return None;
    }
    let mut entries = config.entries().map(Entries::to_map).unwrap_or_default();
    match prior.attribute(name) {
        Some(before) => drop(entries.insert(Arc::clone(name), before.clone())),
        None => drop(entries.remove(name)),
    }
    let is_still_null = entries.is_empty() && config.is_null();
    Some(if is_still_null { config.clone() } else { Value::map(element.clone(), entries) })
}

fn key_of(step: &PathStep) -> Option<Arc<str>> {
    match step {
        PathStep::Attribute(name) => Some(Arc::clone(name)),
        PathStep::Index(key) => key.as_str().map(Arc::from),
    }
}
