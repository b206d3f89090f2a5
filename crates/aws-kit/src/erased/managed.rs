use std::collections::HashMap;
use std::marker::PhantomData;

use async_trait::async_trait;
use rinfra_provider::{ResourceType, Typical, Wanted};
use rinfra_schema::Schema;
use rinfra_schema::typed::{BlockType, Id};
use rinfra_value::Value;

use super::{Found, ResourceKind, Step, complete_block};
use crate::object::{self, TIMEOUTS};
use crate::{Api, Cx, Draft, Error, Resource, Result, Seen, Settled, TagChange};

/// A resource type without its Rust type.
pub(crate) struct Managed<T> {
    schema: Schema,
    kind: PhantomData<fn() -> T>,
}

impl<T: Resource> Managed<T> {
    /// Returns the type with everything the framework adds to its schema.
    pub(crate) fn new() -> Self {
        let mut schema = T::schema().clone();
        schema.block = complete_block(schema.block, T::GLOBAL, true);
        if let Some(nested) = schema.timeouts.block() {
            schema.block = schema.block.block(TIMEOUTS, nested);
        }
        Self { schema, kind: PhantomData }
    }

    fn decode(object: &Value) -> Result<T> {
        <T as BlockType>::decode(&object::plain(object))
            .map_err(|it| Error::from(rinfra_provider::Error::internal(format!("{}{it}", T::NAME))))
    }

    fn context(step: Step<'_>) -> Cx<T::Api> {
        Cx::new(step.account, step.region, step.call)
    }
}

impl<T: Resource> ResourceType for Managed<T> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn identity(&self, object: &Value) -> Option<String> {
        Self::decode(object).ok()?.identity().map(String::from).filter(|it| !it.is_empty())
    }

    fn holds_data(&self) -> bool {
        T::HOLDS_DATA
    }

    fn typical(&self) -> Typical {
        T::TYPICAL
    }
}

#[async_trait]
impl<T: Resource> ResourceKind for Managed<T> {
    fn is_global(&self) -> bool {
        T::GLOBAL
    }

    fn service(&self) -> &'static str {
        T::Api::ENDPOINTS.first().copied().unwrap_or(T::NAME)
    }

    fn batch(&self) -> usize {
        T::READ_BATCH.max(1)
    }

    fn is_gone_at_once(&self) -> bool {
        T::GONE_AT_ONCE
    }

    fn plan(&self, draft: &mut Draft<'_>) -> Result<()> {
        T::plan(draft)
    }

    async fn read(&self, step: Step<'_>, wanted: &[Wanted]) -> Result<Vec<Option<Found>>> {
        let (account, region) = (step.account, step.region);
        let mut ids: Vec<Id> = wanted.iter().map(|it| T::imported(&it.identity)).collect();
        ids.sort();
        ids.dedup();
        let objects = T::read(&Self::context(step), &ids).await?;
        let objects = objects.into_iter().filter(|it| it.settled != Settled::Gone);
        let found: HashMap<String, Seen<T>> =
            objects.filter_map(|it| Some((it.object.identity()?.into(), it))).collect();
        let answer = |it: &Wanted| {
            let Seen { mut object, settled } = found.get(&*T::imported(&it.identity))?.clone();
            object.recall(it.prior.as_ref().and_then(|it| Self::decode(it).ok()).as_ref());
            let read = <T as BlockType>::encode(&object);
            let region = (!T::GLOBAL).then_some(region);
            let value = object::finish(&self.schema.block, &read, it.prior.as_ref(), region, &account.tags);
            Some(Found { value, settled })
        };
        Ok(wanted.iter().map(answer).collect())
    }

    async fn create(&self, step: Step<'_>, planned: &Value) -> Result<String> {
        let object = Self::decode(planned)?;
        object.create(&Self::context(step)).await.map(String::from)
    }

    async fn complete(&self, step: Step<'_>, identity: &str, planned: &Value) -> Result<()> {
        let object = Self::decode(planned)?;
        object.complete(&Id::from(identity), &Self::context(step)).await
    }

    async fn update(&self, step: Step<'_>, prior: &Value, planned: &Value) -> Result<()> {
        let (prior, object) = (Self::decode(prior)?, Self::decode(planned)?);
        object.update(&prior, &Self::context(step)).await
    }

    async fn retag(&self, step: Step<'_>, object: &Value, change: &TagChange) -> Result<()> {
        Self::decode(object)?.retag(change, &Self::context(step)).await
    }

    async fn delete(&self, step: Step<'_>, prior: &Value) -> Result<()> {
        Self::decode(prior)?.delete(&Self::context(step)).await
    }
}
