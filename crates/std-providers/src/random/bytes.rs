//! `random_bytes`: random bytes that are a secret.

use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rand::Rng;
use rinfra_provider::{PlanRequest, Planned, Result};
use rinfra_schema::{Attribute, Block, Schema};
use rinfra_value::{Type, Value};

use super::keepers;
use crate::object_type::{ObjectType, refused, text, whole_number, with};

/// The most bytes that are drawn.
const MOST_BYTES: i64 = 1 << 20;
/// What stands for its identity: the type has no id, and its bytes are secret.
const IDENTITY: &str = "none";

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let secret = || Attribute::computed(Type::String).sensitive();
    Schema {
        version: 0,
        block: Block::new()
            .attribute(keepers::KEEPERS, keepers::attribute())
            .attribute("length", Attribute::required(Type::Number).force_new())
            .attribute("base64", secret())
            .attribute("hex", secret()),
        ..Schema::default()
    }
});

/// The resource type `random_bytes`.
pub(crate) struct RandomBytes;

impl ObjectType for RandomBytes {
    fn name(&self) -> &'static str {
        "random_bytes"
    }

    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn identity(&self, _object: &Value) -> Option<String> {
        Some(IDENTITY.to_owned())
    }

    fn plan(&self, request: PlanRequest<'_>) -> Result<Planned> {
        if whole_number(request.config, "length").is_some_and(|it| !(1..=MOST_BYTES).contains(&it)) {
            return Err(refused(format!("length must be at least 1 and at most {MOST_BYTES}.")));
        }
        Ok(keepers::plan(request))
    }

    fn make(&self, planned: &Value, dice: &mut dyn Rng) -> Result<Value> {
        if text(planned, "base64").is_some() {
            return Ok(planned.clone());
        }
        let length = whole_number(planned, "length").filter(|it| (1..=MOST_BYTES).contains(it));
        let length = length.ok_or_else(|| refused("length must be a whole number above 0."))?;
        let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
        dice.fill_bytes(&mut bytes);
        Ok(spelled(planned, &bytes))
    }

    fn import(&self, id: &str) -> Result<Value> {
        let bytes = BASE64_STANDARD.decode(id);
        let bytes = bytes.map_err(|error| refused(format!("the id must be standard base64: {error}")))?;
        let object = with(&SCHEMA.block.empty_value(), [("length", Value::number(bytes.len()))]);
        Ok(spelled(&object, &bytes))
    }
}

fn spelled(object: &Value, bytes: &[u8]) -> Value {
    let hex: String = bytes.iter().map(|it| format!("{it:02x}")).collect();
    with(object, [("base64", Value::string(BASE64_STANDARD.encode(bytes))), ("hex", Value::string(hex))])
}
