use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use rinfra_addr::{Mode, ProviderSource};
use rinfra_schema::Schema;

use crate::limited::Limited;
use crate::{Connection, Gate, Provider, Usage};

/// The providers built into this binary, by source address.
#[derive(Clone, Default)]
pub struct Catalogue {
    providers: BTreeMap<ProviderSource, Arc<dyn Provider>>,
    /// What all connections of its providers share, where a person limits the calls in flight.
    calls: Option<Arc<Gate>>,
}

impl Catalogue {
    /// Returns a catalogue of these providers.
    pub fn new(providers: impl IntoIterator<Item = Arc<dyn Provider>>) -> Self {
        let providers = providers.into_iter().map(|it| (it.source().clone(), it)).collect();
        Self { providers, calls: None }
    }

    /// Returns the catalogue with another provider in the place of the one of the same source, if it has one.
    #[must_use]
    pub fn replacing(mut self, provider: Arc<dyn Provider>) -> Self {
        if let Some(place) = self.providers.get_mut(provider.source()) {
            *place = provider;
        }
        self
    }

    /// Returns the catalogue with a limit of the calls in flight, for all connections together.
    #[must_use]
    pub fn limited(self, calls: NonZeroUsize) -> Self {
        Self { calls: Some(Gate::new(calls)), ..self }
    }

    /// Returns a connection that keeps to the limit, where there is one.
    pub fn within_limit(&self, connection: Arc<dyn Connection>) -> Arc<dyn Connection> {
        match &self.calls {
            Some(calls) => Arc::new(Limited { connection, calls: Arc::clone(calls) }),
            None => connection,
        }
    }

    /// Returns the provider of this source address.
    pub fn get(&self, source: &ProviderSource) -> Option<&Arc<dyn Provider>> {
        self.providers.get(source)
    }

    /// Returns the schema of a resource type, data source or ephemeral resource type.
    pub fn schema(&self, source: &ProviderSource, mode: Mode, kind: &str) -> Option<&Schema> {
        let provider = self.get(source)?;
        match mode {
            Mode::Data => provider.data_source(kind).map(|it| it.schema()),
            Mode::Ephemeral => provider.ephemeral_type(kind).map(|it| it.schema()),
            Mode::Managed => provider.resource_type(kind).map(|it| it.schema()),
        }
    }

    /// Returns what was asked so far of the services behind all providers.
    pub fn usage(&self) -> Usage {
        let mut usage = Usage::default();
        self.iter().for_each(|it| usage.extend(it.usage()));
        usage
    }

    /// Returns all providers, ordered by source address.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Provider>> {
        self.providers.values()
    }
}
