//! Whether a run may still change anything: as long as nobody has taken its lock over.

use std::sync::Arc;

use async_trait::async_trait;
use rinfra_provider::{Error, ErrorClass, Warrant};
use rinfra_store::Session;

/// The warrant that a session gives, which holds the lock.
pub(crate) struct Held(Arc<dyn Session>);

impl Held {
    /// Returns the warrant of this session.
    pub(crate) fn of(session: &Arc<dyn Session>) -> Arc<dyn Warrant> {
        Arc::new(Self(Arc::clone(session)))
    }
}

#[async_trait]
impl Warrant for Held {
    async fn check(&self) -> Result<(), Error> {
        let checked = self.0.check().await;
        // Nothing was sent, so nothing came of it.
        checked.map_err(|error| Error::new(ErrorClass::AccessDenied, error.to_string()))
    }
}
