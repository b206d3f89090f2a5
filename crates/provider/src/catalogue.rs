use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_addr::{Mode, ProviderSource};
use rinfra_schema::Schema;

use crate::Provider;

/// The providers built into this binary, by source address.
#[derive(Clone, Default)]
pub struct Catalogue {
    providers: BTreeMap<ProviderSource, Arc<dyn Provider>>,
}

impl Catalogue {
    /// Returns a catalogue of these providers.
    pub fn new(providers: impl IntoIterator<Item = Arc<dyn Provider>>) -> Self {
        Self { providers: providers.into_iter().map(|it| (it.source().clone(), it)).collect() }
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

    /// Returns all providers, ordered by source address.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Provider>> {
        self.providers.values()
    }
}
