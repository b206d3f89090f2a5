use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_addr::ProviderConfig;
use rinfra_diag::Diagnostic;
use rinfra_provider::{Catalogue, Connection, ErrorClass};
use rinfra_value::Path;

use crate::DesiredProvider;

/// The open connections of one phase, by provider configuration.
#[derive(Default)]
pub struct Connections(RefCell<BTreeMap<ProviderConfig, Arc<dyn Connection>>>);

impl Connections {
    /// Opens the connection of a provider configuration.
    ///
    /// *Errors*: configurations that are not known yet, and those that cannot work.
    pub async fn open(&self, catalogue: &Catalogue, desired: &DesiredProvider) -> Result<(), Diagnostic> {
        let at = |diagnostic: Diagnostic| match &desired.span {
            Some(span) => diagnostic.at(span.clone()),
            None => diagnostic,
        };
        let provider = catalogue.get(&desired.address.source).ok_or_else(|| {
            Diagnostic::error(
                "Unsupported provider",
                format!("This rinfra has no provider {}.", desired.address),
            )
        })?;
        if let Some(path) = first_unknown(&desired.config) {
            return Err(at(Diagnostic::error(
                "Provider configuration not known yet",
                format!(
                    "The argument {path} of {} depends on values that are known only after apply.",
                    desired.address
                ),
            )
            .hint("apply what it depends on first, or use a value that is known before apply")));
        }
        let config = desired.config.unmark_deep();
        let connection = provider.configure(&config).await.map_err(|error| {
            at(error.to_diagnostic(summary(error.class)).address(desired.address.to_string()))
        })?;
        self.0.borrow_mut().insert(desired.address.clone(), catalogue.within_limit(connection));
        Ok(())
    }

    /// Returns the open connection of a provider configuration.
    pub fn get(&self, provider: &ProviderConfig) -> Option<Arc<dyn Connection>> {
        self.0.borrow().get(provider).cloned()
    }

    /// Returns the API calls made through all connections.
    pub fn calls(&self) -> BTreeMap<String, u64> {
        let mut calls: BTreeMap<String, u64> = BTreeMap::new();
        for connection in self.0.borrow().values() {
            for (service, count) in connection.calls() {
                *calls.entry(service).or_default() += count;
            }
        }
        calls
    }
}

/// Returns what a failure to open a connection is called.
fn summary(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::Credentials => "No valid credential sources found",
        ErrorClass::Expired => "Credentials have expired",
        _ => "Invalid provider configuration",
    }
}

fn first_unknown(config: &rinfra_value::Value) -> Option<Path> {
    let mut found = None;
    config.walk(&mut |path, value| {
        if found.is_none() && !value.is_known() {
            found = Some(path.clone());
        }
        found.is_none()
    });
    found
}
