//! Whether a schema makes sense.
//!
//! Schemas are written by hand, so every table of types has a test that finds no problem in any of them.

use std::sync::Arc;

use rinfra_value::{Type, convert};

use crate::{Attribute, Block, NestedBlock, Nesting, Presence, Rules, Schema};

impl Schema {
    /// Returns what contradicts itself in the schema, one line for each contradiction.
    pub fn problems(&self) -> Vec<String> {
        self.block.problems()
    }
}

impl Block {
    /// Returns what contradicts itself in the block and in those inside, one line for each contradiction.
    pub fn problems(&self) -> Vec<String> {
        let mut found = Problems::default();
        found.block(self, "");
        found.0
    }
}

#[derive(Default)]
struct Problems(Vec<String>);

impl Problems {
    fn block(&mut self, block: &Block, path: &str) {
        for (name, attribute) in &block.attributes {
            let path = format!("{path}.{name}");
            if block.blocks.contains_key(name) {
                self.0.push(format!("{path} is both an attribute and a block"));
            }
            self.attribute(attribute, &path);
            self.siblings(block, &attribute.rules, &path);
            self.names(block, &attribute.recomputed_by, "recomputed_by", &path);
        }
        for (name, nested) in &block.blocks {
            let path = format!("{path}.{name}");
            self.nested(nested, &path);
            self.siblings(block, &nested.rules, &path);
        }
    }

    fn attribute(&mut self, attribute: &Attribute, path: &str) {
        let Attribute { ty, presence, .. } = attribute;
        let mut claim = |holds: bool, otherwise: &str| {
            if !holds {
                self.0.push(format!("{path} {otherwise}"));
            }
        };
        if let Some(default) = &attribute.default {
            claim(*presence == Presence::Optional, "has a default, so it must be optional and not computed");
            claim(convert::convert(default, ty).as_ref() == Ok(default), "has a default of another type");
        }
        claim(
            attribute.recomputed_by.is_empty() || presence.is_computed(),
            "is recomputed although it is not computed",
        );
        claim(
            !attribute.force_new || presence.is_configurable(),
            "cannot be set, so it cannot force a new object",
        );
        claim(!attribute.write_only || !presence.is_computed(), "is write-only, so it cannot be computed");
        claim(!(attribute.write_only && attribute.local), "is both write-only and local");
        claim(
            attribute.choices.is_empty() || innermost(ty) == &Type::String,
            "has choices although it is no text",
        );
        let bounds = &attribute.bounds;
        let unbounded = bounds.least.is_none() && bounds.greatest.is_none();
        claim(unbounded || innermost(ty) == &Type::Number, "has bounds although it is no number");
        if let Some(object) = &attribute.object {
            claim(innermost(ty) == &object.implied_type(), "has objects of another type");
            self.block(object, path);
        }
    }

    fn nested(&mut self, nested: &NestedBlock, path: &str) {
        if nested.max.is_some_and(|max| max < nested.min) {
            self.0.push(format!("{path} has a minimum above its maximum"));
        }
        if nested.nesting == Nesting::Set && nested.block.implied_type().has_dynamic() {
            self.0.push(format!("{path} is a set, so its elements must have one type"));
        }
        if nested.computed && nested.min > 0 {
            self.0.push(format!("{path} is both required and computed"));
        }
        self.block(&nested.block, path);
    }

    fn siblings(&mut self, block: &Block, rules: &Rules, path: &str) {
        self.names(block, &rules.conflicts_with, "conflicts_with", path);
        self.names(block, &rules.exactly_one_of, "exactly_one_of", path);
        self.names(block, &rules.at_least_one_of, "at_least_one_of", path);
        self.names(block, &rules.required_with, "required_with", path);
    }

    fn names(&mut self, block: &Block, names: &[Arc<str>], rule: &str, path: &str) {
        for name in names.iter().filter(|name| !block.has(name)) {
            self.0.push(format!("{path} names {name} in {rule}, which does not exist"));
        }
    }
}

/// Returns the type inside of all collections.
fn innermost(ty: &Type) -> &Type {
    ty.element_type().map_or(ty, innermost)
}
