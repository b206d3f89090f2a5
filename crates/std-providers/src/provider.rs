use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use async_trait::async_trait;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rinfra_addr::{ProviderSource, ResourceInstance};
use rinfra_provider::{
    Connection, DataSourceType, EphemeralType, Error, Fate, Interrupted, Opened, Operation, PlanRequest,
    Planned, Provider, Region, ResourceType, Result, Wanted,
};
use rinfra_schema::Block;
use rinfra_value::Value;

use crate::object_type::{DataType, EphemeralKind, ObjectType};

/// A provider whose objects live in the state alone: creating one is computing it, reading one is remembering it.
pub struct StateOnlyProvider {
    source: ProviderSource,
    types: &'static [&'static dyn ObjectType],
    data: Arc<[Box<dyn DataType>]>,
    ephemeral: &'static [&'static dyn EphemeralKind],
}

impl StateOnlyProvider {
    pub(crate) fn new(
        source: ProviderSource,
        types: &'static [&'static dyn ObjectType],
        data: Vec<Box<dyn DataType>>,
    ) -> Self {
        Self { source, types, data: data.into(), ephemeral: &[] }
    }

    pub(crate) fn with_ephemeral(self, ephemeral: &'static [&'static dyn EphemeralKind]) -> Self {
        Self { ephemeral, ..self }
    }
}

#[async_trait]
impl Provider for StateOnlyProvider {
    fn source(&self) -> &ProviderSource {
        &self.source
    }

    fn config_schema(&self) -> &Block {
        static EMPTY: LazyLock<Block> = LazyLock::new(Block::new);
        &EMPTY
    }

    fn resource_type(&self, kind: &str) -> Option<&dyn ResourceType> {
        self.types.iter().find(|it| it.name() == kind).map(|it| it as &dyn ResourceType)
    }

    fn data_source(&self, kind: &str) -> Option<&dyn DataSourceType> {
        self.data.iter().find(|it| it.name() == kind).map(|it| it as &dyn DataSourceType)
    }

    fn ephemeral_type(&self, kind: &str) -> Option<&dyn EphemeralType> {
        self.ephemeral.iter().find(|it| it.name() == kind).map(|it| it as &dyn EphemeralType)
    }

    fn resource_type_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.types.iter().map(|it| it.name()).collect();
        names.sort_unstable();
        names
    }

    fn data_source_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.data.iter().map(|it| it.name()).collect();
        names.sort_unstable();
        names
    }

    fn ephemeral_type_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.ephemeral.iter().map(|it| it.name()).collect();
        names.sort_unstable();
        names
    }

    async fn configure(&self, _config: &Value) -> Result<Arc<dyn Connection>> {
        Ok(Arc::new(Memory {
            types: self.types,
            data: Arc::clone(&self.data),
            ephemeral: self.ephemeral,
            made: Mutex::default(),
        }))
    }
}

/// The connection to nowhere.
struct Memory {
    types: &'static [&'static dyn ObjectType],
    data: Arc<[Box<dyn DataType>]>,
    ephemeral: &'static [&'static dyn EphemeralKind],
    /// What was created and not yet settled, by the operation's token.
    made: Mutex<BTreeMap<String, Value>>,
}

impl Memory {
    fn object_type(&self, kind: &str) -> Result<&'static dyn ObjectType> {
        let found = self.types.iter().find(|it| it.name() == kind).copied();
        found.ok_or_else(|| Error::internal(format!("this provider has no resource type {kind}")))
    }
}

#[async_trait]
impl Connection for Memory {
    fn region(&self, _kind: &str, _object: Option<&Value>) -> Option<Region> {
        None
    }

    fn plan(&self, request: PlanRequest<'_>) -> Result<Planned> {
        self.object_type(request.kind)?.plan(request)
    }

    async fn read(
        &self,
        kind: &str,
        _region: Option<&Region>,
        wanted: Vec<Wanted>,
    ) -> Result<Vec<Option<Value>>> {
        let object_type = self.object_type(kind)?;
        let read = |it: Wanted| match it.prior {
            Some(prior) => Ok(Some(prior)),
            None => object_type.import(&it.identity).map(Some),
        };
        wanted.into_iter().map(read).collect()
    }

    async fn create(&self, operation: &Operation, planned: &Value) -> Result<String> {
        let object_type = self.object_type(&operation.kind)?;
        let object = object_type.make(planned, &mut dice()?)?;
        let identity = object_type.identity(&object).unwrap_or_default();
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.insert(operation.token.clone(), object);
        Ok(identity)
    }

    async fn update(&self, _operation: &Operation, _prior: &Value, _planned: &Value) -> Result<()> {
        Ok(())
    }

    async fn settle(&self, operation: &Operation, _identity: &str, planned: &Value) -> Result<Value> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner).remove(&operation.token);
        match made {
            Some(object) => Ok(object),
            None => self.object_type(&operation.kind)?.make(planned, &mut dice()?),
        }
    }

    async fn delete(&self, _operation: &Operation, _prior: &Value) -> Result<()> {
        Ok(())
    }

    async fn look_for(
        &self,
        _kind: &str,
        _region: Option<&Region>,
        interrupted: Vec<Interrupted>,
    ) -> Result<Vec<Fate>> {
        // Its objects are made in the state, so one that the state does not have was never made.
        Ok(interrupted.iter().map(|_| Fate::Nothing).collect())
    }

    async fn read_data(&self, kind: &str, _config: &Value) -> Result<Value> {
        // Data sources of this crate may want to know what the configuration calls them.
        Err(Error::internal(format!("the data source {kind} was read for nobody")))
    }

    async fn read_data_for(&self, address: &ResourceInstance, config: &Value) -> Result<Value> {
        let kind = address.kind();
        let found = self.data.iter().find(|it| it.name() == &**kind);
        let found =
            found.ok_or_else(|| Error::internal(format!("this provider has no data source {kind}")))?;
        found.read(address, config).await
    }

    async fn open(&self, kind: &str, config: &Value) -> Result<Opened> {
        let found = self.ephemeral.iter().find(|it| it.name() == kind);
        let found = found
            .ok_or_else(|| Error::internal(format!("this provider has no ephemeral resource type {kind}")))?;
        found.open(config, &mut dice()?).map(Opened::new)
    }

    fn calls(&self) -> BTreeMap<String, u64> {
        BTreeMap::new()
    }
}

/// Returns a generator fit for secrets, seeded by the operating system.
pub(crate) fn dice() -> Result<StdRng> {
    StdRng::try_from_rng(&mut rand::rngs::SysRng)
        .map_err(|error| Error::internal(format!("the operating system gives no random bytes: {error}")))
}
