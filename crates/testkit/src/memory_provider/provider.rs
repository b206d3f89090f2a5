use std::sync::Arc;

use async_trait::async_trait;
use rinfra_addr::ProviderSource;
use rinfra_provider::{Connection, DataSourceType, EphemeralType, Provider, ResourceType, Result, Typical};
use rinfra_schema::{Block, Schema};
use rinfra_value::Value;

use super::cloud::{Cloud, text};
use super::connection::MemoryConnection;
use super::ephemeral;
use super::schemas::{LOOKUP, PROVIDER, THING};

pub(super) const KIND: &str = "mem_thing";

/// The provider `hashicorp/mem`, whose cloud is memory.
#[derive(Debug)]
pub struct MemoryProvider {
    source: ProviderSource,
    cloud: Cloud,
    thing: Thing,
}

impl MemoryProvider {
    /// Returns a provider of this cloud.
    pub fn new(cloud: Cloud) -> Self {
        let thing = {
            let script = &cloud.world().script;
            Thing { typical: script.typical, is_marked: script.marks }
        };
        Self { source: ProviderSource::default_for("mem"), cloud, thing }
    }
}

#[async_trait]
impl Provider for MemoryProvider {
    fn source(&self) -> &ProviderSource {
        &self.source
    }

    fn config_schema(&self) -> &Block {
        &PROVIDER
    }

    fn resource_type(&self, kind: &str) -> Option<&dyn ResourceType> {
        (kind == KIND).then_some(&self.thing as &dyn ResourceType)
    }

    fn data_source(&self, kind: &str) -> Option<&dyn DataSourceType> {
        (kind == KIND).then_some(&Lookup as &dyn DataSourceType)
    }

    fn ephemeral_type(&self, kind: &str) -> Option<&dyn EphemeralType> {
        (kind == ephemeral::KIND).then_some(&ephemeral::Token as &dyn EphemeralType)
    }

    fn ephemeral_type_names(&self) -> Vec<&str> {
        vec![ephemeral::KIND]
    }

    fn resource_type_names(&self) -> Vec<&str> {
        vec![KIND]
    }

    fn data_source_names(&self) -> Vec<&str> {
        vec![KIND]
    }

    async fn configure(&self, config: &Value) -> Result<Arc<dyn Connection>> {
        let account = text(config, "account").unwrap_or_else(|| "main".to_owned());
        let region = text(config, "region").unwrap_or_else(|| "home".to_owned());
        self.cloud.world().log.push(format!("configure {account} {region}"));
        Ok(Arc::new(MemoryConnection::new(self.cloud.clone(), account, region)))
    }
}

#[derive(Debug)]
struct Thing {
    typical: Typical,
    is_marked: bool,
}

impl ResourceType for Thing {
    fn typical(&self) -> Typical {
        self.typical
    }

    fn is_marked(&self) -> bool {
        self.is_marked
    }

    fn schema(&self) -> &Schema {
        &THING
    }

    fn identity(&self, object: &Value) -> Option<String> {
        text(object, "id")
    }
}

struct Lookup;

impl DataSourceType for Lookup {
    fn schema(&self) -> &Schema {
        &LOOKUP
    }

    fn is_asked_once(&self) -> bool {
        true
    }
}
