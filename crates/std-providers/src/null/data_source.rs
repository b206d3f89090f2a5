//! `null_data_source`: its outputs are its inputs. Deprecated in favour of locals.

use std::sync::LazyLock;

use async_trait::async_trait;
use rand::RngExt;
use rinfra_addr::ResourceInstance;
use rinfra_provider::Result;
use rinfra_schema::{Attribute, Block, Schema};
use rinfra_value::{Type, Value};

use crate::object_type::{DataType, with};
use crate::provider::dice;

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema {
    version: 0,
    block: Block::new()
        .attribute("id", Attribute::computed(Type::String).deprecated("It is there for old tests only."))
        .attribute("inputs", Attribute::optional(Type::map(Type::String)))
        .attribute("outputs", Attribute::computed(Type::map(Type::String)))
        .attribute("has_computed_default", Attribute::optional_computed(Type::String))
        .attribute("random", Attribute::computed(Type::String)),
    ..Schema::default()
});

/// The data source `null_data_source`.
pub(crate) struct NullDataSource;

#[async_trait]
impl DataType for NullDataSource {
    fn name(&self) -> &'static str {
        "null_data_source"
    }

    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    async fn read(&self, _address: &ResourceInstance, config: &Value) -> Result<Value> {
        let outputs = config.attribute("inputs").cloned();
        let outputs = outputs.unwrap_or_else(|| Value::null(Type::map(Type::String)));
        let random = dice()?.random_range(0..=i64::MAX).to_string();
        let chosen = config.attribute("has_computed_default").filter(|it| !it.is_null()).cloned();
        Ok(with(
            config,
            [
                ("id", Value::string("static")),
                ("outputs", outputs),
                ("random", Value::string(random)),
                ("has_computed_default", chosen.unwrap_or_else(|| Value::string("default"))),
            ],
        ))
    }
}
