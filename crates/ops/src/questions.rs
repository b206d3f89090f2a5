use std::collections::BTreeMap;
use std::sync::Arc;

use crate::environment::Environment;
use crate::failure::{Failure, Outcome};
use crate::project::Project;
use crate::variables::{self, Given};

/// What a person may be asked for: the value of a variable that nothing else gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The variable's name.
    pub variable: Arc<str>,
    /// What it is for.
    pub description: Option<Arc<str>>,
    /// Whether nobody may see the answer.
    pub sensitive: bool,
}

/// A project some of whose variables may still need a value.
pub struct Unanswered {
    project: Project,
    given: Given,
}

impl Unanswered {
    /// Loads and checks a configuration and the values given for its variables.
    ///
    /// *Errors*: everything that is wrong with either, at once. Nobody is to be asked for the sake of a
    /// configuration that fails anyway.
    pub fn open(environment: &Environment) -> Outcome<Self> {
        Self::of(environment, Project::open_without_values(environment)?)
    }

    /// Gathers the values given for the variables of a project.
    ///
    /// *Errors*: what is wrong with them.
    pub(crate) fn of(environment: &Environment, mut project: Project) -> Outcome<Self> {
        let given = variables::gather(environment, project.config.root(), project.sources.clone());
        if given.diagnostics.has_errors() {
            project.warnings.extend(given.diagnostics);
            return Err(Failure::new(project.warnings, &given.sources));
        }
        Ok(Self { project, given })
    }

    /// Returns what has to be asked, in the order to ask it.
    pub fn questions(&self) -> Vec<Question> {
        let missing = self.given.missing(self.project.config.root());
        let question = |it: &rinfra_config::Variable| Question {
            variable: it.name.clone(),
            description: it.description.clone(),
            sensitive: it.sensitive,
        };
        missing.map(question).collect()
    }

    /// Returns the project with the answers, by variable.
    ///
    /// *Errors*: answers that cannot be read as their variables' types ask for, and variables that have no value.
    pub fn answered(self, answers: &BTreeMap<Arc<str>, String>) -> Outcome<Project> {
        let Self { project, given } = self;
        let mut given = variables::add_answers(given, answers, project.config.root());
        if !given.diagnostics.has_errors() {
            given.demand(project.config.root());
        }
        Self { project, given }.with_gaps()
    }

    /// Returns the project with the values there are. Whoever evaluates something finds out what is missing.
    ///
    /// *Errors*: what is wrong with values.
    pub fn with_gaps(self) -> Outcome<Project> {
        let Self { mut project, given } = self;
        project.sources = given.sources;
        project.warnings.extend(given.diagnostics);
        if project.warnings.has_errors() {
            return Err(Failure::new(project.warnings, &project.sources));
        }
        project.inputs.variables = given.values;
        project.inputs.spans = given.spans;
        Ok(project)
    }
}
