//! Looking up one object that is to be imported by command.

use std::cell::RefCell;

use async_trait::async_trait;
use rinfra_addr::{ProviderConfig, ResourceInstance};
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_eval::{Connections, DesiredInstance, DesiredProvider, Ephemerals, Evaluation, Poisoned, Results};
use rinfra_provider::{Catalogue, Wanted};
use rinfra_schema::{Schema, planning};
use rinfra_state::State;
use rinfra_value::{Marks, Type, Value};

use crate::imports::missing;
use crate::moves::Moves;
use crate::observer::{Event, Observer};
use crate::run::Request;

/// An object that exists and is to become a resource instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The instance.
    pub address: ResourceInstance,
    /// What the provider calls the object.
    pub id: String,
}

/// An object that was looked up.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The provider configuration that manages it.
    pub provider: ProviderConfig,
    /// The version of the schema.
    pub schema_version: u64,
    /// The type the schema implies.
    pub ty: Type,
    /// The object, with its sensitive parts marked.
    pub value: Value,
}

/// Looks up an object as the provider configuration and in the Region that the configuration chooses for the
/// instance. Nothing but what that depends on is evaluated.
///
/// Returns the object unless there was an error, and all diagnostics. The request's options do not matter.
pub async fn look_up(request: &Request<'_>, import: &Import) -> (Option<Imported>, Diagnostics) {
    let moves = match Moves::new(request.config, request.catalogue, request.state) {
        Ok(moves) => moves,
        Err(unmovable) => return (None, unmovable),
    };
    let lookup = Lookup {
        catalogue: request.catalogue,
        state: &moves.state,
        import,
        observer: request.observer,
        connections: Connections::default(),
        ephemerals: Ephemerals::new(|it| request.observer.observe(Event::Ephemeral(it))),
        found: RefCell::default(),
        diagnostics: RefCell::default(),
    };
    let evaluation =
        Evaluation::new(request.config, request.catalogue, request.functions, request.inputs, &lookup);
    let is_wanted = lookup.ephemerals.accompany(evaluation.instance_at(&import.address)).await;
    let mut diagnostics = evaluation.take_diagnostics();
    diagnostics.extend(lookup.ephemerals.close().await);
    drop(evaluation);
    let Lookup { found, diagnostics: own, .. } = lookup;
    diagnostics.extend(own.into_inner());
    if !is_wanted && !diagnostics.has_errors() {
        let detail = format!("The configuration wants no instance {}.", import.address);
        diagnostics.push(Diagnostic::error("Configuration for import target does not exist", detail));
    }
    let found = found.into_inner().filter(|_| !diagnostics.has_errors());
    (found, diagnostics)
}

/// The phase that answers with what the state holds, and looks up one instance.
struct Lookup<'l> {
    catalogue: &'l Catalogue,
    state: &'l State,
    import: &'l Import,
    observer: &'l dyn Observer,
    connections: Connections,
    ephemerals: Ephemerals<'l>,
    found: RefCell<Option<Imported>>,
    diagnostics: RefCell<Diagnostics>,
}

impl Lookup<'_> {
    fn fail<T>(&self, diagnostic: Diagnostic) -> Result<T, Poisoned> {
        self.diagnostics.borrow_mut().push(diagnostic);
        Err(Poisoned)
    }

    fn schema(&self, desired: &DesiredInstance<'_>) -> Result<&Schema, Poisoned> {
        let (address, source) = (&desired.address, &desired.provider.source);
        self.catalogue.schema(source, address.mode(), address.kind()).ok_or(Poisoned)
    }

    async fn look_up(&self, desired: &DesiredInstance<'_>) -> Result<Value, Poisoned> {
        let (address, kind) = (&desired.address, desired.address.kind());
        let schema = self.schema(desired)?;
        let connection = self.connections.get(&desired.provider).ok_or(Poisoned)?;
        let region = connection.region(kind, Some(&desired.config.unmark_deep()));
        let wanted = Wanted { identity: self.import.id.clone(), prior: None };
        self.observer.observe(Event::Importing { address: address.clone(), id: self.import.id.clone() });
        let read = connection.read(kind, region.as_ref(), vec![wanted]).await;
        let at = |it: Diagnostic| it.at(desired.span().clone()).address(address.to_string());
        let value = match read.map(|mut it| it.pop().flatten()) {
            Ok(Some(value)) => value,
            Ok(None) => return self.fail(at(missing(address, &self.import.id, region.as_ref()))),
            Err(error) => return self.fail(desired.failure(format!("Importing {kind} failed"), &error)),
        };
        let sensitive = planning::sensitive_paths(&schema.block, &value);
        let marks: Vec<_> = sensitive.into_iter().map(|path| (path, Marks::SENSITIVE)).collect();
        self.found.replace(Some(Imported {
            provider: desired.provider.clone(),
            schema_version: schema.version,
            ty: schema.block.implied_type(),
            value: value.clone().mark_paths(&marks),
        }));
        Ok(desired.mark(&schema.block, value))
    }
}

#[async_trait(?Send)]
impl<'c> Results<'c> for Lookup<'_> {
    async fn provider(&self, desired: DesiredProvider) -> Result<(), Poisoned> {
        match self.connections.open(self.catalogue, &desired).await {
            Ok(()) => Ok(()),
            Err(diagnostic) => self.fail(diagnostic),
        }
    }

    async fn managed(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned> {
        if desired.address == self.import.address {
            return self.look_up(&desired).await;
        }
        let block = &self.schema(&desired)?.block;
        let stored =
            self.state.current(&desired.address).and_then(|it| it.decode(&block.implied_type()).ok());
        Ok(match stored {
            Some(stored) => desired.mark(block, stored.unmark_deep()),
            None => desired.proposal(block),
        })
    }

    async fn data(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned> {
        let block = &self.schema(&desired)?.block;
        let config = desired.config.unmark_deep();
        if !config.is_wholly_known() {
            return Ok(desired.proposal(block));
        }
        let kind = desired.address.kind();
        let connection = self.connections.get(&desired.provider).ok_or(Poisoned)?;
        match connection.read_data_for(&desired.address, &config).await {
            Ok(value) => Ok(desired.mark(block, value)),
            Err(error) => self.fail(desired.failure(format!("Reading data source {kind} failed"), &error)),
        }
    }

    async fn ephemeral(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned>
    where
        'c: 'async_trait,
    {
        let block = &self.schema(&desired)?.block;
        let connection = self.connections.get(&desired.provider).ok_or(Poisoned)?;
        let opened = self.ephemerals.value(&desired, block, connection).await;
        opened.or_else(|diagnostic| self.fail(diagnostic))
    }
}
