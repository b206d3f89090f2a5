//! `random_shuffle`: a list in random order.

use std::sync::LazyLock;

use rand::Rng;
use rand::seq::SliceRandom;
use rinfra_provider::{PlanRequest, Planned, Result};
use rinfra_schema::{Attribute, Block, Schema};
use rinfra_value::{Type, Value};

use super::{keepers, seed};
use crate::object_type::{self, ObjectType, refused, whole_number, with};

/// What stands where other types have what tells their objects apart.
const ID: &str = "-";
/// The most elements of a result, which may repeat the input.
const LONGEST: i64 = 1 << 20;

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let texts = || Type::list(Type::String);
    Schema {
        version: 0,
        block: Block::new()
            .attribute("id", Attribute::computed(Type::String))
            .attribute(keepers::KEEPERS, keepers::attribute())
            .attribute("input", Attribute::required(texts()).force_new())
            .attribute("result_count", Attribute::optional(Type::Number).force_new())
            .attribute(seed::SEED, seed::attribute())
            .attribute("result", Attribute::computed(texts())),
        ..Schema::default()
    }
});

/// The resource type `random_shuffle`.
pub(crate) struct RandomShuffle;

impl ObjectType for RandomShuffle {
    fn name(&self) -> &'static str {
        "random_shuffle"
    }

    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn plan(&self, request: PlanRequest<'_>) -> Result<Planned> {
        Ok(keepers::plan(request))
    }

    /// Shuffles again and again until there are as many elements as wanted.
    fn make(&self, planned: &Value, dice: &mut dyn Rng) -> Result<Value> {
        if object_type::id(planned).is_some() {
            return Ok(planned.clone());
        }
        let input = planned.attribute("input").and_then(Value::elements).unwrap_or_default();
        let every = i64::try_from(input.len()).unwrap_or(LONGEST);
        let count = whole_number(planned, "result_count").unwrap_or(every);
        if !(0..=LONGEST).contains(&count) {
            return Err(refused(format!("result_count must be at least 0 and at most {LONGEST}.")));
        }
        let count = usize::try_from(count).unwrap_or_default();
        let mut result = Vec::with_capacity(count);
        seed::with_dice(planned, dice, |mut dice| {
            while !input.is_empty() && result.len() < count {
                let mut round = input.to_vec();
                round.shuffle(&mut dice);
                round.truncate(count - result.len());
                result.append(&mut round);
            }
        });
        Ok(with(planned, [("id", Value::string(ID)), ("result", Value::list(Type::String, result))]))
    }
}
