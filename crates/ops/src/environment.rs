use std::path::PathBuf;
use std::sync::Arc;

use rinfra_lang::files::Files;
use rinfra_provider::Catalogue;

use crate::encryption::{KeyServices, NoKeyServices};
use crate::state_selection::StateSelection;
use crate::variables::VariableOptions;

/// What the process brings: where it runs, what it can read, which providers it has.
#[derive(Clone)]
pub struct Environment {
    /// The directory of the root module, as paths in messages are relative to it.
    pub directory: PathBuf,
    /// What `path.cwd` means: the directory the program was started in.
    pub working_directory: Arc<str>,
    /// The file system.
    pub files: Arc<dyn Files>,
    /// The state it is about.
    pub state: StateSelection,
    /// The providers built in.
    pub catalogue: Catalogue,
    /// What the process environment says about encryption, such as TF_ENCRYPTION.
    pub encryption: Option<Arc<str>>,
    /// The services that keep keys.
    pub key_services: Arc<dyn KeyServices>,
    /// The values of variables, in the order they take precedence.
    pub variables: VariableOptions,
}

impl Environment {
    /// Returns the environment of a command that was started in a directory: its state is the usual one, and no variable
    /// is given a value.
    pub fn new(directory: impl Into<PathBuf>, files: Arc<dyn Files>, catalogue: Catalogue) -> Self {
        let directory = directory.into();
        Self {
            working_directory: directory.to_string_lossy().into(),
            directory,
            files,
            state: StateSelection::default(),
            catalogue,
            encryption: None,
            key_services: Arc::new(NoKeyServices),
            variables: VariableOptions::default(),
        }
    }
}
