use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rinfra_provider::{Fate, Interrupted, ReadCost, ResourceType, Typical, Wanted};
use rinfra_schema::Schema;
use rinfra_schema::typed::{BlockType, Id};
use rinfra_value::Value;

use super::{Found, ResourceKind, Step, complete_block};
use crate::context::Call;
use crate::object::{self, TIMEOUTS};
use crate::{Api, Cx, Draft, Error, Lost, Proof, Resource, Result, Seen, Settled, Sight, TagChange, Trace};

/// By how many seconds the clocks of AWS and of this machine may differ: where they differ more, AWS takes no calls.
const CLOCKS_DIFFER_BY: u64 = 300;

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

impl<T: Resource> Managed<T> {
    /// Tells whether a creation made an object that was found where it would have made one.
    fn proves(&self, proof: Proof, creation: &Interrupted, found: &Value) -> bool {
        match (proof, creation.at) {
            (Proof::Existence, _) => true,
            (Proof::Birth(born, _), Some(at)) => born + CLOCKS_DIFFER_BY >= at,
            (Proof::Setting, _) => object::is_like(&self.schema.block, &[], &creation.planned, found),
            (Proof::Birth(_, later) | Proof::Likeness(later), _) => {
                object::is_like(&self.schema.block, later, &creation.planned, found)
            }
        }
    }
}

impl<T: Resource> ResourceType for Managed<T> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn identity(&self, object: &Value) -> Option<String> {
        Self::decode(object).ok()?.identity().map(String::from).filter(|it| !it.is_empty())
    }

    /// As the state upgraders of Terraform's provider do, an argument that came later gets its default.
    fn upgrade(&self, stored: Value, _version: u64) -> rinfra_provider::Result<Value> {
        Ok(object::with_defaults(&self.schema.block, &stored))
    }

    fn holds_data(&self) -> bool {
        T::HOLDS_DATA
    }

    fn typical(&self) -> Typical {
        T::TYPICAL
    }

    fn read_cost(&self) -> ReadCost {
        T::READ_COST
    }

    fn is_marked(&self) -> bool {
        T::Trace::MARKS
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

    async fn read(&self, mut step: Step<'_>, wanted: &[Wanted]) -> Result<Vec<Option<Found>>> {
        let (account, region) = (step.account, step.region);
        let known = wanted.iter().filter_map(|it| Some((T::imported(&it.identity), it.prior.clone()?)));
        step.call.known = Arc::new(known.collect());
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

    async fn complete_tags(&self, step: Step<'_>, identity: &str) -> Result<()> {
        T::Trace::complete_tags(&Self::context(step), identity).await
    }

    async fn complete(&self, step: Step<'_>, identity: &str, planned: &Value) -> Result<()> {
        let object = Self::decode(planned)?;
        object.complete(&Id::from(identity), &Self::context(step)).await
    }

    async fn amend(&self, step: Step<'_>, planned: &Value, seen: &Value) -> Result<bool> {
        let (object, seen) = (Self::decode(planned)?, Self::decode(seen)?);
        object.amend(&seen, &Self::context(step)).await
    }

    async fn update(&self, step: Step<'_>, prior: &Value, planned: &Value) -> Result<()> {
        let (prior, object) = (Self::decode(prior)?, Self::decode(planned)?);
        object.update(&prior, &Self::context(step)).await
    }

    async fn retag(&self, step: Step<'_>, object: &Value, change: &TagChange) -> Result<()> {
        Self::decode(object)?.retag(change, &Self::context(step)).await
    }

    fn shows_within(&self) -> Duration {
        T::Api::SHOWS_WITHIN
    }

    async fn look_for(&self, step: Step<'_>, lost: Vec<(Call, &Interrupted)>) -> Result<Vec<Fate>> {
        let Step { account, region, .. } = step;
        let mut decoded = Vec::with_capacity(lost.len());
        let mut interrupted = Vec::with_capacity(lost.len());
        for (call, it) in lost {
            let object = Self::decode(&it.planned)?;
            let cx = Self::context(Step { account, region, call });
            decoded.push(Lost { object, cx });
            interrupted.push(it);
        }
        let sights = T::Trace::look_for(&decoded).await?;
        let candidates = interrupted.iter().zip(&sights).filter_map(|(it, sight)| match sight {
            Sight::Candidate(id, _) => {
                Some(Wanted { identity: id.as_str().to_owned(), prior: Some(it.planned.clone()) })
            }
            _ => None,
        });
        let candidates: Vec<Wanted> = candidates.collect();
        let mut seen = Vec::with_capacity(candidates.len());
        for page in candidates.chunks(self.batch()) {
            seen.extend(self.read(Step { account, region, call: Call::default() }, page).await?);
        }
        let mut seen = seen.into_iter();
        let fates = interrupted.into_iter().zip(sights).map(|(it, sight)| match sight {
            Sight::Made(id) => Fate::Made(id.into()),
            Sight::Nothing => Fate::Nothing,
            Sight::Unknown(error) => Fate::Unknown(error.into()),
            Sight::Candidate(id, proof) => match seen.next().flatten() {
                None => Fate::Nothing,
                Some(found) if self.proves(proof, it, &found.value) => Fate::Made(id.into()),
                Some(_) if proof == Proof::Setting => Fate::Nothing,
                Some(_) => Fate::Occupied(id.into()),
            },
        });
        Ok(fates.collect())
    }

    async fn unmark(&self, step: Step<'_>, targets: &[String]) -> Result<()> {
        T::Trace::unmark(&Self::context(step), targets).await
    }

    async fn delete(&self, step: Step<'_>, prior: &Value) -> Result<()> {
        Self::decode(prior)?.delete(&Self::context(step)).await
    }
}
