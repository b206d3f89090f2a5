//! `random_pet`: a random name that people can say.

use std::sync::LazyLock;

use petname::Petnames;
use rand::Rng;
use rinfra_provider::{PlanRequest, Planned, Result};
use rinfra_schema::{Attribute, Block, Schema};
use rinfra_value::{Type, Value};

use super::keepers;
use crate::object_type::{self, ObjectType, refused, text, whole_number, with};

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let chosen = |default: Value, ty| Attribute::optional_computed(ty).force_new().default(default);
    Schema {
        version: 0,
        block: Block::new()
            .attribute("id", Attribute::computed(Type::String))
            .attribute(keepers::KEEPERS, keepers::attribute())
            .attribute("length", chosen(Value::number(2), Type::Number))
            .attribute("prefix", Attribute::optional(Type::String).force_new())
            .attribute("separator", chosen(Value::string("-"), Type::String)),
        ..Schema::default()
    }
});

/// The resource type `random_pet`.
pub(crate) struct RandomPet;

impl ObjectType for RandomPet {
    fn name(&self) -> &'static str {
        "random_pet"
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
        let words = whole_number(planned, "length").and_then(|it| u8::try_from(it).ok()).filter(|it| *it > 0);
        let words = words.ok_or_else(|| refused("length must be at least 1 and at most 255."))?;
        let separator = text(planned, "separator").unwrap_or("-");
        let mut name = String::new();
        if let Some(prefix) = text(planned, "prefix").filter(|it| !it.is_empty()) {
            name.push_str(prefix);
            name.push_str(separator);
        }
        Petnames::default().namer(words, separator).generate_into(&mut name, dice);
        Ok(with(planned, [("id", Value::string(name))]))
    }
}
