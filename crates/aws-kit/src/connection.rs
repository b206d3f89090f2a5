//! A configured AWS provider, as the engine sees it.

mod mutate;
mod plan;
mod trace;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::future::try_join_all;
use rinfra_provider::{
    Connection, Fate, Interrupted, Marked, Operation, PlanRequest, Planned, Region, Turn, Wanted,
};
use rinfra_value::Value;

use crate::account::Account;
use crate::accounts::{Accounts, Opened};
use crate::apart::apart;
use crate::context::Call;
use crate::erased::{Found, ResourceKind, Step};
use crate::object::{self, REGION};
use crate::registry::Registry;
use crate::settling::{Look, Queue, Settling};
use crate::wire::{looking, on_behalf_of};
use crate::{Error, Result};

use mutate::Origin;

type Answer<T> = rinfra_provider::Result<T>;

/// A connection to one account.
pub(crate) struct AwsConnection {
    accounts: Arc<Accounts>,
    opened: Arc<Opened>,
    eye: Arc<Eye>,
    settling: Arc<Settling>,
    /// What is created, and not yet completed, by type and identity.
    incomplete: Mutex<HashMap<(Arc<str>, String), Origin>>,
}

/// The part of a connection that reads.
struct Eye {
    account: Arc<Account>,
    registry: Arc<Registry>,
}

impl AwsConnection {
    /// Returns a connection to an account for the types of a registry.
    pub(crate) fn new(accounts: Arc<Accounts>, opened: Arc<Opened>, registry: Arc<Registry>) -> Self {
        let account = Arc::clone(&opened.account);
        let settling = Arc::new(Settling::new(account.clock.clone()));
        let eye = Arc::new(Eye { account, registry });
        Self { accounts, opened, eye, settling, incomplete: Mutex::default() }
    }

    fn account(&self) -> &Arc<Account> {
        &self.eye.account
    }

    fn kind(&self, name: &str) -> Result<&Arc<dyn ResourceKind>> {
        self.eye.kind(name)
    }

    /// Returns where an operation takes place.
    fn place(&self, operation: &Operation) -> Region {
        operation.region.clone().unwrap_or_else(|| self.account().region.clone())
    }
}

impl Eye {
    fn kind(&self, name: &str) -> Result<&Arc<dyn ResourceKind>> {
        self.registry.resource_kind(name).ok_or_else(|| unknown("resource type", name))
    }

    /// Reads objects, of which AWS said that it made some as they are wanted.
    async fn read(
        &self,
        kind: &str,
        region: &Region,
        wanted: Vec<Wanted>,
        made: HashSet<String>,
    ) -> Result<Vec<Option<Found>>> {
        let (name, kind) = (kind, self.kind(kind)?);
        let made = Arc::new(made);
        let pages = wanted.chunks(kind.batch()).map(|page| {
            let call = Call { made: Arc::clone(&made), ..Call::default() };
            let step = Step { account: &self.account, region, call };
            kind.read(step, page)
        });
        Ok(on_behalf_of(name, try_join_all(pages)).await?.into_iter().flatten().collect())
    }
}

impl Eye {
    async fn read_data(&self, kind: &str, region: &Region, config: &Value) -> Result<Value> {
        let name = format!("data.{kind}");
        let kind = self.registry.data_kind(kind).ok_or_else(|| unknown("data source", kind))?;
        let timeouts = object::timeouts(kind.schema().timeouts, config)?;
        let call = Call { timeouts, ..Call::default() };
        let step = Step { account: &self.account, region, call };
        on_behalf_of(&name, kind.read(step, config)).await
    }
}

#[async_trait]
impl Look for Eye {
    async fn look(
        &self,
        queue: &Queue,
        wanted: Vec<Wanted>,
        made: HashSet<String>,
    ) -> Result<Vec<Option<Found>>> {
        self.read(&queue.kind, &queue.region, wanted, made).await
    }

    fn shows(&self, queue: &Queue, planned: &Value, read: &Value) -> bool {
        self.kind(&queue.kind).is_ok_and(|kind| object::shows(&kind.schema().block, planned, read))
    }
}

fn unknown(what: &str, name: &str) -> Error {
    Error::from(rinfra_provider::Error::internal(format!("there is no {what} {name}")))
}

#[async_trait]
impl Connection for AwsConnection {
    fn region(&self, kind: &str, object: Option<&Value>) -> Option<Region> {
        let is_global = match (self.eye.registry.resource_kind(kind), self.eye.registry.data_kind(kind)) {
            (Some(kind), _) => kind.is_global(),
            (None, Some(kind)) => kind.is_global(),
            (None, None) => false,
        };
        if is_global {
            return Some(Region::global());
        }
        let own = object.and_then(|it| it.attribute(REGION)).and_then(Value::as_str);
        Some(own.map_or_else(|| self.account().region.clone(), Region::new))
    }

    async fn verify(&self) -> Answer<()> {
        let (accounts, opened) = (Arc::clone(&self.accounts), Arc::clone(&self.opened));
        Ok(apart(async move { accounts.verify(&opened).await }).await?)
    }

    fn plan(&self, request: PlanRequest<'_>) -> Answer<Planned> {
        Ok(plan::finish(self.kind(request.kind)?, self.account(), &request)?)
    }

    async fn read(
        &self,
        kind: &str,
        region: Option<&Region>,
        wanted: Vec<Wanted>,
    ) -> Answer<Vec<Option<Value>>> {
        let region = region.unwrap_or(&self.account().region);
        let (eye, kind, region) = (Arc::clone(&self.eye), kind.to_owned(), region.clone());
        let reading = async move { eye.read(&kind, &region, wanted, HashSet::new()).await };
        let found = apart(looking(reading)).await?;
        Ok(found.into_iter().map(|it| it.map(|it| it.value)).collect())
    }

    async fn turn(&self, kind: &str, region: Option<&Region>, rank: u64) -> Turn {
        let account = self.account();
        match self.kind(kind) {
            Ok(_) => account.wire.turn(kind, region.unwrap_or(&account.region), rank).await,
            // Whatever is to be done with it says so.
            Err(_) => Turn::default(),
        }
    }

    async fn create(&self, operation: &Operation, planned: &Value) -> Answer<String> {
        Ok(on_behalf_of(&operation.kind, mutate::create(self, operation, planned)).await?)
    }

    async fn update(&self, operation: &Operation, prior: &Value, planned: &Value) -> Answer<()> {
        Ok(on_behalf_of(&operation.kind, mutate::update(self, operation, prior, planned)).await?)
    }

    fn resume(&self, operation: &Operation, identity: &str) {
        mutate::remember(self, operation, identity, Origin::Found);
    }

    async fn settle(&self, operation: &Operation, identity: &str, planned: &Value) -> Answer<Value> {
        let settling = mutate::settle(self, operation, identity, planned);
        Ok(on_behalf_of(&operation.kind, settling).await?)
    }

    async fn delete(&self, operation: &Operation, prior: &Value) -> Answer<()> {
        Ok(on_behalf_of(&operation.kind, mutate::delete(self, operation, prior)).await?)
    }

    async fn look_for(
        &self,
        kind: &str,
        region: Option<&Region>,
        interrupted: Vec<Interrupted>,
    ) -> Answer<Vec<Fate>> {
        let region = region.unwrap_or(&self.account().region);
        Ok(on_behalf_of(kind, trace::look_for(self, &**self.kind(kind)?, region, interrupted)).await?)
    }

    async fn unmark(&self, region: Option<&Region>, marked: Vec<Marked>) -> Answer<()> {
        Ok(trace::unmark(self, region.unwrap_or(&self.account().region), marked).await?)
    }

    async fn read_data(&self, kind: &str, config: &Value) -> Answer<Value> {
        let region = self.region(kind, Some(config)).unwrap_or_else(|| self.account().region.clone());
        let (eye, kind, config) = (Arc::clone(&self.eye), kind.to_owned(), config.clone());
        Ok(apart(looking(async move { eye.read_data(&kind, &region, &config).await })).await?)
    }

    fn calls(&self) -> BTreeMap<String, u64> {
        self.account().wire.calls()
    }
}
