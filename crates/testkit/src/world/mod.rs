//! What a test of resource types does in an account of the local AWS, without the engine: it speaks with a
//! provider's connection as the engine does.

mod configuration;
mod expecting;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rinfra_provider::{Connection, Operation, PlanRequest, Provider, Result, Turn, Wanted};
use rinfra_schema::{Block, planning};
use rinfra_value::{Path, Value};
use serde_json::Value as Json;

pub use self::configuration::{attribute, known, object};
pub use self::expecting::text;
use crate::Account;

/// The idempotency tokens of this process: no two operations have the same.
static TOKENS: AtomicU64 = AtomicU64::new(1);

/// A connection of a provider to an account, with eu-central-1 as its Region.
pub struct World {
    account: Account,
    provider: Box<dyn Provider>,
    arguments: Value,
    connection: Arc<dyn Connection>,
}

/// What a plan says.
#[derive(Debug)]
pub struct Plan {
    /// What the object is to be.
    pub value: Value,
    /// The attributes that change.
    pub changed: Vec<Path>,
    /// The attributes that need a new object.
    pub replace: Vec<Path>,
}

impl World {
    /// Returns a connection to an empty account.
    ///
    /// # Panics
    ///
    /// If the local AWS cannot be started, as everywhere here if what a test expects does not hold.
    pub async fn new(provider: impl Provider + 'static) -> Self {
        Self::with(provider, &serde_json::json!({})).await
    }

    /// Returns a connection to an empty account, with more arguments in its provider block.
    pub async fn with(provider: impl Provider + 'static, arguments: &Json) -> Self {
        Self::of(provider, &crate::moto().account(), arguments).await.expect("a connection")
    }

    /// Returns a connection to an account, with more arguments in its provider block.
    ///
    /// # Errors
    ///
    /// What the provider has against them.
    pub async fn of(provider: impl Provider + 'static, account: &Account, arguments: &Json) -> Result<Self> {
        let block = provider.config_schema();
        let arguments = object(block, &configuration::arguments(block, account, arguments));
        let connection = provider.configure(&arguments).await?;
        connection.verify().await?;
        Ok(Self { account: account.clone(), provider: Box::new(provider), arguments, connection })
    }

    /// Returns another connection to the account, which knows nothing of the operations of this one: as the next phase
    /// of a run has it.
    pub async fn reconnect(&self) -> Arc<dyn Connection> {
        let connection = self.provider.configure(&self.arguments).await.expect("a connection");
        connection.verify().await.expect("an account");
        connection
    }

    /// Returns the account.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Returns the provider.
    pub fn provider(&self) -> &dyn Provider {
        &*self.provider
    }

    /// Returns the connection.
    pub fn connection(&self) -> &dyn Connection {
        &*self.connection
    }

    /// Returns how many calls of a service were made.
    pub fn calls(&self, service: &str) -> u64 {
        self.connection.calls().get(service).copied().unwrap_or_default()
    }

    /// Returns the block of a resource type.
    pub fn block(&self, kind: &str) -> &Block {
        &self.provider.resource_type(kind).expect(kind).schema().block
    }

    /// Returns what identifies an object to the cloud.
    pub fn identity(&self, kind: &str, object: &Value) -> String {
        let identity = self.provider.resource_type(kind).expect(kind).identity(object);
        identity.unwrap_or_else(|| panic!("{kind} has no identity: {object:?}"))
    }

    /// Returns an operation on an object, with a token of its own.
    pub fn operation(&self, kind: &str, object: &Value) -> Operation {
        Operation {
            kind: kind.into(),
            region: self.connection.region(kind, Some(object)),
            address: format!("{kind}.test"),
            // Buckets are named after tokens, and all accounts share their names.
            token: format!("{}{:020x}", self.account.id(), TOKENS.fetch_add(1, Ordering::Relaxed)),
            turn: Turn::default(),
        }
    }

    /// Returns the plan for a configuration.
    pub fn plan(&self, kind: &str, prior: Option<&Value>, config: &Json) -> Plan {
        self.try_plan(kind, prior, config).unwrap_or_else(|error| panic!("{kind}: {error}"))
    }

    /// Returns the plan for a configuration.
    ///
    /// # Errors
    ///
    /// What the provider has against it.
    pub fn try_plan(&self, kind: &str, prior: Option<&Value>, config: &Json) -> Result<Plan> {
        let block = self.block(kind);
        let config = object(block, config);
        let proposed = planning::propose(block, prior, &config);
        let planned = self.connection.plan(PlanRequest { kind, prior, config: &config, proposed })?;
        let (changed, mut replace) = match prior {
            Some(prior) => {
                let difference = planning::difference(block, prior, &planned.value);
                (difference.changed, difference.replace)
            }
            None => (Vec::new(), Vec::new()),
        };
        replace.extend(planned.replace);
        Ok(Plan { value: planned.value, changed, replace })
    }

    /// Creates an object and returns it. Its configuration then describes it as it is.
    pub async fn create(&self, kind: &str, config: &Json) -> Value {
        let planned = self.plan(kind, None, config).value;
        let operation = self.operation(kind, &planned);
        let created = self.connection.create(&operation, &planned).await;
        let identity = created.unwrap_or_else(|error| panic!("{kind}: {error}"));
        let object = self.settled(&operation, &identity, &planned).await;
        assert!(object.is_wholly_known(), "{kind}: {object:?}");
        assert_eq!(self.identity(kind, &object), identity, "{kind}: the identity of what was created");
        self.assert_unchanged(kind, &object, config);
        object
    }

    /// Creates an object and returns its identity, without waiting for it.
    ///
    /// # Errors
    ///
    /// What the service has against it.
    pub async fn try_create(&self, kind: &str, config: &Json) -> Result<String> {
        let planned = self.plan(kind, None, config).value;
        self.connection.create(&self.operation(kind, &planned), &planned).await
    }

    /// Changes an object in place.
    pub async fn update(&self, kind: &str, prior: &Value, config: &Json) -> Value {
        let plan = self.plan(kind, Some(prior), config);
        assert!(!plan.changed.is_empty(), "{kind}: nothing changes with {config}");
        assert!(plan.replace.is_empty(), "{kind}: {} need a new object", expecting::paths(&plan.replace));
        self.set(kind, prior, &plan.value).await;
        let identity = self.identity(kind, &plan.value);
        let operation = self.operation(kind, &plan.value);
        let object = self.settled(&operation, &identity, &plan.value).await;
        self.assert_unchanged(kind, &object, config);
        object
    }

    /// Makes an object another one.
    async fn set(&self, kind: &str, prior: &Value, planned: &Value) {
        let updated = self.connection.update(&self.operation(kind, prior), prior, planned).await;
        updated.unwrap_or_else(|error| panic!("{kind}: {error}"));
    }

    async fn settled(&self, operation: &Operation, identity: &str, planned: &Value) -> Value {
        let settled = self.connection.settle(operation, identity, planned).await;
        settled.unwrap_or_else(|error| panic!("{}: {error}", operation.kind))
    }

    /// Reads an object, which is imported where nothing is known of it.
    pub async fn read(&self, kind: &str, identity: &str, prior: Option<&Value>) -> Option<Value> {
        let region = self.connection.region(kind, prior);
        let wanted = Wanted { identity: identity.to_owned(), prior: prior.cloned() };
        let read = self.connection.read(kind, region.as_ref(), vec![wanted]).await;
        let mut read = read.unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(read.len(), 1, "{kind}: one answer");
        read.remove(0)
    }

    /// Deletes an object.
    pub async fn delete(&self, kind: &str, object: &Value) {
        let deleted = self.connection.delete(&self.operation(kind, object), object).await;
        deleted.unwrap_or_else(|error| panic!("{kind}: {error}"));
    }

    /// Returns what a data source says.
    pub async fn data(&self, kind: &str, config: &Json) -> Value {
        self.try_data(kind, config).await.unwrap_or_else(|error| panic!("{kind}: {error}"))
    }

    /// Returns what a data source says.
    ///
    /// # Errors
    ///
    /// What the provider has against the question.
    pub async fn try_data(&self, kind: &str, config: &Json) -> Result<Value> {
        let block = &self.provider.data_source(kind).expect(kind).schema().block;
        self.connection.read_data(kind, &object(block, config)).await
    }
}
