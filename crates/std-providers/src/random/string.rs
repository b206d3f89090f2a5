//! `random_string`: a random text that is no secret.

use std::sync::LazyLock;

use rand::Rng;
use rinfra_provider::{PlanRequest, Planned, Result};
use rinfra_schema::{Attribute, Schema};
use rinfra_value::{Type, Value};

use super::characters;
use crate::object_type::{self, ObjectType, with};

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema {
    version: 2,
    block: characters::block(Attribute::computed(Type::String)),
    ..Schema::default()
});

/// The resource type `random_string`.
pub(crate) struct RandomString;

impl ObjectType for RandomString {
    fn name(&self) -> &'static str {
        "random_string"
    }

    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn upgrade(&self, stored: Value) -> Result<Value> {
        Ok(characters::upgraded(&SCHEMA.block, &stored))
    }

    fn plan(&self, request: PlanRequest<'_>) -> Result<Planned> {
        characters::plan(request)
    }

    fn make(&self, planned: &Value, dice: &mut dyn Rng) -> Result<Value> {
        if object_type::id(planned).is_some() {
            return Ok(planned.clone());
        }
        let drawn = Value::string(characters::draw(planned, dice)?);
        Ok(with(planned, [("id", drawn.clone()), ("result", drawn)]))
    }

    fn import(&self, id: &str) -> Result<Value> {
        Ok(with(&characters::imported(&SCHEMA.block, id), [("id", Value::string(id))]))
    }
}
