use std::collections::BTreeMap;

use async_trait::async_trait;
use rinfra_provider::{
    Connection, Error, ErrorClass, Fate, Interrupted, Marked, Opened, Operation, PlanRequest, Planned,
    Region, Result, Wanted,
};
use rinfra_schema::planning;
use rinfra_value::{Entries, Value};

use super::cloud::{Cloud, Thing, World, text};
use super::data;
use super::schemas::THING;
use super::script::{Call, Moment};

/// One account of the cloud.
#[derive(Debug)]
pub(crate) struct MemoryConnection {
    pub(super) cloud: Cloud,
    account: String,
    region: Region,
}

impl MemoryConnection {
    pub(crate) fn new(cloud: Cloud, account: String, region: String) -> Self {
        Self { cloud, account, region: Region::new(region) }
    }

    fn region_of(&self, object: Option<&Value>) -> Region {
        object.and_then(|it| text(it, "region")).map_or_else(|| self.region.clone(), Region::new)
    }

    /// Waits as long as a call takes.
    async fn travel(&self) {
        let latency = self.cloud.world().script.latency;
        if !latency.is_zero() {
            // Boxed: a timer is large, and so would be everything that waits for this.
            Box::pin(tokio::time::sleep(latency)).await;
        }
    }

    /// Waits as long as a call takes, and at its gate, if there is one.
    pub(super) async fn pass(&self, call: Call, subject: &str) {
        self.travel().await;
        let gate = self.cloud.world().script.gates.get(&(call, subject.to_owned())).cloned();
        if let Some(gate) = gate {
            gate.pass().await;
        }
    }

    /// Does a scripted call: it may be held back, and fail before or after its effect.
    async fn perform<T>(
        &self,
        call: Call,
        operation: &Operation,
        effect: impl FnOnce(&mut World) -> Result<T>,
    ) -> Result<T> {
        let address = &operation.address;
        let verb = format!("{call:?}").to_lowercase();
        let received = format!("{verb} {address}");
        self.cloud.world().receive(received, operation.region.as_ref())?;
        self.pass(call, address).await;
        let mut world = self.cloud.world();
        if let Some(error) = world.script.failure(call, address, Moment::Before) {
            return Err(error);
        }
        let result = effect(&mut world)?;
        match world.script.failure(call, address, Moment::After) {
            Some(error) => Err(error),
            None => Ok(result),
        }
    }

    fn store(&self, world: &mut World, operation: &Operation, identity: &str, planned: &Value) -> Result<()> {
        if let Some(parent) = text(planned, "parent")
            && !world.things.contains_key(&parent)
        {
            return Err(Error::new(ErrorClass::Validation, format!("there is no {parent} to hang on")));
        }
        let region = operation.region.clone().unwrap_or_else(|| self.region.clone());
        let mut entries = planned.entries().map(Entries::to_map).unwrap_or_default();
        entries.insert("id".into(), Value::string(identity));
        entries.insert("region".into(), Value::string(region.as_str()));
        let name = text(planned, "name").unwrap_or_default();
        entries.insert("endpoint".into(), Value::string(format!("{name}.{identity}.example")));
        let value = Value::object(entries);
        let value =
            if value.is_wholly_known() { value } else { planning::without_unknowns(&THING.block, &value) };
        let account = self.account.clone();
        // What changes keeps the token of what made it.
        let before = world.things.get(identity).map(|it| it.token.clone());
        let token = before.unwrap_or_else(|| Some(operation.token.clone()));
        world.put(identity.to_owned(), Thing { account, region, value, token });
        Ok(())
    }
}

#[async_trait]
impl Connection for MemoryConnection {
    fn region(&self, _kind: &str, object: Option<&Value>) -> Option<Region> {
        Some(self.region_of(object))
    }

    fn plan(&self, request: PlanRequest<'_>) -> Result<Planned> {
        let mut entries = request.proposed.entries().map(Entries::to_map).unwrap_or_default();
        if entries.get("region").is_some_and(|it| !it.is_known())
            && request.config.attribute("region").is_none_or(Value::is_null)
        {
            entries.insert("region".into(), Value::string(self.region.as_str()));
        }
        Ok(Planned { value: Value::object(entries), replace: Vec::new() })
    }

    async fn read(
        &self,
        kind: &str,
        region: Option<&Region>,
        wanted: Vec<Wanted>,
    ) -> Result<Vec<Option<Value>>> {
        self.travel().await;
        let mut world = self.cloud.world();
        let place = region.map(ToString::to_string).unwrap_or_default();
        world.receive(format!("read {} {kind} in {place}", wanted.len()), region)?;
        let find = |it: Wanted| {
            let thing = world.things.get(&it.identity)?;
            let here = thing.account == self.account && Some(&thing.region) == region;
            here.then(|| planning::merge_read(&THING.block, it.prior.as_ref(), &thing.value))
        };
        Ok(wanted.into_iter().map(find).collect())
    }

    async fn create(&self, operation: &Operation, planned: &Value) -> Result<String> {
        self.perform(Call::Create, operation, |world| {
            let identity = world.identity(&operation.kind);
            self.store(world, operation, &identity, planned)?;
            Ok(identity)
        })
        .await
    }

    async fn update(&self, operation: &Operation, prior: &Value, planned: &Value) -> Result<()> {
        let identity = text(prior, "id").unwrap_or_default();
        self.perform(Call::Update, operation, |world| self.store(world, operation, &identity, planned)).await
    }

    async fn settle(&self, operation: &Operation, identity: &str, planned: &Value) -> Result<Value> {
        let rounds = self.cloud.world().script.settling_rounds.get(&operation.address).copied();
        for _ in 0..rounds.unwrap_or_default() {
            tokio::task::yield_now().await;
        }
        self.perform(Call::Settle, operation, |world| {
            let gone = || Error::new(ErrorClass::NotFound, format!("{identity} is gone"));
            let thing = world.things.get(identity).ok_or_else(gone)?;
            let known = planning::without_unknowns(&THING.block, planned);
            Ok(planning::merge_read(&THING.block, Some(&known), &thing.value))
        })
        .await
    }

    async fn delete(&self, operation: &Operation, prior: &Value) -> Result<()> {
        let identity = text(prior, "id").unwrap_or_default();
        self.perform(Call::Delete, operation, |world| {
            if let Some(child) = world.child(&identity) {
                let message = format!("{child} still hangs on {identity}");
                return Err(Error::new(ErrorClass::Dependency, message));
            }
            world.things.remove(&identity);
            Ok(())
        })
        .await
    }

    async fn look_for(
        &self,
        kind: &str,
        region: Option<&Region>,
        interrupted: Vec<Interrupted>,
    ) -> Result<Vec<Fate>> {
        let place = region.map(ToString::to_string).unwrap_or_default();
        self.cloud.world().receive(format!("look for {} {kind} in {place}", interrupted.len()), region)?;
        self.pass(Call::LookFor, kind).await;
        let mut world = self.cloud.world();
        if let Some(error) = world.script.failure(Call::LookFor, kind, Moment::Before) {
            return Err(error);
        }
        let here = |it: &&Thing| it.account == self.account && Some(&it.region) == region;
        let fate = |it: &Interrupted| {
            let things = || world.things.iter().filter(|(_, thing)| here(thing));
            let own = things().find(|(_, thing)| thing.token.as_deref() == Some(&*it.token));
            let name = text(&it.planned, "name");
            let named = |thing: &Thing| name.is_some() && text(&thing.value, "name") == name;
            let foreign = things().find(|(id, thing)| id.starts_with("foreign") && named(thing));
            match (own, foreign) {
                (Some((identity, _)), _) => Fate::Made(identity.clone()),
                (None, Some((identity, _))) => Fate::Occupied(identity.clone()),
                (None, None) => Fate::Nothing,
            }
        };
        Ok(interrupted.iter().map(fate).collect())
    }

    async fn unmark(&self, region: Option<&Region>, marked: Vec<Marked>) -> Result<()> {
        let place = region.map(ToString::to_string).unwrap_or_default();
        self.cloud.world().receive(format!("unmark {} in {place}", marked.len()), region)?;
        self.pass(Call::Unmark, &place).await;
        let mut world = self.cloud.world();
        if let Some(error) = world.script.failure(Call::Unmark, &place, Moment::Before) {
            return Err(error);
        }
        for it in marked {
            if let Some(thing) = world.things.get_mut(&it.identity) {
                thing.token = None;
            }
        }
        Ok(())
    }

    async fn read_data(&self, _kind: &str, config: &Value) -> Result<Value> {
        let region = self.region_of(Some(config));
        let name = text(config, "name").unwrap_or_default();
        self.cloud.world().receive(format!("look up {name}"), Some(&region))?;
        self.pass(Call::ReadData, &name).await;
        let mut world = self.cloud.world();
        match world.script.failure(Call::ReadData, &name, Moment::Before) {
            Some(error) => Err(error),
            None => data::find(&world, &self.account, &region, &name),
        }
    }

    async fn open(&self, _kind: &str, config: &Value) -> Result<Opened> {
        self.open_token(config).await
    }

    async fn renew(&self, _kind: &str, opened: &Opened) -> Result<()> {
        self.renew_token(opened).await
    }

    async fn close(&self, _kind: &str, opened: &Opened) -> Result<()> {
        self.close_token(opened)
    }

    fn calls(&self) -> BTreeMap<String, u64> {
        BTreeMap::from([("memory".to_owned(), self.cloud.world().calls)])
    }
}
