use std::marker::PhantomData;

use async_trait::async_trait;
use rinfra_provider::DataSourceType;
use rinfra_schema::Schema;
use rinfra_schema::typed::BlockType;
use rinfra_value::Value;

use super::{DataKind, Step, complete_block};
use crate::object::{self, TIMEOUTS};
use crate::{Cx, DataSource, Error, Result};

/// A data source without its Rust type.
pub(crate) struct Asked<T> {
    schema: Schema,
    kind: PhantomData<fn() -> T>,
}

impl<T: DataSource> Asked<T> {
    /// Returns the data source with everything the framework adds to its schema.
    pub(crate) fn new() -> Self {
        let mut schema = T::schema().clone();
        schema.block = complete_block(schema.block, T::GLOBAL, false);
        if let Some(nested) = schema.timeouts.block() {
            schema.block = schema.block.block(TIMEOUTS, nested);
        }
        Self { schema, kind: PhantomData }
    }
}

impl<T: DataSource> DataSourceType for Asked<T> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn is_asked_once(&self) -> bool {
        true
    }
}

#[async_trait]
impl<T: DataSource> DataKind for Asked<T> {
    fn is_global(&self) -> bool {
        T::GLOBAL
    }

    async fn read(&self, step: Step<'_>, config: &Value) -> Result<Value> {
        let question = <T as BlockType>::decode(&object::plain(config))
            .map_err(|it| Error::invalid(format!("{}{it}", T::NAME)))?;
        let (account, region) = (step.account, step.region);
        let answer = question.read(&Cx::new(step.account, step.region, step.call)).await?;
        let read = <T as BlockType>::encode(&answer);
        let region = (!T::GLOBAL).then_some(region);
        Ok(object::finish(&self.schema.block, &read, Some(config), region, &account.tags))
    }
}
