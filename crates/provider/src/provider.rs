use std::sync::Arc;

use async_trait::async_trait;
use rinfra_addr::ProviderSource;
use rinfra_schema::{Block, Schema};
use rinfra_value::Value;

use crate::{Connection, EphemeralType, ReadCost, Result, Typical, Usage};

/// A kind of provider, such as AWS: what it offers, and how to open a connection to it.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Returns the source address, such as `registry.terraform.io/hashicorp/aws`.
    fn source(&self) -> &ProviderSource;

    /// Returns the schema of the `provider` block.
    fn config_schema(&self) -> &Block;

    /// Returns the managed resource type of this name.
    fn resource_type(&self, kind: &str) -> Option<&dyn ResourceType>;

    /// Returns the data source of this name.
    fn data_source(&self, kind: &str) -> Option<&dyn DataSourceType>;

    /// Returns the ephemeral resource type of this name.
    fn ephemeral_type(&self, kind: &str) -> Option<&dyn EphemeralType> {
        let _ = kind;
        None
    }

    /// Returns the names of all managed resource types, sorted.
    fn resource_type_names(&self) -> Vec<&str>;

    /// Returns the names of all data sources, sorted.
    fn data_source_names(&self) -> Vec<&str>;

    /// Returns the names of all ephemeral resource types, sorted.
    fn ephemeral_type_names(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Opens a connection for one provider configuration.
    ///
    /// *Assumptions*: `config` is of the configuration schema's implied type and wholly known.
    ///
    /// *Errors*: configurations that cannot work: no Region, a forbidden account. What has to be asked for and does not
    /// decide whether anything may be looked at, [`Connection::verify`] says.
    async fn configure(&self, config: &Value) -> Result<Arc<dyn Connection>>;

    /// Returns what was asked of its services so far, through all connections there were: also through those that
    /// could not be opened, and by whatever came to no end. The default is for providers that ask nobody.
    fn usage(&self) -> Usage {
        Usage::default()
    }
}

/// A managed resource type: what can be known of it without a connection.
pub trait ResourceType: Send + Sync {
    /// Returns the schema, with everything the framework adds (tags, timeouts, Region).
    fn schema(&self) -> &Schema;

    /// Returns what identifies the object to the cloud: the id that `import` takes.
    ///
    /// `None` when the object carries too little to tell.
    fn identity(&self, object: &Value) -> Option<String>;

    /// Tells whether its objects hold what a new one would not bring back, such as a database, a bucket or a key:
    /// people are warned before one is destroyed or replaced.
    fn holds_data(&self) -> bool {
        false
    }

    /// Tells whether a creation leaves a mark on its object, by which it is found when it is interrupted and which
    /// [`Connection::unmark`] takes away as soon as the object is on record.
    fn is_marked(&self) -> bool {
        false
    }

    /// Returns how long operations on its objects usually take, the waiting included: what takes longest, and what
    /// waits for it, begins first.
    fn typical(&self) -> Typical {
        Typical::QUICK
    }

    /// Returns how many calls it takes to read many of its objects.
    fn read_cost(&self) -> ReadCost {
        ReadCost::Pages
    }

    /// Returns what an object of another resource type becomes when it is moved to this type: an object of this
    /// type's schema. `None` when the type takes in no objects of that one.
    ///
    /// *Errors*: objects that are not as their type promises.
    fn adopt(&self, foreign: &Foreign<'_>) -> Option<Result<Value>> {
        let _ = foreign;
        None
    }

    /// Returns an object that an earlier version of the schema wrote as this one has it. What the earlier version did
    /// not know of it is null.
    ///
    /// *Errors*: objects that are not as that version promised.
    fn upgrade(&self, stored: Value, version: u64) -> Result<Value> {
        let _ = version;
        Ok(stored)
    }
}

/// An object of a resource type that the engine may not know, as a state holds it.
#[derive(Clone, Copy, Debug)]
pub struct Foreign<'f> {
    /// The provider of the type.
    pub provider: &'f ProviderSource,
    /// The resource type.
    pub kind: &'f str,
    /// The version of the schema the attributes were written with.
    pub schema_version: u64,
    /// The attributes.
    pub attributes: &'f serde_json::Value,
}

/// A data source: what can be known of it without a connection.
pub trait DataSourceType: Send + Sync {
    /// Returns the schema.
    fn schema(&self) -> &Schema;

    /// Tells whether it does not matter how often it is asked the same thing while nothing is changed: then nobody asks
    /// twice. It does where asking does something, and where it matters who asks.
    fn is_asked_once(&self) -> bool {
        false
    }
}
