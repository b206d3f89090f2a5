//! Computed attributes whose value follows from another argument.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_value::Value;

use super::zero::is_blank;
use crate::{Attribute, Block};

/// Makes computed attributes unknown when an argument they follow from changes, and what follows from them in turn.
pub(super) fn recompute(
    block: &Block,
    prior: &Value,
    config: &Value,
    planned: &mut BTreeMap<Arc<str>, Value>,
) {
    loop {
        let affected: Vec<_> = block
            .attributes
            .iter()
            .filter(|(name, attribute)| {
                is_open(attribute, name, config)
                    && planned.get(*name).is_some_and(Value::is_known)
                    && attribute.recomputed_by.iter().any(|cause| has_changed(cause, prior, planned))
            })
            .map(|(name, attribute)| (Arc::clone(name), Value::unknown(attribute.ty.clone())))
            .collect();
        if affected.is_empty() {
            return;
        }
        planned.extend(affected);
    }
}

/// Returns true when the cloud chooses the attribute's value.
fn is_open(attribute: &Attribute, name: &str, config: &Value) -> bool {
    attribute.presence.is_computed() && config.attribute(name).is_none_or(Value::is_null)
}

fn has_changed(name: &str, prior: &Value, planned: &BTreeMap<Arc<str>, Value>) -> bool {
    match (prior.attribute(name), planned.get(name)) {
        (Some(before), Some(after)) => before != after && !(is_blank(before) && is_blank(after)),
        (None, Some(after)) => !is_blank(after),
        (_, None) => false,
    }
}
