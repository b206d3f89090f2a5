//! Arguments that go to the cloud and are never stored.

use std::sync::Arc;

use rinfra_value::Value;

use crate::{Attribute, Block};

/// Returns a planned value with its write-only arguments as they are configured: what a create or update sends.
///
/// The result must not be stored. Blocks are paired by position or label; those in sets have no write-only arguments.
#[must_use]
pub fn with_write_only(block: &Block, planned: &Value, config: &Value) -> Value {
    if !has_write_only(block) {
        return planned.clone();
    }
    let (bare, marks) = planned.clone().without_marks();
    let Some(entries) = bare.entries() else { return planned.clone() };
    let entries = entries.iter().map(|(name, value)| {
        let configured = config.attribute(name);
        let inner = block.blocks.get(name).map(|it| &it.block);
        let filled = match (block.attributes.get(name), configured, inner) {
            (Some(Attribute { write_only: true, .. }), Some(configured), _) => configured.clone(),
            (None, Some(configured), Some(inner)) => each(inner, value, configured),
            _ => value.clone(),
        };
        (Arc::clone(name), filled)
    });
    Value::object(entries).with_marks(marks)
}

fn each(block: &Block, planned: &Value, config: &Value) -> Value {
    let (bare, marks) = planned.clone().without_marks();
    let filled = match (bare.ty(), bare.elements(), bare.entries()) {
        (rinfra_value::Type::Set(_), _, _) => bare,
        (_, Some(elements), _) => {
            let configured = config.elements().unwrap_or_default();
            let fill = |(index, planned): (usize, &Value)| {
                configured
                    .get(index)
                    .map_or_else(|| planned.clone(), |it| with_write_only(block, planned, it))
            };
            super::with_elements(&bare, elements.iter().enumerate().map(fill).collect())
        }
        (rinfra_value::Type::Map(_), _, Some(entries)) => {
            let fill = |(key, planned): (&Arc<str>, &Value)| {
                let configured = config.attribute(key);
                let filled =
                    configured.map_or_else(|| planned.clone(), |it| with_write_only(block, planned, it));
                (Arc::clone(key), filled)
            };
            super::with_entries(&bare, entries.iter().map(fill).collect())
        }
        _ => with_write_only(block, &bare, config),
    };
    filled.with_marks(marks)
}

fn has_write_only(block: &Block) -> bool {
    block.attributes.values().any(|it| it.write_only)
        || block.blocks.values().any(|it| has_write_only(&it.block))
}
