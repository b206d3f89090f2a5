//! `random_id`: random bytes in five spellings.

use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use rand::Rng;
use rinfra_provider::{PlanRequest, Planned, Result};
use rinfra_schema::{Attribute, Block, Schema};
use rinfra_value::{Type, Value};

use super::keepers;
use crate::object_type::{self, ObjectType, refused, text, whole_number, with};

/// The most bytes that are drawn: a mebibyte is far beyond any name and keeps the state small.
const MOST_BYTES: i64 = 1 << 20;

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema {
    version: 0,
    block: Block::new()
        .attribute("id", Attribute::computed(Type::String))
        .attribute(keepers::KEEPERS, keepers::attribute())
        .attribute("byte_length", Attribute::required(Type::Number).force_new())
        .attribute("prefix", Attribute::optional(Type::String).force_new())
        .attribute("b64_url", Attribute::computed(Type::String))
        .attribute("b64_std", Attribute::computed(Type::String))
        .attribute("hex", Attribute::computed(Type::String))
        .attribute("dec", Attribute::computed(Type::String)),
    ..Schema::default()
});

/// The resource type `random_id`.
pub(crate) struct RandomId;

impl ObjectType for RandomId {
    fn name(&self) -> &'static str {
        "random_id"
    }

    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn plan(&self, request: PlanRequest<'_>) -> Result<Planned> {
        if whole_number(request.config, "byte_length").is_some_and(|it| !(1..=MOST_BYTES).contains(&it)) {
            return Err(refused(format!("byte_length must be at least 1 and at most {MOST_BYTES}.")));
        }
        Ok(keepers::plan(request))
    }

    fn make(&self, planned: &Value, dice: &mut dyn Rng) -> Result<Value> {
        if object_type::id(planned).is_some() {
            return Ok(planned.clone());
        }
        let length = whole_number(planned, "byte_length").filter(|it| (1..=MOST_BYTES).contains(it));
        let length = length.ok_or_else(|| refused("byte_length must be a whole number above 0."))?;
        let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
        dice.fill_bytes(&mut bytes);
        Ok(spelled(planned, &bytes))
    }

    fn import(&self, id: &str) -> Result<Value> {
        let (prefix, drawn) = match id.rsplit_once(',') {
            Some((prefix, drawn)) => (Some(prefix), drawn),
            None => (None, id),
        };
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(drawn).map_err(|error| {
            refused(format!("the id must be unpadded URL-safe base64, with an optional \"prefix,\": {error}"))
        })?;
        let object = with(
            &SCHEMA.block.empty_value(),
            [
                ("byte_length", Value::number(bytes.len())),
                ("prefix", prefix.map_or_else(|| Value::null(Type::String), Value::string)),
            ],
        );
        Ok(spelled(&object, &bytes))
    }
}

fn spelled(object: &Value, bytes: &[u8]) -> Value {
    let prefix = text(object, "prefix").unwrap_or_default().to_owned();
    let prefixed = |it: &str| Value::string(format!("{prefix}{it}"));
    let hex: String = bytes.iter().map(|it| format!("{it:02x}")).collect();
    let url = BASE64_URL_SAFE_NO_PAD.encode(bytes);
    with(
        object,
        [
            ("id", Value::string(url.as_str())),
            ("b64_url", prefixed(&url)),
            ("b64_std", prefixed(&BASE64_STANDARD.encode(bytes))),
            ("dec", prefixed(&decimal(bytes))),
            ("hex", prefixed(&hex)),
        ],
    )
}

/// Returns the bytes as one number, the most significant first.
fn decimal(bytes: &[u8]) -> String {
    dashu_int::UBig::from_be_bytes(bytes).to_string()
}

#[cfg(test)]
mod tests {
    use super::RandomId;
    use crate::object_type::{ObjectType, text};

    #[test]
    fn an_import_spells_the_same_bytes_in_all_ways() {
        let object = RandomId.import("my-prefix-,p-9hUg").unwrap();
        let check = |name: &str, expected: &str| assert_eq!(text(&object, name), Some(expected), "{name}");
        check("id", "p-9hUg");
        check("b64_url", "my-prefix-p-9hUg");
        check("b64_std", "my-prefix-p+9hUg==");
        check("hex", "my-prefix-a7ef6152");
        check("dec", "my-prefix-2817483090");
        assert!(RandomId.import("not base64!").is_err());
    }
}
