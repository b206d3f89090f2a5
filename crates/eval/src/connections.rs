use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_addr::ProviderConfig;
use rinfra_diag::Diagnostic;
use rinfra_provider::{Catalogue, Connection, ErrorClass};
use rinfra_value::Path;
use tokio::sync::Notify;

use crate::DesiredProvider;

/// The open connections of one phase, by provider configuration.
#[derive(Default)]
pub struct Connections {
    open: RefCell<BTreeMap<ProviderConfig, Opened>>,
    /// Told whenever one was opened, verified or given up.
    changed: Notify,
}

/// What became of a connection.
#[derive(Clone)]
enum Opened {
    /// One may look.
    Unverified(Arc<dyn Connection>),
    /// Everything may be done.
    Verified(Arc<dyn Connection>),
    /// It cannot be used.
    Failed,
}

impl Connections {
    /// Opens the connection of a provider configuration, and makes sure that it can be used.
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
        let failed = |error: rinfra_provider::Error| {
            at(error.to_diagnostic(summary(error.class)).address(desired.address.to_string()))
        };
        let connection = provider.configure(&config).await.map_err(failed)?;
        let connection = catalogue.within_limit(connection);
        self.note(&desired.address, Opened::Unverified(Arc::clone(&connection)));
        let verified = connection.verify().await.map_err(failed);
        let known = if verified.is_ok() { Opened::Verified(connection) } else { Opened::Failed };
        self.note(&desired.address, known);
        verified
    }

    fn note(&self, provider: &ProviderConfig, opened: Opened) {
        self.open.borrow_mut().insert(provider.clone(), opened);
        self.changed.notify_waiters();
    }

    /// Returns the open connection of a provider configuration.
    pub fn get(&self, provider: &ProviderConfig) -> Option<Arc<dyn Connection>> {
        self.open.borrow().get(provider)?.connection().cloned()
    }

    /// Waits until there is a connection with which one may look, whether it is verified or not.
    ///
    /// *Assumptions*: somebody opens it; where that fails before there is any, nobody hears of it here.
    pub async fn opened(&self, provider: &ProviderConfig) {
        self.until(provider, |_| Some(())).await;
    }

    /// Waits until it is certain whether an open connection can be used, and tells that.
    ///
    /// *Assumptions*: there is one, and somebody is opening it or has done so.
    pub async fn is_verified(&self, provider: &ProviderConfig) -> bool {
        self.until(provider, |it| match it {
            Opened::Unverified(_) => None,
            Opened::Verified(_) => Some(true),
            Opened::Failed => Some(false),
        })
        .await
    }

    async fn until<T>(&self, provider: &ProviderConfig, answer: impl Fn(&Opened) -> Option<T>) -> T {
        loop {
            // Whatever is told from here on is heard.
            let changed = self.changed.notified();
            let known = self.open.borrow().get(provider).and_then(&answer);
            match known {
                Some(known) => return known,
                None => changed.await,
            }
        }
    }

    /// Returns the API calls made through all connections.
    pub fn calls(&self) -> BTreeMap<String, u64> {
        let mut calls: BTreeMap<String, u64> = BTreeMap::new();
        for connection in self.open.borrow().values().filter_map(Opened::connection) {
            for (service, count) in connection.calls() {
                *calls.entry(service).or_default() += count;
            }
        }
        calls
    }
}

impl Opened {
    fn connection(&self) -> Option<&Arc<dyn Connection>> {
        match self {
            Self::Unverified(connection) | Self::Verified(connection) => Some(connection),
            Self::Failed => None,
        }
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
