//! Kinds of backends: where the states of a configuration's workspaces are kept.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use rinfra_schema::Block;
use rinfra_state::State;
use rinfra_value::Value;

use crate::{Envelope, LockRequest, Origin, StateStore, StoreError, new_lineage};

/// A kind of backend, such as `s3`.
#[async_trait]
pub trait BackendKind: Debug + Send + Sync {
    /// Returns the word in the configuration.
    fn name(&self) -> &'static str;

    /// Returns the arguments of the block. What its checks find is told before anything is opened.
    fn schema(&self) -> &Block;

    /// Returns the backend that is configured like this.
    ///
    /// # Errors
    /// Fails with [`StoreError::Configuration`] when it cannot be used as it is configured.
    async fn open(&self, config: &Value) -> Result<Arc<dyn Backend>, StoreError>;
}

/// A place where the states of a configuration's workspaces are kept.
#[async_trait]
pub trait Backend: Debug + Send + Sync {
    /// Returns where the state of a workspace is kept, which need not exist.
    fn store(&self, workspace: &str, envelope: Arc<dyn Envelope>) -> Box<dyn StateStore>;

    /// Returns the names of the workspaces that have a state, sorted; the default one is always there.
    ///
    /// # Errors
    /// Fails when they cannot be listed.
    async fn workspaces(&self) -> Result<Vec<String>, StoreError>;

    /// Makes a workspace that has no state yet one that is there.
    ///
    /// # Errors
    /// Fails when nothing can be written.
    async fn create(&self, workspace: &str, envelope: Arc<dyn Envelope>) -> Result<(), StoreError> {
        let request = LockRequest::new(new_lineage(), "workspace-new");
        let session = self.store(workspace, envelope).lock(&request).await?;
        if session.opened().origin == Origin::New {
            session.replace(State::clone(&session.opened().state)).await?;
        }
        session.close().await
    }

    /// Deletes the state of a workspace, which must not be locked.
    ///
    /// # Errors
    /// Fails when it cannot be deleted.
    async fn delete(&self, workspace: &str) -> Result<(), StoreError>;
}

/// The kinds of backends there are beside `local`.
#[derive(Clone, Debug, Default)]
pub struct Backends {
    kinds: Vec<Arc<dyn BackendKind>>,
    /// Those that were opened: it takes time.
    opened: Arc<Mutex<Vec<Known>>>,
}

/// A backend that was opened.
#[derive(Debug)]
struct Known {
    kind: String,
    config: Value,
    backend: Arc<dyn Backend>,
}

impl Backends {
    /// Returns these kinds.
    pub fn new(kinds: impl IntoIterator<Item = Arc<dyn BackendKind>>) -> Self {
        Self { kinds: kinds.into_iter().collect(), opened: Arc::default() }
    }

    /// Returns the kind with a name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn BackendKind>> {
        self.kinds.iter().find(|it| it.name() == name)
    }

    /// Returns the backend of a kind that is configured like this.
    ///
    /// # Errors
    /// Fails when there is no such kind, and when it cannot be used as it is configured.
    pub async fn open(&self, kind: &str, config: &Value) -> Result<Arc<dyn Backend>, StoreError> {
        let known = || self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(it) = known().iter().find(|it| it.kind == kind && it.config == *config) {
            return Ok(Arc::clone(&it.backend));
        }
        let Some(found) = self.get(kind) else {
            let reason = format!("there is no backend {kind:?}");
            return Err(StoreError::Configuration { reason, hint: None });
        };
        let backend = found.open(config).await?;
        known().push(Known { kind: kind.to_owned(), config: config.clone(), backend: Arc::clone(&backend) });
        Ok(backend)
    }

    /// Returns the names of all kinds.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.kinds.iter().map(|it| it.name())
    }
}
