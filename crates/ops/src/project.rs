use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_change::Plan;
use rinfra_config::{Config, Loaded};
use rinfra_diag::{Diagnostics, Sources};
use rinfra_eval::{Inputs, KnownTypes, UnknownRepetition, check_provisioners};
use rinfra_lang::files::Files;
use rinfra_lang::functions::Functions;
use rinfra_provider::Catalogue;
use rinfra_std_providers::RemoteStates;

use crate::encryption::Seals;
use crate::environment::Environment;
use crate::failure::{Failure, Outcome};
use crate::loading::{load_installed, load_only_root, world_of_functions};
use crate::questions::Unanswered;
use crate::readiness::check_language;
use crate::snapshot;
use crate::staleness;
use crate::state_selection::StateSelection;
use crate::variables::PlannedVariables;
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
    /// How the states of other configurations are read.
    remote_states: RemoteStates,
    pub(crate) files: Arc<dyn Files>,
    pub(crate) state: StateSelection,
    /// What encrypts states and plans.
    pub(crate) seals: Seals,
    started: String,
}

impl Project {
    /// Loads and checks a configuration and the values given for its variables.
    ///
    /// *Errors*: everything that is wrong with either, at once.
    pub fn open(environment: &Environment) -> Outcome<Self> {
        let unanswered = Unanswered::open(environment)?;
        match environment.variables.planned {
            // A plan has all the values it needs.
            Some(_) => unanswered.with_gaps(),
            None => unanswered.answered(&BTreeMap::new()),
        }
    }

    /// Loads and checks the configuration a saved plan was made from, with the values its variables had.
    ///
    /// It need not be here; but if it is, it has to be the same.
    ///
    /// *Errors*: a configuration that has changed since.
    pub fn open_planned(environment: &Environment, plan: &Plan) -> Outcome<Self> {
        if let Some(snapshot) = &plan.configuration {
            staleness::verify_configuration(environment, plan, snapshot)?;
        }
        let environment = as_planned(environment, plan);
        let project = match &plan.configuration {
            Some(snapshot) => Self::of(&environment, snapshot::load(&environment, snapshot))?,
            None => Self::open_unchecked(&environment)?,
        };
        // A plan has all the values it needs.
        Unanswered::of(&environment, project.checked(&environment)?)?.with_gaps()
    }

    /// Loads the configuration that a saved plan holds, whatever has become of it since; `None` if it holds none.
    ///
    /// *Errors*: a plan that was damaged.
    pub fn open_saved(environment: &Environment, plan: &Plan) -> Outcome<Option<Self>> {
        let environment = as_planned(environment, plan);
        let load = |it| Self::of(&environment, snapshot::load(&environment, it));
        plan.configuration.as_ref().map(load).transpose()
    }

    /// Loads and checks a configuration whose variables have no values.
    ///
    /// *Errors*: everything that is wrong with it, at once.
    pub fn open_without_values(environment: &Environment) -> Outcome<Self> {
        Self::open_unchecked(environment)?.checked(environment)
    }

    /// Returns the project with what there is to warn of.
    ///
    /// *Errors*: everything that is wrong with the configuration.
    fn checked(self, environment: &Environment) -> Outcome<Self> {
        let Validated { structure, objects, planning } = self.validate(environment)?;
        let wrong = if objects.has_errors() { objects } else { planning };
        if wrong.has_errors() {
            let mut all = structure;
            all.extend(wrong);
            all.sort();
            return Err(Failure::new(all, &self.sources));
        }
        // What objects are warned of comes again when they are evaluated.
        Ok(Self { warnings: structure, ..self })
    }

    /// Checks the configuration without a state, a cloud or values for its variables.
    ///
    /// *Errors*: what keeps its objects from being put into an order.
    pub(crate) fn validate(&self, environment: &Environment) -> Outcome<Validated> {
        let catalogue = &self.catalogue(environment);
        let findings = self.config.check_with(&KnownTypes { config: &self.config, catalogue });
        let mut structure = self.warnings.clone();
        structure.extend(check_provisioners(&self.config));
        structure.extend(findings.structure);
        structure.dedup();
        structure.sort();
        if structure.has_errors() {
            return Err(Failure::new(structure, &self.sources));
        }
        let functions = self.functions(Phase::Validating);
        let objects =
            rinfra_eval::validate(&self.config, catalogue, &functions, &self.inputs, &findings.references);
        let planning = findings.instance_keys.into_values().flatten().collect();
        Ok(Validated { structure, objects, planning })
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
        environment.state.workspace.check()?;
        let Loaded { config, mut diagnostics } = loaded;
        let sources = config.sources().clone();
        if !diagnostics.has_errors() {
            diagnostics.extend(check_language(&config));
        }
        if diagnostics.has_errors() {
            diagnostics.sort();
            return Err(Failure::new(diagnostics, &sources));
        }
        let seals = Seals::of(&config, &*environment.key_services)?;
        let remote = {
            let seals = seals.clone();
            Arc::new(move |data_source: &str| seals.remote(data_source))
        };
        let remote_states = RemoteStates::new(environment.state.backends.clone(), remote);
        let inputs = Inputs {
            variables: Default::default(),
            spans: Default::default(),
            workspace: environment.state.workspace.name.clone(),
            working_directory: environment.working_directory.clone(),
            unknown_repetition: UnknownRepetition::Refused,
            most_instances: Inputs::MOST_INSTANCES,
        };
        Ok(Self {
            config,
            inputs,
            warnings: diagnostics,
            sources,
            remote_states,
            files: Arc::clone(&environment.files),
            state: environment.state.clone(),
            seals,
            started: world::timestamp(),
        })
    }

    /// Returns the providers, of which the one of the language reads the states of other configurations as this one says.
    pub(crate) fn catalogue(&self, environment: &Environment) -> Catalogue {
        let states = self.remote_states.clone();
        environment.catalogue.clone().replacing(rinfra_std_providers::terraform(states))
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

/// Returns the surroundings in which variables have the values a plan was made with, and the state is where it was.
fn as_planned(environment: &Environment, plan: &Plan) -> Environment {
    let mut environment = environment.clone();
    environment.variables.planned = Some(PlannedVariables::of(plan));
    environment.state.planned = plan.backend.clone();
    environment
}

/// What validating found.
pub(crate) struct Validated {
    /// Warnings about files, the module tree and references.
    pub(crate) structure: Diagnostics,
    /// Everything that is wrong with single objects.
    pub(crate) objects: Diagnostics,
    /// What only keeps a plan from being made.
    pub(crate) planning: Diagnostics,
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
