//! Giving resources of the state to another provider.

use rinfra_addr::{AbsResource, ProviderConfig, ProviderSource};
use rinfra_diag::Diagnostic;
use rinfra_state::journal::Event;

use crate::failure::{Failure, Outcome};
use crate::workbench::Workbench;

/// All resources of one provider become another provider's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderReplacement {
    /// The provider that has them.
    pub from: ProviderSource,
    /// The provider that gets them.
    pub to: ProviderSource,
    /// The resources.
    pub resources: Vec<AbsResource>,
}

impl Workbench<'_> {
    /// Returns what changes when one provider takes the place of another one in the state.
    ///
    /// *Errors*: texts that are no providers.
    pub fn provider_replacement(&self, from: &str, to: &str) -> Outcome<ProviderReplacement> {
        let (from, to) = (provider("from", from)?, provider("to", to)?);
        let resources = self.state().resources.iter();
        let resources = resources.filter(|(_, it)| it.provider.source == from).map(|(it, _)| it.clone());
        Ok(ProviderReplacement { resources: resources.collect(), from, to })
    }

    /// Carries out a replacement and writes the state. Neither provider takes part.
    pub async fn replace_provider(self, replacement: &ProviderReplacement) -> Outcome<()> {
        let mut events = Vec::new();
        for address in &replacement.resources {
            let Some(resource) = self.state().resource(address) else { continue };
            for (key, instance) in &resource.instances {
                let provider =
                    ProviderConfig { source: replacement.to.clone(), ..resource.provider_of(instance) };
                events.push(Event::Arranged {
                    address: address.instance(key.clone()),
                    provider,
                    instance: Box::new(instance.clone()),
                });
            }
        }
        self.edit(events).await
    }
}

fn provider(which: &str, text: &str) -> Outcome<ProviderSource> {
    text.parse().map_err(|error: rinfra_addr::AddressError| {
        let summary = format!("Invalid {which:?} provider {text:?}");
        Failure::said(Diagnostic::error(summary, error.to_string()))
    })
}
