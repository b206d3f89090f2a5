//! The backend `local`: files beside the configuration.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use rinfra_schema::{Attribute, Block, Fault};
use rinfra_value::{Path as ValuePath, Type, Value};

use crate::{Backend, BackendKind, Envelope, LocalStore, StateStore, StoreError};

/// The workspace that is always there.
const DEFAULT: &str = "default";
/// The name of a state file, and of the state of the default workspace if nothing else is said.
const STATE_FILE: &str = "terraform.tfstate";
/// Where the states of other workspaces are if nothing else is said.
const WORKSPACES: &str = "terraform.tfstate.d";

/// The arguments of the block.
static SCHEMA: LazyLock<Block> = LazyLock::new(|| {
    Block::new()
        .attribute("path", Attribute::optional(Type::String))
        .attribute("workspace_dir", Attribute::optional(Type::String))
        .check(faults)
});

/// The kind of backend `local`: files in or below a directory.
#[derive(Clone, Debug, Default)]
pub struct Local {
    directory: PathBuf,
}

impl Local {
    /// The word in the configuration.
    pub const NAME: &'static str = "local";

    /// Returns the kind whose paths are relative to a directory.
    pub fn below(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    /// Returns the arguments of the block.
    pub fn arguments() -> &'static Block {
        &SCHEMA
    }

    /// Returns where the states are with these arguments.
    pub fn places(&self, arguments: &Value) -> Places {
        let place = |name: &str, usual: &str| {
            let given = arguments.attribute(name).and_then(Value::as_str).map(str::to_owned);
            self.directory.join(given.unwrap_or_else(|| usual.to_owned()))
        };
        Places { default: place("path", STATE_FILE), workspaces: place("workspace_dir", WORKSPACES) }
    }
}

#[async_trait]
impl BackendKind for Local {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn schema(&self) -> &Block {
        Self::arguments()
    }

    async fn open(&self, config: &Value) -> Result<Arc<dyn Backend>, StoreError> {
        Ok(Arc::new(self.places(config)))
    }
}

/// Where a configuration keeps the states of its workspaces in files.
#[derive(Clone, Debug)]
pub struct Places {
    /// The state of the default workspace.
    default: PathBuf,
    /// Where the other workspaces have a directory each.
    workspaces: PathBuf,
}

impl Places {
    /// Returns the file with the state of a workspace.
    pub fn state(&self, workspace: &str) -> PathBuf {
        match workspace {
            DEFAULT => self.default.clone(),
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
        names.insert(0, DEFAULT.to_owned());
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

/// Returns what is wrong with the arguments.
fn faults(arguments: &Value) -> Vec<Fault> {
    let empty = |name: &str| arguments.attribute(name).and_then(Value::as_str) == Some("");
    let fault = |name: &str, summary: &'static str| {
        let detail = format!("The \"{name}\" attribute value must not be empty.");
        empty(name).then(|| Fault { path: ValuePath::root().attribute(name), summary, detail })
    };
    let path = fault("path", "Invalid local state file path");
    path.into_iter().chain(fault("workspace_dir", "Invalid local workspace directory path")).collect()
}
