//! The value an instance will have.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_value::{Entries, Path, Type, Value};

use super::fit::{attribute_fits, block_fits, blocks_fit, value_fits};
use super::matching::partners;
use super::recompute::recompute;
use super::zero::is_blank;
use super::{Meaning, attribute_of, part, with_elements, with_entries};
use crate::{Attribute, Block, NestedBlock, Nesting};

/// Returns the value an instance will have: the configuration, completed from what is there.
///
/// `prior` is the object as last observed; `None` on create and for the new object of a replacement. The marks of the
/// configuration are carried over, except those of write-only arguments, which are null here.
///
/// *Assumptions*: both values are of the block's implied type; `prior` is wholly known.
pub fn propose(block: &Block, prior: Option<&Value>, config: &Value) -> Value {
    let (config, mut marks) = config.unmark_deep_with_paths();
    let prior = prior.map(Value::unmark_deep);
    let planned = propose_block(block, prior.as_ref(), &config);
    marks.retain(|(path, _)| !is_write_only(block, path));
    planned.mark_paths(&marks)
}

fn is_write_only(block: &Block, path: &Path) -> bool {
    block.attribute_at(path).is_some_and(|attribute| attribute.write_only)
}

fn propose_block(block: &Block, prior: Option<&Value>, config: &Value) -> Value {
    if config.is_null() || !config.is_known() {
        return config.clone();
    }
    let prior = prior.filter(|it| !it.is_null() && it.is_known());
    let mut planned = BTreeMap::new();
    for (name, attribute) in &block.attributes {
        let before = prior.map(|it| attribute_of(it, name, attribute));
        let config = attribute_of(config, name, attribute);
        planned.insert(Arc::clone(name), propose_attribute(attribute, before.as_deref(), &config));
    }
    for (name, nested) in &block.blocks {
        let before = prior.map(|it| part(it, name, || nested.empty_value()));
        let config = part(config, name, || nested.empty_value());
        planned.insert(Arc::clone(name), propose_blocks(nested, before.as_deref(), &config));
    }
    if let Some(prior) = prior {
        recompute(block, prior, config, &mut planned);
    }
    Value::object(planned)
}

fn propose_attribute(attribute: &Attribute, prior: Option<&Value>, config: &Value) -> Value {
    if attribute.write_only {
        return Value::null(attribute.ty.clone());
    }
    if let Some(prior) = prior.filter(|prior| attribute_fits(attribute, prior, config)) {
        return prior.clone();
    }
    if !config.is_null() {
        return propose_value(Meaning::of(attribute), prior, config);
    }
    match &attribute.default {
        Some(default) => default.clone(),
        None if attribute.presence.is_computed() => Value::unknown(attribute.ty.clone()),
        None => config.clone(),
    }
}

/// Returns `wanted` with what it leaves open taken from `prior`.
fn propose_value(meaning: Meaning<'_>, prior: Option<&Value>, wanted: &Value) -> Value {
    if meaning.is_plain() || wanted.is_null() || !wanted.is_known() {
        return wanted.clone();
    }
    if let Some(prior) = prior.filter(|prior| value_fits(meaning, prior, wanted)) {
        return prior.clone();
    }
    if let Some(elements) = wanted.elements() {
        let old = prior.and_then(Value::elements).unwrap_or_default();
        let fits = |old: &Value, new: &Value| value_fits(meaning, old, new);
        return each_element(wanted, elements, old, fits, |old, new| propose_value(meaning, old, new));
    }
    match (wanted.entries(), wanted.ty(), meaning.object) {
        (Some(_), Type::Object(_), Some(block)) => propose_block(block, prior, wanted),
        (Some(entries), _, _) => {
            each_entry(wanted, entries, prior, |old, new| propose_value(meaning, old, new))
        }
        (None, _, _) => wanted.clone(),
    }
}

fn propose_blocks(nested: &NestedBlock, prior: Option<&Value>, config: &Value) -> Value {
    if !config.is_known() {
        return config.clone();
    }
    if let Some(prior) = prior.filter(|prior| blocks_fit(nested, prior, config)) {
        return prior.clone();
    }
    if is_blank(config) {
        return if nested.computed { Value::unknown(nested.implied_type()) } else { nested.empty_value() };
    }
    let propose = |old: Option<&Value>, new: &Value| propose_block(&nested.block, old, new);
    if let Some(elements) = config.elements() {
        let old = prior.and_then(Value::elements).unwrap_or_default();
        let fits = |old: &Value, new: &Value| block_fits(&nested.block, old, new);
        return each_element(config, elements, old, fits, propose);
    }
    match config.entries() {
        Some(entries) if nested.nesting == Nesting::Map => each_entry(config, entries, prior, propose),
        _ => propose(prior, config),
    }
}

/// Proposes each element: with the one at its position, or in a set with the one it fits.
fn each_element(
    model: &Value,
    wanted: &[Value],
    prior: &[Value],
    fits: impl FnMut(&Value, &Value) -> bool,
    propose: impl Fn(Option<&Value>, &Value) -> Value,
) -> Value {
    let planned = if matches!(model.ty(), Type::Set(_)) {
        let partners = partners(prior, wanted, fits);
        let pick = |(wanted, partner): (&Value, Option<usize>)| match partner {
            Some(index) => prior[index].clone(),
            None => propose(None, wanted),
        };
        wanted.iter().zip(partners).map(pick).collect()
    } else {
        wanted.iter().enumerate().map(|(index, wanted)| propose(prior.get(index), wanted)).collect()
    };
    with_elements(model, planned)
}

fn each_entry(
    model: &Value,
    wanted: &Entries,
    prior: Option<&Value>,
    propose: impl Fn(Option<&Value>, &Value) -> Value,
) -> Value {
    let before = |key: &str| prior.and_then(|it| it.attribute(key));
    let planned = wanted.iter().map(|(key, new)| (Arc::clone(key), propose(before(key), new))).collect();
    with_entries(model, planned)
}
