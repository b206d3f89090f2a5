//! Resource types and data sources without their Rust types, as the connection handles them.

mod asked;
mod managed;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rinfra_provider::{DataSourceType, Fate, Interrupted, Region, ResourceType, Wanted};
use rinfra_schema::{Attribute, Block};
use rinfra_value::{Type, Value};

use crate::account::Account;
use crate::context::Call;
use crate::object::{REGION, TAGS, TAGS_ALL};
use crate::{Draft, Result, Settled, TagChange};

pub(crate) use asked::Asked;
pub(crate) use managed::Managed;

/// Where and how a step takes place.
pub(crate) struct Step<'a> {
    pub(crate) account: &'a Arc<Account>,
    pub(crate) region: &'a Region,
    pub(crate) call: Call,
}

/// An object that was read.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// The object, complete.
    pub(crate) value: Value,
    /// Whether it is usable.
    pub(crate) settled: Settled,
}

/// A managed resource type.
#[async_trait]
pub(crate) trait ResourceKind: ResourceType {
    /// Tells whether its objects belong to no Region.
    fn is_global(&self) -> bool;

    /// Returns the service, by the first name that `endpoints` has for it.
    fn service(&self) -> &'static str;

    /// Returns how many objects one read may ask for.
    fn batch(&self) -> usize;

    /// Tells whether nobody has to look after a delete.
    fn is_gone_at_once(&self) -> bool;

    /// Finishes a plan.
    fn plan(&self, draft: &mut Draft<'_>) -> Result<()>;

    /// Reads one page of objects, in the order asked.
    async fn read(&self, step: Step<'_>, wanted: &[Wanted]) -> Result<Vec<Option<Found>>>;

    /// Creates an object and returns its identity.
    async fn create(&self, step: Step<'_>, planned: &Value) -> Result<String>;

    /// Gives an object the tag that had to give way when it was created.
    async fn complete_tags(&self, step: Step<'_>, identity: &str) -> Result<()>;

    /// Does what is left to do after an object was created.
    async fn complete(&self, step: Step<'_>, identity: &str, planned: &Value) -> Result<()>;

    /// Does what the sight of a new object tells to be left to do; tells whether there was something.
    async fn amend(&self, step: Step<'_>, planned: &Value, seen: &Value) -> Result<bool>;

    /// Changes an object.
    async fn update(&self, step: Step<'_>, prior: &Value, planned: &Value) -> Result<()>;

    /// Changes an object's tags.
    async fn retag(&self, step: Step<'_>, object: &Value, change: &TagChange) -> Result<()>;

    /// Returns how long after a creation a search may miss the object.
    fn shows_within(&self) -> Duration;

    /// Looks for what creations made; one answer for each.
    async fn look_for(&self, step: Step<'_>, lost: Vec<(Call, &Interrupted)>) -> Result<Vec<Fate>>;

    /// Takes the tags of creations away.
    async fn unmark(&self, step: Step<'_>, targets: &[String]) -> Result<()>;

    /// Deletes an object.
    async fn delete(&self, step: Step<'_>, prior: &Value) -> Result<()>;
}

/// A data source.
#[async_trait]
pub(crate) trait DataKind: DataSourceType {
    /// Tells whether it belongs to no Region.
    fn is_global(&self) -> bool;

    /// Answers.
    async fn read(&self, step: Step<'_>, config: &Value) -> Result<Value>;
}

/// Adds what the framework brings to the block of a type.
fn complete_block(mut block: Block, global: bool, managed: bool) -> Block {
    let tags = Type::map(Type::String);
    let is_taggable =
        block.attributes.get(TAGS).is_some_and(|it| it.ty == tags && !it.presence.is_computed());
    if managed && is_taggable {
        let all = Attribute::computed(tags).description("All tags of the object, the provider's among them.");
        block = block.attribute(TAGS_ALL, all);
    }
    if !global && !block.attributes.contains_key(REGION) {
        let region = Attribute::optional_computed(Type::String)
            .description("The Region of the object; the provider's when it is not set.");
        block = block.attribute(REGION, region);
    }
    block
}
