//! Whether a stored value already is what the configuration asks for.

use rinfra_value::{Type, Value};

use super::matching::partners;
use super::zero::{is_blank, is_zero};
use super::{Meaning, attribute_of, part};
use crate::{Attribute, Block, NestedBlock};

/// Returns true when the stored object is what the block asks for, and nothing would change.
pub(super) fn block_fits(block: &Block, prior: &Value, config: &Value) -> bool {
    if prior.is_null() || config.is_null() || !config.is_known() {
        return prior.is_null() && config.is_null();
    }
    block.attributes.iter().all(|(name, attribute)| {
        attribute_fits(
            attribute,
            &attribute_of(prior, name, attribute),
            &attribute_of(config, name, attribute),
        )
    }) && block.blocks.iter().all(|(name, nested)| {
        let empty = || nested.empty_value();
        blocks_fit(nested, &part(prior, name, empty), &part(config, name, empty))
    })
}

/// Returns true when the stored attribute is what the configuration asks for.
pub(super) fn attribute_fits(attribute: &Attribute, prior: &Value, config: &Value) -> bool {
    if attribute.write_only {
        return prior.is_null();
    }
    if !config.is_null() {
        return value_fits(Meaning::of(attribute), prior, config);
    }
    match &attribute.default {
        Some(default) => value_fits(Meaning::of(attribute), prior, default),
        None => attribute.presence.is_computed() || is_zero(prior),
    }
}

/// Returns true when the stored value is the wanted one, which is not null.
pub(super) fn value_fits(meaning: Meaning<'_>, prior: &Value, wanted: &Value) -> bool {
    if !wanted.is_wholly_known() {
        return false;
    }
    if prior == wanted {
        return true;
    }
    if prior.is_null() || wanted.is_null() {
        return is_blank(wanted) && is_blank(prior);
    }
    if let (Some(prior), Some(wanted)) = (prior.as_str(), wanted.as_str()) {
        return meaning.equality.same(prior, wanted);
    }
    if let (Some(old), Some(new)) = (prior.elements(), wanted.elements()) {
        return old.len() == new.len()
            && if matches!(wanted.ty(), Type::Set(_)) {
                partners(old, new, |old, new| value_fits(meaning, old, new)).iter().all(Option::is_some)
            } else {
                old.iter().zip(new).all(|(old, new)| value_fits(meaning, old, new))
            };
    }
    match (prior.entries(), wanted.entries(), wanted.ty()) {
        (Some(_), Some(_), Type::Object(_)) if meaning.object.is_some() => {
            meaning.object.is_some_and(|block| block_fits(block, prior, wanted))
        }
        (Some(old), Some(new), Type::Object(_)) => new.iter().all(|(name, new)| match old.get(name) {
            Some(old) => (new.is_null() && is_zero(old)) || value_fits(meaning, old, new),
            None => new.is_null(),
        }),
        (Some(old), Some(new), _) => {
            old.len() == new.len()
                && new.iter().all(|(key, new)| old.get(key).is_some_and(|old| value_fits(meaning, old, new)))
        }
        _ => false,
    }
}

/// Returns true when the stored blocks are what the configuration asks for.
pub(super) fn blocks_fit(nested: &NestedBlock, prior: &Value, config: &Value) -> bool {
    if !config.is_known() {
        return false;
    }
    if is_blank(config) {
        return nested.computed || is_blank(prior);
    }
    let fits = |old: &Value, new: &Value| block_fits(&nested.block, old, new);
    if let (Some(old), Some(new)) = (prior.elements(), config.elements()) {
        return old.len() == new.len()
            && if matches!(config.ty(), Type::Set(_)) {
                partners(old, new, fits).iter().all(Option::is_some)
            } else {
                old.iter().zip(new).all(|(old, new)| fits(old, new))
            };
    }
    match (prior.entries(), config.entries(), nested.nesting) {
        (Some(old), Some(new), crate::Nesting::Map) => {
            old.len() == new.len()
                && new.iter().all(|(key, new)| old.get(key).is_some_and(|old| fits(old, new)))
        }
        (Some(_), Some(_), _) => fits(prior, config),
        _ => false,
    }
}
