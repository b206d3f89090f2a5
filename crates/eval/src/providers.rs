use std::collections::BTreeSet;
use std::rc::Rc;

use rinfra_addr::{AbsResource, ProviderConfig};
use rinfra_config::ProviderKey;
use rinfra_diag::Diagnostic;
use rinfra_schema::decode;

use crate::evaluation::{Evaluation, Site};
use crate::results::{DesiredProvider, Poisoned};

impl Evaluation<'_> {
    /// Evaluates a provider configuration and hands it to the phase, once.
    ///
    /// Returns the resources the configuration refers to.
    ///
    /// *Errors*: [`Poisoned`] when the configuration is invalid or cannot work; it has been reported.
    pub async fn provider(&self, address: &ProviderConfig) -> Result<Rc<BTreeSet<AbsResource>>, Poisoned> {
        self.providers
            .get_or(address.clone(), async {
                let (desired, dependencies) = self.desire_provider(address).await?;
                self.results.provider(desired).await?;
                Ok(Rc::new(dependencies))
            })
            .await
    }

    /// Evaluates every provider configuration that is written down, whether anything uses it or not.
    pub async fn all_providers(&self) {
        let written: Vec<_> = self.config.provider_keys().iter().map(|it| it.address()).collect();
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
        let key = ProviderKey {
            module: address.module.path(),
            source: address.source.clone(),
            alias: address.alias.clone(),
        };
        let Some(block) = self.config.provider_block(&key) else {
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
        if let Some(for_each) = &block.for_each {
            let detail = "This rinfra reads \"for_each\" in provider blocks, and does not evaluate it yet.";
            self.report(Diagnostic::error("Not supported yet", detail).at(for_each.span.clone()));
            return Err(Poisoned);
        }
        let site = Site::module(&address.module);
        let (scope, origin) = self.scope_for(&site, &rinfra_lang::body_references(&block.body)).await;
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
