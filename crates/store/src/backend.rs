//! Kinds of backends: where the states of a configuration's workspaces are kept.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use rinfra_schema::Block;
use rinfra_value::Value;

use crate::{Envelope, StateStore, StoreError};

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

    /// Deletes the state of a workspace, which must not be locked.
    ///
    /// # Errors
    /// Fails when it cannot be deleted.
    async fn delete(&self, workspace: &str) -> Result<(), StoreError>;
}

/// The kinds of backends there are beside `local`.
#[derive(Clone, Debug, Default)]
pub struct Backends(Vec<Arc<dyn BackendKind>>);

impl Backends {
    /// Returns these kinds.
    pub fn new(kinds: impl IntoIterator<Item = Arc<dyn BackendKind>>) -> Self {
        Self(kinds.into_iter().collect())
    }

    /// Returns the kind with a name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn BackendKind>> {
        self.0.iter().find(|it| it.name() == name)
    }

    /// Returns the names of all kinds.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|it| it.name())
    }
}
