//! A working directory in which one command is given after the other.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rinfra_modules::{Credentials, Fetcher, Freshness, Limits, Web};
use rinfra_ops::{Assignment, DiskFiles, Environment, InstallObserver, VariableOptions, install_modules};
use rinfra_provider::Catalogue;
use serde_json::Value;

use crate::commands;
use crate::options::Options;
use crate::scenario::{Scenario, Step};

/// What stays in a working directory when its configuration is replaced.
const KEPT: &[&str] = &[".terraform", "terraform.tfstate", "terraform.tfstate.backup", "tfplan"];

/// A working directory, and what is in it.
pub(crate) struct Session {
    directory: tempfile::TempDir,
    configuration: Option<PathBuf>,
}

/// Nobody looks on while modules are installed.
struct Nobody;

impl InstallObserver for Nobody {
    fn downloading(&self, _package: &str, _module: &str) {}

    fn installed(&self, _module: &str, _version: Option<&str>, _directory: &str) {}
}

impl Session {
    /// Begins in an empty directory, named after the scenario.
    pub(crate) fn begin(scenario: &Scenario) -> Self {
        let directory = tempfile::Builder::new().prefix(&scenario.name).tempdir().unwrap();
        std::env::set_current_dir(directory.path()).unwrap();
        Self { directory, configuration: None }
    }

    /// Takes a step and returns what came of it, in the form of the vectors.
    pub(crate) async fn take(&mut self, step: &Step) -> Value {
        if self.configuration.as_ref() != Some(&step.configuration) {
            self.replace_configuration(&step.configuration);
            if step.command != "init" && !step.skips_init {
                // What is wrong with it is the step's to say.
                let _ = install(&self.environment(step, Vec::new()));
            }
            self.configuration = Some(step.configuration.clone());
        }
        match Options::parse(&step.arguments) {
            Ok(options) => {
                let environment = self.environment(step, options.assignments.clone());
                commands::run(step, &environment, options).await
            }
            Err(unknown) => Value::String(format!("there is no option {unknown}")),
        }
    }

    fn environment(&self, step: &Step, assignments: Vec<Assignment>) -> Environment {
        let variables = step
            .environment
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix("TF_VAR_")?.to_owned(), value.clone())));
        Environment {
            working_directory: self.directory.path().to_string_lossy().into(),
            variables: VariableOptions { environment: variables.collect(), assignments, planned: None },
            ..Environment::new(".", Arc::new(DiskFiles), Catalogue::new(rinfra_std_providers::providers()))
        }
    }

    fn replace_configuration(&self, with: &Path) {
        for entry in std::fs::read_dir(self.directory.path()).unwrap() {
            let path = entry.unwrap().path();
            let is_kept = path.file_name().is_some_and(|name| KEPT.iter().any(|it| name == *it));
            if is_kept {
                continue;
            }
            if path.is_dir() {
                std::fs::remove_dir_all(path).unwrap();
            } else {
                std::fs::remove_file(path).unwrap();
            }
        }
        copy(with, self.directory.path());
    }
}

/// Installs the modules of a configuration. None of them comes from the network.
pub(crate) fn install(environment: &Environment) -> rinfra_ops::Outcome<rinfra_ops::Installed> {
    let fetcher = Fetcher::new(Web::new(), Credentials::default(), None, Limits::default());
    install_modules(environment, &fetcher, Freshness::Known, &Nobody)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
