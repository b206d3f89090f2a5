use std::cell::RefCell;
use std::collections::HashMap;

use async_trait::async_trait;
use rinfra_addr::{Mode, ResourceInstance};
use rinfra_change::{Action, Plan};
use rinfra_diag::Diagnostics;
use rinfra_eval::{Connections, DesiredInstance, DesiredProvider, Ephemerals, Poisoned, Results};
use rinfra_provider::Catalogue;
use rinfra_value::Value;

use crate::observer::{Event, Observer};
use crate::scribe::Scribe;

/// The phase that opens connections: it answers the evaluator with what the plan says each instance will be.
///
/// A plan refuses provider configurations it does not know. So no connection has to wait for a step, and a step
/// that deletes what a provider configuration refers to cannot wait for itself.
pub(crate) struct Foreknowledge<'f> {
    pub(crate) catalogue: &'f Catalogue,
    pub(crate) scribe: &'f Scribe,
    pub(crate) connections: Connections,
    pub(crate) ephemerals: Ephemerals<'f>,
    pub(crate) diagnostics: RefCell<Diagnostics>,
    foreseen: HashMap<&'f ResourceInstance, &'f Value>,
}

impl<'f> Foreknowledge<'f> {
    /// Returns what a plan knows.
    pub(crate) fn new(
        catalogue: &'f Catalogue,
        plan: &'f Plan,
        scribe: &'f Scribe,
        observer: &'f dyn Observer,
    ) -> Self {
        let current = plan.changes.iter().filter(|it| it.deposed.is_none());
        let foreseen = current.filter_map(|it| {
            let value = if it.action == Action::Delete { &it.before } else { &it.after };
            Some((&it.address, value.as_ref()?))
        });
        Self { foreseen: foreseen.collect(), ..Self::of_state(catalogue, scribe, observer) }
    }

    /// Returns what the state knows, for who has no plan.
    pub(crate) fn of_state(catalogue: &'f Catalogue, scribe: &'f Scribe, observer: &'f dyn Observer) -> Self {
        Self {
            catalogue,
            scribe,
            connections: Connections::default(),
            ephemerals: Ephemerals::new(|it| observer.observe(Event::Ephemeral(it))),
            diagnostics: RefCell::default(),
            foreseen: HashMap::new(),
        }
    }

    /// Returns the objects of the state that a plan of a part leaves alone.
    pub(crate) fn left_out(&self, plan: &Plan) -> HashMap<ResourceInstance, Value> {
        if !plan.is_partial() {
            return HashMap::new();
        }
        self.scribe.with_state(|state| {
            let others = state.instances().filter(|(address, ..)| !self.foreseen.contains_key(address));
            let known = others.filter_map(|(address, resource, instance)| {
                let source = &resource.provider.source;
                let schema = self.catalogue.schema(source, address.mode(), address.kind())?;
                let value = instance.current.as_ref()?.decode(&schema.block.implied_type()).ok()?;
                Some((address, value))
            });
            known.collect()
        })
    }

    /// Returns the value of an instance that the plan does not mention: what the state has, or a proposal.
    fn recorded(&self, desired: &DesiredInstance<'_>) -> Result<Value, Poisoned> {
        let (address, source) = (&desired.address, &desired.provider.source);
        let schema = self.catalogue.schema(source, address.mode(), address.kind()).ok_or(Poisoned)?;
        let ty = schema.block.implied_type();
        let stored = self.scribe.with_state(|state| state.current(address).map(|it| it.decode(&ty)));
        Ok(stored.and_then(Result::ok).unwrap_or_else(|| desired.proposal(&schema.block)))
    }
}

#[async_trait(?Send)]
impl<'c> Results<'c> for Foreknowledge<'_> {
    async fn provider(&self, desired: DesiredProvider) -> Result<(), Poisoned> {
        self.connections.open(self.catalogue, &desired).await.map_err(|diagnostic| {
            self.diagnostics.borrow_mut().push(diagnostic);
            Poisoned
        })
    }

    async fn managed(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned> {
        match self.foreseen.get(&desired.address) {
            Some(value) => Ok((*value).clone()),
            None => self.recorded(&desired),
        }
    }

    async fn ephemeral(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned>
    where
        'c: 'async_trait,
    {
        let (address, source) = (&desired.address, &desired.provider.source);
        let schema = self.catalogue.schema(source, address.mode(), address.kind()).ok_or(Poisoned)?;
        let connection = self.connections.get(&desired.provider).ok_or(Poisoned)?;
        self.ephemerals.value(&desired, &schema.block, connection).await.map_err(|diagnostic| {
            self.diagnostics.borrow_mut().push(diagnostic);
            Poisoned
        })
    }

    fn is_applying(&self) -> bool {
        true
    }

    async fn data(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned> {
        if let Some(value) = self.foreseen.get(&desired.address) {
            return Ok((*value).clone());
        }
        debug_assert_eq!(desired.address.mode(), Mode::Data);
        let connection = self.connections.get(&desired.provider).ok_or(Poisoned)?;
        let kind = desired.address.kind();
        let read = connection.read_data_for(&desired.address, &desired.config.unmark_deep()).await;
        read.map_err(|error| {
            let diagnostic = desired.failure(format!("Reading data source {kind} failed"), &error);
            self.diagnostics.borrow_mut().push(diagnostic);
            Poisoned
        })
    }
}
