use std::collections::BTreeSet;
use std::rc::Rc;

use futures::future::LocalBoxFuture;
use rinfra_addr::{AbsResource, ProviderConfig};
use rinfra_config::ProviderKey;
use rinfra_diag::Diagnostic;
use rinfra_schema::decode;

use crate::evaluation::{Evaluation, Expansion, Site};
use crate::results::{DesiredProvider, Poisoned};

impl Evaluation<'_> {
    /// Evaluates a provider configuration and hands it to the phase, once.
    ///
    /// Returns the resources the configuration refers to.
    ///
    /// *Errors*: [`Poisoned`] when the configuration is invalid or cannot work; it has been reported.
    pub fn provider<'s>(
        &'s self,
        address: &'s ProviderConfig,
    ) -> LocalBoxFuture<'s, Result<Rc<BTreeSet<AbsResource>>, Poisoned>> {
        Box::pin(self.providers.get_or(address.clone(), async {
            let (desired, dependencies) = self.desire_provider(address).await?;
            self.results.provider(desired).await?;
            Ok(Rc::new(dependencies))
        }))
    }

    /// Evaluates every provider configuration that is written down, whether anything uses it or not.
    pub async fn all_providers(&self) {
        let written: Vec<_> = self.config.provider_keys().iter().map(ProviderKey::address).collect();
        let instances = written.iter().map(|it| async move {
            let keys = self.provider_instances(it).await.instances.repetitions().into_iter();
            keys.map(|(key, _)| ProviderConfig { key, ..it.clone() }).collect::<Vec<_>>()
        });
        let written = futures::future::join_all(instances).await.concat();
        // What is wrong with one has been reported by then.
        let _ = futures::future::join_all(written.iter().map(|it| self.provider(it))).await;
    }

    async fn desire_provider(
        &self,
        address: &ProviderConfig,
    ) -> Result<(DesiredProvider, BTreeSet<AbsResource>), Poisoned> {
        let Some(provider) = self.catalogue.get(&address.source) else {
            self.report(Diagnostic::error(
                "Unsupported provider",
                format!("This rinfra has no provider {}, which the state needs.", address.source.short()),
            ));
            return Err(Poisoned);
        };
        let schema = provider.config_schema();
        let Some(block) = self.config.provider_block(&key_of(address)) else {
            if address.alias.is_some() || !address.module.is_root() {
                let mut diagnostic = Diagnostic::error(
                    "Provider configuration not present",
                    format!(
                        "{address} manages objects of the state, and the configuration no longer has it."
                    ),
                );
                diagnostic = diagnostic.hint("put the provider block back until those objects are destroyed");
                self.report(diagnostic);
                return Err(Poisoned);
            }
            let config = schema.empty_value();
            let desired = DesiredProvider { address: address.clone(), config, span: None };
            return Ok((desired, BTreeSet::new()));
        };
        let Expansion { instances, mut origin } = self.provider_instances(address).await;
        let Some(repetition) = instances.repetition(&address.key) else {
            // Whoever uses it says so: only there it is known what for.
            return Err(Poisoned);
        };
        let site = Site { repetition, ..Site::module(&address.module) };
        let (scope, references) = self.scope_for(&site, &rinfra_lang::body_references(&block.body)).await;
        origin.merge(references);
        if origin.poisoned {
            return Err(Poisoned);
        }
        let (config, diagnostics) = decode::decode(&block.body, schema, &scope);
        if self.report_all(diagnostics) {
            return Err(Poisoned);
        }
        let span = Some(block.header.clone());
        Ok((DesiredProvider { address: address.clone(), config, span }, origin.dependencies))
    }
}

/// Returns which configuration one of its instances belongs to.
pub(crate) fn key_of(address: &ProviderConfig) -> ProviderKey {
    ProviderKey {
        module: address.module.path(),
        source: address.source.clone(),
        alias: address.alias.clone(),
    }
}
