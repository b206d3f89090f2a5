//! `random_uuid`: a random UUID of version 4.

use std::sync::LazyLock;

use rand::{Rng, RngExt};
use rinfra_provider::{PlanRequest, Planned, Result};
use rinfra_schema::{Attribute, Block, Schema};
use rinfra_value::{Type, Value};

use super::keepers;
use crate::object_type::{self, ObjectType, refused, with};

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema {
    version: 0,
    block: Block::new()
        .attribute("id", Attribute::computed(Type::String))
        .attribute(keepers::KEEPERS, keepers::attribute())
        .attribute("result", Attribute::computed(Type::String)),
    ..Schema::default()
});

/// The resource type `random_uuid`.
pub(crate) struct RandomUuid;

impl ObjectType for RandomUuid {
    fn name(&self) -> &'static str {
        "random_uuid"
    }

    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn plan(&self, request: PlanRequest<'_>) -> Result<Planned> {
        Ok(keepers::plan(request))
    }

    fn make(&self, planned: &Value, dice: &mut dyn Rng) -> Result<Value> {
        if object_type::id(planned).is_some() {
            return Ok(planned.clone());
        }
        Ok(of(planned, uuid::Builder::from_random_bytes(dice.random()).into_uuid()))
    }

    fn import(&self, id: &str) -> Result<Value> {
        let uuid =
            uuid::Uuid::try_parse(id).map_err(|error| refused(format!("{id:?} is no UUID: {error}")))?;
        Ok(of(&SCHEMA.block.empty_value(), uuid))
    }
}

fn of(object: &Value, uuid: uuid::Uuid) -> Value {
    let text = Value::string(uuid.to_string());
    with(object, [("id", text.clone()), ("result", text)])
}
