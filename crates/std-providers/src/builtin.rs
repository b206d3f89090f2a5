use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use rinfra_addr::ProviderSource;
use rinfra_provider::{
    Connection, DataSourceType, Error, Operation, PlanRequest, Planned, Provider, Region, ResourceType,
    Result, Wanted,
};
use rinfra_schema::Block;
use rinfra_value::Value;

use crate::terraform_data::{self, TerraformData};

/// The provider built into the language itself, `terraform.io/builtin/terraform`.
#[derive(Debug)]
pub struct BuiltinTerraform {
    source: ProviderSource,
}

impl Default for BuiltinTerraform {
    fn default() -> Self {
        Self { source: ProviderSource::builtin_terraform() }
    }
}

#[async_trait]
impl Provider for BuiltinTerraform {
    fn source(&self) -> &ProviderSource {
        &self.source
    }

    fn config_schema(&self) -> &Block {
        static EMPTY: LazyLock<Block> = LazyLock::new(Block::new);
        &EMPTY
    }

    fn resource_type(&self, kind: &str) -> Option<&dyn ResourceType> {
        (kind == terraform_data::NAME).then_some(&TerraformData as &dyn ResourceType)
    }

    fn data_source(&self, _kind: &str) -> Option<&dyn DataSourceType> {
        None
    }

    fn resource_type_names(&self) -> Vec<&str> {
        vec![terraform_data::NAME]
    }

    fn data_source_names(&self) -> Vec<&str> {
        Vec::new()
    }

    async fn configure(&self, _config: &Value) -> Result<Arc<dyn Connection>> {
        Ok(Arc::new(Memory))
    }
}

/// The connection of the built-in provider: its objects live in the state alone.
struct Memory;

#[async_trait]
impl Connection for Memory {
    fn region(&self, _kind: &str, _object: Option<&Value>) -> Option<Region> {
        None
    }

    fn plan(&self, request: PlanRequest<'_>) -> Result<Planned> {
        Ok(terraform_data::plan(&request))
    }

    async fn read(
        &self,
        _kind: &str,
        _region: Option<&Region>,
        wanted: Vec<Wanted>,
    ) -> Result<Vec<Option<Value>>> {
        Ok(wanted
            .into_iter()
            .map(|it| it.prior.or_else(|| Some(terraform_data::imported(&it.identity))))
            .collect())
    }

    async fn create(&self, _operation: &Operation, _planned: &Value) -> Result<String> {
        Ok(uuid::Uuid::new_v4().to_string())
    }

    async fn update(&self, _operation: &Operation, _prior: &Value, _planned: &Value) -> Result<()> {
        Ok(())
    }

    async fn settle(&self, _operation: &Operation, identity: &str, planned: &Value) -> Result<Value> {
        Ok(terraform_data::settled(identity, planned))
    }

    async fn delete(&self, _operation: &Operation, _prior: &Value) -> Result<()> {
        Ok(())
    }

    async fn read_data(&self, kind: &str, _config: &Value) -> Result<Value> {
        Err(Error::internal(format!("the built-in provider has no data source {kind}")))
    }

    fn calls(&self) -> BTreeMap<String, u64> {
        BTreeMap::new()
    }
}
