//! Calls wait for their tokens before they are signed: a signature is good for minutes only, and a bucket may take
//! longer. The one thing the SDK waits for before it signs is to know whose identity to sign with.

use std::fmt;
use std::sync::Arc;

use aws_config::identity::IdentityCache;
use aws_smithy_runtime_api::client::identity::{
    IdentityFuture, ResolveCachedIdentity, SharedIdentityCache, SharedIdentityResolver,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_types::config_bag::ConfigBag;
use aws_types::SigningName;
use aws_types::region::SigningRegion;

use super::limiter::Lane;
use super::{Scope, Wire};

tokio::task_local! {
    /// Set while something is done only to see how things are.
    static LOOKING: ();
}

/// Runs a step that only wants to see how things are: where calls wait for tokens, it takes turns with those that
/// change something or wait for a change.
pub(crate) async fn looking<F: Future>(step: F) -> F::Output {
    LOOKING.scope((), step).await
}

/// Returns the lane of a call that is made for the first time.
pub(super) fn lane() -> Lane {
    if LOOKING.try_with(|()| ()).is_ok() { Lane::Look } else { Lane::Change }
}

/// Returns the SDK's usual cache of identities, which gives none to a call before there are tokens for it.
pub(crate) fn identities(wire: &Arc<Wire>) -> SharedIdentityCache {
    SharedIdentityCache::new(Paced { wire: Arc::clone(wire), inner: IdentityCache::lazy().build() })
}

struct Paced {
    wire: Arc<Wire>,
    inner: SharedIdentityCache,
}

impl ResolveCachedIdentity for Paced {
    fn resolve_cached_identity<'a>(
        &'a self,
        resolver: SharedIdentityResolver,
        components: &'a RuntimeComponents,
        config: &'a ConfigBag,
    ) -> IdentityFuture<'a> {
        IdentityFuture::new(async move {
            if let (Some(operation), Some(scope)) = (config.load::<Metadata>(), scope(config)) {
                let is_again = config.load::<RequestAttempts>().is_some_and(|it| it.attempts() > 1);
                let lane = if is_again { Lane::Again } else { lane() };
                self.wire.pace(&scope, operation.name(), lane).await;
            }
            self.inner.resolve_cached_identity(resolver, components, config).await
        })
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), aws_smithy_runtime_api::box_error::BoxError> {
        self.inner.validate_base_client_config(components, config)
    }

    fn validate_final_config(
        &self,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), aws_smithy_runtime_api::box_error::BoxError> {
        self.inner.validate_final_config(components, config)
    }
}

/// Returns whom a call is going to be signed for.
fn scope(config: &ConfigBag) -> Option<Scope> {
    let service = config.load::<SigningName>()?.as_ref().to_owned();
    let region = config.load::<SigningRegion>()?.as_ref().to_owned();
    Some(Scope { service, region })
}

impl fmt::Debug for Paced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paced").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
