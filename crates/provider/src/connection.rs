use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use rinfra_addr::ResourceInstance;
use rinfra_value::{Path, Value};

use crate::ephemeral::unsupported;
use crate::{Fate, Interrupted, Marked, Opened, Region, Result, Turn};

/// A configured provider: one account with one set of credentials and defaults, and all its Regions.
///
/// *Guarantees* every implementation gives: a call is retried as its error class allows before it fails; a
/// call that returns an error has said all the service said; concurrency is limited by the implementation,
/// so the engine may start as much as its graph allows.
#[async_trait]
pub trait Connection: Send + Sync {
    /// Returns the effective Region of an instance, or `None` for what lives in no cloud.
    ///
    /// `object` is a configuration, planned or stored value of the type; `None` asks for the default.
    fn region(&self, kind: &str, object: Option<&Value>) -> Option<Region>;

    /// Makes sure of what only the cloud can tell: that there is such an account, and that these credentials are good for
    /// it. Looking at what is there need not wait for that, everything else has to. The default is for providers that
    /// need not ask.
    ///
    /// *Errors*: connections that cannot be used.
    async fn verify(&self) -> Result<()> {
        Ok(())
    }

    /// Finishes a proposed value with what only the provider knows: default tags, the Region, and what the
    /// cloud makes special about a type. It touches nothing outside.
    ///
    /// *Errors*: arguments that no apply could ever satisfy.
    fn plan(&self, request: PlanRequest<'_>) -> Result<Planned>;

    /// Reads many objects of one type in one Region with as few calls as the service allows.
    ///
    /// Returns one answer for each wanted object, in the order asked; `None` means the object is gone.
    async fn read(
        &self,
        kind: &str,
        region: Option<&Region>,
        wanted: Vec<Wanted>,
    ) -> Result<Vec<Option<Value>>>;

    /// Waits until an operation on an object of this type may begin. Of all that wait, the one of the highest rank
    /// begins first: its rank tells how long what hangs on it takes.
    ///
    /// The engine has begun as much as its graph allows, and counts on this to hold most of it back as long as the
    /// service could not take it anyway. The default is for providers that take everything at once.
    async fn turn(&self, kind: &str, region: Option<&Region>, rank: u64) -> Turn {
        let _ = (kind, region, rank);
        Turn::default()
    }

    /// Creates an object and returns its identity, without waiting until the object is usable.
    ///
    /// `operation.token` makes a repeated call idempotent where the service supports it.
    async fn create(&self, operation: &Operation, planned: &Value) -> Result<String>;

    /// Changes an object in place, without waiting until the change took effect.
    async fn update(&self, operation: &Operation, prior: &Value, planned: &Value) -> Result<()>;

    /// Says that an object was made by a creation that was interrupted: whoever settles it next does what that left
    /// to be done.
    fn resume(&self, operation: &Operation, identity: &str) {
        let _ = (operation, identity);
    }

    /// Waits until the object is usable and shows what was planned, and returns it as it then is.
    ///
    /// Objects of one type in one Region that wait at the same time share their calls.
    async fn settle(&self, operation: &Operation, identity: &str, planned: &Value) -> Result<Value>;

    /// Deletes an object and waits until it is gone. An object that is gone already is a success.
    async fn delete(&self, operation: &Operation, prior: &Value) -> Result<()>;

    /// Finds out what became of creations of one type in one Region whose answers nobody got, with as few calls as
    /// the service allows. What may be there and not show yet is waited for.
    ///
    /// Returns one answer for each, in the order asked.
    ///
    /// *Errors*: what keeps all of them from being looked up.
    async fn look_for(
        &self,
        kind: &str,
        region: Option<&Region>,
        interrupted: Vec<Interrupted>,
    ) -> Result<Vec<Fate>>;

    /// Takes the marks away that creations left on their objects, which are safely on record by now. An object that
    /// is gone or has no mark any more is a success. The default is for providers that leave none.
    async fn unmark(&self, region: Option<&Region>, marked: Vec<Marked>) -> Result<()> {
        let _ = (region, marked);
        Ok(())
    }

    /// Reads a data source.
    async fn read_data(&self, kind: &str, config: &Value) -> Result<Value>;

    /// Reads a data source for an instance of the configuration. The default is for providers to which it does not
    /// matter what the configuration calls it.
    async fn read_data_for(&self, address: &ResourceInstance, config: &Value) -> Result<Value> {
        self.read_data(address.kind(), config).await
    }

    /// Opens an ephemeral object, whose value lives no longer than the phase that asked for it.
    ///
    /// *Assumptions*: `config` is wholly known and has no marks.
    async fn open(&self, kind: &str, config: &Value) -> Result<Opened> {
        let _ = config;
        Err(unsupported(kind))
    }

    /// Waits until an opened object has to be renewed, and renews it. The engine calls it again and again while
    /// the object is open, and drops the call when it is to be closed. The default is for objects that last: it
    /// never returns.
    async fn renew(&self, kind: &str, opened: &Opened) -> Result<()> {
        let _ = (kind, opened);
        std::future::pending().await
    }

    /// Closes an opened object after its last use. The default is for objects that need no closing.
    async fn close(&self, kind: &str, opened: &Opened) -> Result<()> {
        let _ = (kind, opened);
        Ok(())
    }

    /// Returns how many API calls the connection made so far, for each service.
    fn calls(&self) -> BTreeMap<String, u64>;
}

/// An object to be read.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What identifies the object to the cloud.
    pub identity: String,
    /// The object as it was last known; `None` when it is imported.
    pub prior: Option<Value>,
}

/// What the engine already decided about an instance, for the provider to finish.
#[derive(Debug)]
pub struct PlanRequest<'a> {
    /// The resource type.
    pub kind: &'a str,
    /// The object as last observed; `None` when it is to be created.
    pub prior: Option<&'a Value>,
    /// The configuration, possibly with unknown values.
    pub config: &'a Value,
    /// The generic proposal made from the schema.
    pub proposed: Value,
}

/// The provider's answer to a [`PlanRequest`].
#[derive(Clone, Debug)]
pub struct Planned {
    /// The value the instance will have; unknown where only the apply can tell.
    pub value: Value,
    /// The attributes that make a replacement necessary beyond those the schema marks.
    pub replace: Vec<Path>,
}

/// The circumstances of one mutating call.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The resource type.
    pub kind: Arc<str>,
    /// The effective Region.
    pub region: Option<Region>,
    /// The instance's address, for messages and traces.
    pub address: String,
    /// The idempotency token the journal holds for this operation.
    pub token: String,
    /// The right to have begun; a call that goes on to wait, as deleting does, ends it.
    pub turn: Turn,
}
