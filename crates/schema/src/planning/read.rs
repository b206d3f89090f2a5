//! What a read tells, seen in the light of what was known before.

use std::sync::Arc;

use rinfra_value::{Entries, Type, Value};

use super::matching::partners;
use super::zero::{is_blank, is_zero};
use super::{Meaning, attribute_of, part, with_elements, with_entries};
use crate::{Attribute, Block, NestedBlock, Nesting};

/// Returns what a read found, with everything in it that only looks different as it was known before.
///
/// - Arguments the cloud does not tell keep their value; on import they have their default.
/// - A text that means the same stays as it was written.
/// - An argument that was null and reads as `""`, `0`, `false` or empty stays null, and the other way round.
///
/// `prior` is the stored object, or the planned one after an apply ([`without_unknowns`]); `None` on import. What the
/// read leaves out counts as null.
pub fn merge_read(block: &Block, prior: Option<&Value>, read: &Value) -> Value {
    let prior = prior.map(Value::unmark_deep);
    merge_block(block, prior.as_ref(), read)
}

/// Returns a planned value with null where it was unknown: what is stored of an object before it is read.
#[must_use]
pub fn without_unknowns(block: &Block, planned: &Value) -> Value {
    let known = planned.without_unknowns();
    let Some(entries) = known.entries() else { return known };
    let entries = entries.iter().map(|(name, value)| {
        let value = match block.blocks.get(name) {
            Some(nested) if value.is_null() => nested.empty_value(),
            _ => value.clone(),
        };
        (Arc::clone(name), value)
    });
    Value::object(entries).with_marks(known.marks())
}

fn merge_block(block: &Block, prior: Option<&Value>, read: &Value) -> Value {
    if read.is_null() {
        return read.clone();
    }
    let prior = prior.filter(|it| !it.is_null());
    let mut merged = Vec::with_capacity(block.attributes.len() + block.blocks.len());
    for (name, attribute) in &block.attributes {
        let before = prior.map(|it| attribute_of(it, name, attribute));
        let value = merge_attribute(attribute, before.as_deref(), &attribute_of(read, name, attribute));
        merged.push((Arc::clone(name), value));
    }
    for (name, nested) in &block.blocks {
        let before = prior.map(|it| part(it, name, || nested.empty_value()));
        let value = merge_blocks(nested, before.as_deref(), &part(read, name, || nested.empty_value()));
        merged.push((Arc::clone(name), value));
    }
    Value::object(merged).with_marks(read.marks())
}

fn merge_attribute(attribute: &Attribute, prior: Option<&Value>, read: &Value) -> Value {
    if attribute.write_only {
        return Value::null(attribute.ty.clone());
    }
    let Some(prior) = prior else {
        return match &attribute.default {
            Some(default) if attribute.local && read.is_null() => default.clone(),
            _ => read.clone(),
        };
    };
    let may_stay_null = !attribute.presence.is_computed() && attribute.default.is_none();
    let says_nothing =
        if prior.is_null() { may_stay_null && is_zero(read) } else { read.is_null() && is_zero(prior) };
    if attribute.local || says_nothing {
        return prior.clone();
    }
    merge_value(Meaning::of(attribute), prior, read)
}

/// Returns `read` with everything in it that means the same as it was in `prior`.
fn merge_value(meaning: Meaning<'_>, prior: &Value, read: &Value) -> Value {
    if meaning.is_plain() || prior.is_null() || read.is_null() || prior == read {
        return read.clone();
    }
    if let (Some(before), Some(now)) = (prior.as_str(), read.as_str()) {
        return if meaning.equality.same(before, now) { prior.clone() } else { read.clone() };
    }
    let merge = |prior: &Value, read: &Value| merge_value(meaning, prior, read);
    if let (Some(before), Some(now)) = (prior.elements(), read.elements()) {
        return merge_elements(read, before, now, merge);
    }
    match (read.entries(), read.ty(), meaning.object) {
        (Some(_), Type::Object(_), Some(block)) => merge_block(block, Some(prior), read),
        (Some(entries), _, _) => merge_entries(read, prior, entries, |prior, read| {
            prior.map_or_else(|| read.clone(), |prior| merge(prior, read))
        }),
        (None, _, _) => read.clone(),
    }
}

fn merge_blocks(nested: &NestedBlock, prior: Option<&Value>, read: &Value) -> Value {
    if is_blank(read) {
        return match prior {
            Some(prior) if is_blank(prior) || is_local(&nested.block) => prior.clone(),
            _ => nested.empty_value(),
        };
    }
    let Some(prior) = prior.filter(|it| !it.is_null()) else { return read.clone() };
    let merge = |prior: &Value, read: &Value| merge_block(&nested.block, Some(prior), read);
    if let (Some(before), Some(now)) = (prior.elements(), read.elements()) {
        return merge_elements(read, before, now, merge);
    }
    match read.entries() {
        Some(entries) if nested.nesting == Nesting::Map => {
            merge_entries(read, prior, entries, |prior, read| merge_block(&nested.block, prior, read))
        }
        Some(_) => merge(prior, read),
        None => read.clone(),
    }
}

/// Merges each element: with the one at its position, or in a set with one that means the same.
fn merge_elements(
    model: &Value,
    before: &[Value],
    now: &[Value],
    merge: impl Fn(&Value, &Value) -> Value,
) -> Value {
    let merged = if matches!(model.ty(), Type::Set(_)) {
        let partners = partners(before, now, |before, now| merge(before, now) == *before);
        let pick =
            |(now, partner): (&Value, Option<usize>)| partner.map_or(now, |index| &before[index]).clone();
        now.iter().zip(partners).map(pick).collect()
    } else {
        let at = |(index, now): (usize, &Value)| {
            before.get(index).map_or_else(|| now.clone(), |it| merge(it, now))
        };
        now.iter().enumerate().map(at).collect()
    };
    with_elements(model, merged)
}

fn merge_entries(
    model: &Value,
    prior: &Value,
    entries: &Entries,
    merge: impl Fn(Option<&Value>, &Value) -> Value,
) -> Value {
    let merged = entries.iter().map(|(key, now)| (Arc::clone(key), merge(prior.attribute(key), now)));
    with_entries(model, merged.collect())
}

/// Returns true when the cloud tells nothing of what the block holds, as for `timeouts`.
fn is_local(block: &Block) -> bool {
    block.attributes.values().all(|it| it.local) && block.blocks.values().all(|it| is_local(&it.block))
}
