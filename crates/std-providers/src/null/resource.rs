//! `null_resource`: nothing, with triggers.

use std::sync::LazyLock;

use rand::{Rng, RngExt};
use rinfra_provider::Result;
use rinfra_schema::{Attribute, Block, Schema};
use rinfra_value::{Type, Value};

use crate::object_type::{self, ObjectType, with};

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema {
    version: 0,
    block: Block::new()
        .attribute("id", Attribute::computed(Type::String))
        .attribute("triggers", Attribute::optional(Type::map(Type::String)).force_new()),
    ..Schema::default()
});

/// The resource type `null_resource`.
pub(crate) struct NullResource;

impl ObjectType for NullResource {
    fn name(&self) -> &'static str {
        "null_resource"
    }

    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn make(&self, planned: &Value, dice: &mut dyn Rng) -> Result<Value> {
        if object_type::id(planned).is_some() {
            return Ok(planned.clone());
        }
        // Terraform's ids are positive numbers of 63 bits.
        let id = dice.random_range(0..=i64::MAX);
        Ok(with(planned, [("id", Value::string(id.to_string()))]))
    }
}
