//! `random_integer`: a random whole number between two others.

use std::sync::LazyLock;

use rand::{Rng, RngExt};
use rinfra_provider::{PlanRequest, Planned, Result};
use rinfra_schema::{Attribute, Block, Schema};
use rinfra_value::{Type, Value};

use super::{keepers, seed};
use crate::object_type::{self, ObjectType, refused, whole_number, with};

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema {
    version: 0,
    block: Block::new()
        .attribute("id", Attribute::computed(Type::String))
        .attribute(keepers::KEEPERS, keepers::attribute())
        .attribute("min", Attribute::required(Type::Number).force_new())
        .attribute("max", Attribute::required(Type::Number).force_new())
        .attribute(seed::SEED, seed::attribute())
        .attribute("result", Attribute::computed(Type::Number)),
    ..Schema::default()
});

/// The resource type `random_integer`.
pub(crate) struct RandomInteger;

impl ObjectType for RandomInteger {
    fn name(&self) -> &'static str {
        "random_integer"
    }

    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn plan(&self, request: PlanRequest<'_>) -> Result<Planned> {
        let end = |name| whole_number(request.config, name);
        if let (Some(min), Some(max)) = (end("min"), end("max"))
            && min > max
        {
            return Err(refused(format!("min is {min}, which is more than max, {max}.")));
        }
        Ok(keepers::plan(request))
    }

    fn make(&self, planned: &Value, dice: &mut dyn Rng) -> Result<Value> {
        if object_type::id(planned).is_some() {
            return Ok(planned.clone());
        }
        let end = |name: &str| {
            whole_number(planned, name)
                .ok_or_else(|| refused(format!("{name} must be a whole number of 64 bits.")))
        };
        let (min, max) = (end("min")?, end("max")?);
        if min > max {
            return Err(refused(format!("min is {min}, which is more than max, {max}.")));
        }
        let result = seed::with_dice(planned, dice, |dice| dice.random_range(min..=max));
        Ok(with(planned, [("id", Value::string(result.to_string())), ("result", Value::number(result))]))
    }

    fn import(&self, id: &str) -> Result<Value> {
        let form = || refused("the id must be \"RESULT,MIN,MAX\" or \"RESULT,MIN,MAX,SEED\".");
        let parts: Vec<&str> = id.split(',').collect();
        let (numbers, seed) = match parts.as_slice() {
            [result, min, max] => ([result, min, max], None),
            [result, min, max, seed] => ([result, min, max], Some(*seed)),
            _ => return Err(form()),
        };
        let [result, min, max] = numbers.map(|it| it.parse::<i64>().map_err(|_| form()));
        let (result, min, max) = (result?, min?, max?);
        Ok(with(
            &SCHEMA.block.empty_value(),
            [
                ("id", Value::string(result.to_string())),
                ("result", Value::number(result)),
                ("min", Value::number(min)),
                ("max", Value::number(max)),
                (seed::SEED, seed.map_or_else(|| Value::null(Type::String), Value::string)),
            ],
        ))
    }
}
