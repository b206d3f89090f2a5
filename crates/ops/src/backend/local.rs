//! The backend `local`: files beside the configuration.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use rinfra_schema::{Attribute, Block};
use rinfra_store::{Backend, Envelope, LocalStore, StateStore, StoreError};
use rinfra_value::{Type, Value};

use crate::workspaces::Workspace;

/// The word in the configuration.
pub(super) const NAME: &str = "local";
/// The name of a state file, and of the state of the default workspace if nothing else is said.
const STATE_FILE: &str = "terraform.tfstate";

/// The arguments of the block.
pub(super) static SCHEMA: LazyLock<Block> = LazyLock::new(|| {
    Block::new()
        .attribute("path", Attribute::optional(Type::String))
        .attribute("workspace_dir", Attribute::optional(Type::String))
});

/// Where a configuration keeps the states of its workspaces in files.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// The state of the default workspace.
    default: PathBuf,
    /// Where the other workspaces have a directory each.
    workspaces: PathBuf,
}

impl Places {
    /// Returns where the states are with these arguments.
    pub(super) fn of(directory: &Path, arguments: &Value) -> Self {
        let place = |name: &str, usual: &str| {
            let given = arguments.attribute(name).and_then(Value::as_str).map(str::to_owned);
            directory.join(given.unwrap_or_else(|| usual.to_owned()))
        };
        Self { default: place("path", STATE_FILE), workspaces: place("workspace_dir", "terraform.tfstate.d") }
    }

    /// Returns the file with the state of a workspace.
    pub(super) fn state(&self, workspace: &str) -> PathBuf {
        match workspace {
            Workspace::DEFAULT => self.default.clone(),
            name => self.workspaces.join(name).join(STATE_FILE),
        }
    }

    fn failed(&self, action: &'static str, source: io::Error) -> StoreError {
        StoreError::File { action, path: self.workspaces.clone(), source }
    }
}

#[async_trait]
impl Backend for Places {
    fn store(&self, workspace: &str, envelope: Arc<dyn Envelope>) -> Box<dyn StateStore> {
        Box::new(LocalStore::new(self.state(workspace)).with_envelope(envelope))
    }

    async fn workspaces(&self) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        match std::fs::read_dir(&self.workspaces) {
            Ok(entries) => {
                for entry in entries {
                    let entry = entry.map_err(|error| self.failed("list", error))?;
                    if entry.path().is_dir() {
                        names.push(entry.file_name().to_string_lossy().into_owned());
                    }
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(self.failed("list", error)),
        }
        names.sort();
        names.insert(0, Workspace::DEFAULT.to_owned());
        Ok(names)
    }

    async fn create(&self, workspace: &str, _envelope: Arc<dyn Envelope>) -> Result<(), StoreError> {
        let made = std::fs::create_dir_all(self.workspaces.join(workspace));
        made.map_err(|error| self.failed("create a directory in", error))
    }

    async fn delete(&self, workspace: &str) -> Result<(), StoreError> {
        let deleted = std::fs::remove_dir_all(self.workspaces.join(workspace));
        deleted.map_err(|error| self.failed("delete a directory in", error))
    }
}
