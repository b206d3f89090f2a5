use std::sync::Arc;

use rinfra_config::{Config, load};
use rinfra_diag::{Diagnostics, Sources};
use rinfra_eval::{Inputs, UnknownRepetition};
use rinfra_lang::functions::{FunctionContext, Functions};

use crate::environment::Environment;
use crate::failure::{Failure, Outcome};
use crate::variables;

/// A configuration that passed its static checks, with the values of its variables.
pub struct Project {
    /// The configuration.
    pub config: Config,
    /// The functions its expressions may call.
    pub functions: Functions,
    /// What its evaluation is given.
    pub inputs: Inputs,
    /// Warnings found so far.
    pub warnings: Diagnostics,
    /// The texts diagnostics point into: the configuration's, and those values were given with.
    pub sources: Sources,
}

impl Project {
    /// Loads and checks a configuration and the values given for its variables.
    ///
    /// *Errors*: everything that is wrong with either, at once.
    pub fn open(environment: &Environment) -> Outcome<Self> {
        let mut project = Self::open_without_values(environment)?;
        let mut given = variables::gather(&environment.variables, &project.config, environment.files.as_ref());
        project.sources = given.sources;
        project.warnings.extend(std::mem::take(&mut given.diagnostics));
        if project.warnings.has_errors() {
            return Err(Failure::new(project.warnings, &project.sources));
        }
        project.inputs.variables = given.values;
        Ok(project)
    }

    /// Loads and checks a configuration whose variables have no values.
    ///
    /// *Errors*: everything that is wrong with it, at once.
    pub fn open_without_values(environment: &Environment) -> Outcome<Self> {
        let loaded = load(environment.files.as_ref(), &environment.directory);
        let sources = loaded.config.sources().clone();
        let mut diagnostics = loaded.diagnostics;
        if !diagnostics.has_errors() {
            diagnostics.extend(loaded.config.check());
        }
        if diagnostics.has_errors() {
            diagnostics.sort();
            return Err(Failure::new(diagnostics, &sources));
        }
        let functions = Functions::standard(FunctionContext {
            files: Arc::clone(&environment.files),
            base_dir: environment.directory.clone(),
        });
        let inputs = Inputs {
            variables: Default::default(),
            workspace: Arc::from("default"),
            working_directory: environment.working_directory.clone(),
            unknown_repetition: UnknownRepetition::Refused,
        };
        Ok(Self { config: loaded.config, functions, inputs, warnings: diagnostics, sources })
    }
}
