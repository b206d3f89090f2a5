use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_config::{Config, Loaded};
use rinfra_diag::{Diagnostics, Severity, Sources};
use rinfra_eval::{Inputs, KnownTypes, UnknownRepetition, check_types};
use rinfra_lang::files::Files;
use rinfra_lang::functions::Functions;

use crate::environment::Environment;
use crate::failure::{Failure, Outcome};
use crate::loading::{WORKSPACE, load_installed, load_only_root, world_of_functions};
use crate::questions::Unanswered;
use crate::readiness::check_language;
use crate::world::{self, ClockAndDice};

/// A configuration that passed its static checks, with the values of its variables.
pub struct Project {
    /// The configuration.
    pub config: Config,
    /// What its evaluation is given.
    pub inputs: Inputs,
    /// Warnings found so far.
    pub warnings: Diagnostics,
    /// The texts diagnostics point into: the configuration's, and those values were given with.
    pub sources: Sources,
    pub(crate) files: Arc<dyn Files>,
    started: String,
}

impl Project {
    /// Loads and checks a configuration and the values given for its variables.
    ///
    /// *Errors*: everything that is wrong with either, at once.
    pub fn open(environment: &Environment) -> Outcome<Self> {
        let unanswered = Unanswered::open(environment)?;
        match environment.variables.planned() {
            // A plan has all the values it needs.
            Some(_) => unanswered.with_gaps(),
            None => unanswered.answered(&BTreeMap::new()),
        }
    }

    /// Loads and checks a configuration whose variables have no values.
    ///
    /// *Errors*: everything that is wrong with it, at once.
    pub fn open_without_values(environment: &Environment) -> Outcome<Self> {
        let mut project = Self::open_unchecked(environment)?;
        let mut diagnostics = std::mem::take(&mut project.warnings);
        let mut findings = project.config.check();
        if findings.references.values().any(Diagnostics::has_errors) {
            // Paths into resources are checked when they are evaluated, and now nothing is going to be.
            let types = KnownTypes { config: &project.config, catalogue: &environment.catalogue };
            findings = project.config.check_with(&types);
        }
        diagnostics.extend(findings.into_diagnostics());
        // Warnings come again when the bodies are evaluated.
        let types = check_types(&project.config, &environment.catalogue);
        diagnostics.extend(types.into_iter().filter(|it| it.severity == Severity::Error));
        diagnostics.sort();
        if diagnostics.has_errors() {
            return Err(Failure::new(diagnostics, &project.sources));
        }
        Ok(Self { warnings: diagnostics, ..project })
    }

    /// Loads a configuration without looking at what its expressions and bodies say.
    ///
    /// *Errors*: files that cannot be read or parsed, blocks that are not what they must be, and modules that are not
    /// installed.
    pub fn open_unchecked(environment: &Environment) -> Outcome<Self> {
        Self::of(environment, load_installed(environment))
    }

    /// Loads the root module only: enough to find the state.
    ///
    /// *Errors*: files that cannot be read or parsed, and blocks that are not what they must be.
    pub fn open_for_state(environment: &Environment) -> Outcome<Self> {
        Self::of(environment, load_only_root(environment))
    }

    fn of(environment: &Environment, loaded: Loaded) -> Outcome<Self> {
        let Loaded { config, mut diagnostics } = loaded;
        let sources = config.sources().clone();
        if !diagnostics.has_errors() {
            diagnostics.extend(check_language(&config));
        }
        if diagnostics.has_errors() {
            diagnostics.sort();
            return Err(Failure::new(diagnostics, &sources));
        }
        let inputs = Inputs {
            variables: Default::default(),
            spans: Default::default(),
            workspace: Arc::from(WORKSPACE),
            working_directory: environment.working_directory.clone(),
            unknown_repetition: UnknownRepetition::Refused,
            most_instances: Inputs::MOST_INSTANCES,
        };
        Ok(Self {
            config,
            inputs,
            warnings: diagnostics,
            sources,
            files: Arc::clone(&environment.files),
            started: world::timestamp(),
        })
    }

    /// Returns when the project was opened, in RFC 3339: what `plantimestamp` says of plans made from it.
    pub fn started(&self) -> &str {
        &self.started
    }

    /// Returns the functions as a phase of the engine knows them.
    pub fn functions(&self, phase: Phase<'_>) -> Functions {
        let mut context = world_of_functions(&self.files, &self.config.directory);
        match phase {
            Phase::Validating => {}
            Phase::Planning => context.plan_timestamp = Some(Arc::from(&*self.started)),
            Phase::Applying { planned } => {
                context.plan_timestamp = Some(Arc::from(planned));
                context.world = Some(Arc::new(ClockAndDice));
            }
        }
        Functions::standard(context)
    }
}

/// What expressions are evaluated for: some functions have no result before the apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase<'p> {
    /// Only checking: nothing is known of the world.
    Validating,
    /// Planning: the time of the plan is known, the time of the apply is not.
    Planning,
    /// Applying a plan that was made at this time.
    Applying {
        /// When the plan was made, in RFC 3339.
        planned: &'p str,
    },
}
