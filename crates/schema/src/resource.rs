//! A whole resource type or data source.

use std::time::Duration;

use rinfra_value::Type;

use crate::{Attribute, Block, NestedBlock, Nesting};

/// What a resource type or data source is.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// The version of the stored object's shape.
    pub version: u64,
    /// What it holds.
    pub block: Block,
    /// How long its operations may take.
    pub timeouts: Timeouts,
}

/// How long the operations of a type may take; `None` where the configuration cannot say.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Timeouts {
    /// Until a created object is usable.
    pub create: Option<Duration>,
    /// Until an object is read.
    pub read: Option<Duration>,
    /// Until a change took effect.
    pub update: Option<Duration>,
    /// Until an object is gone.
    pub delete: Option<Duration>,
}

impl Timeouts {
    /// Returns the `timeouts` block with which a configuration changes them, if there is anything to change.
    pub fn block(&self) -> Option<NestedBlock> {
        let named =
            [("create", self.create), ("read", self.read), ("update", self.update), ("delete", self.delete)];
        let mut block = Block::new();
        for (name, _) in named.into_iter().filter(|(_, timeout)| timeout.is_some()) {
            block = block.attribute(name, Attribute::optional(Type::String).local());
        }
        (!block.attributes.is_empty()).then(|| NestedBlock::new(Nesting::Single, block))
    }
}
