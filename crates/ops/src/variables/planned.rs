//! Values beside those of a saved plan, which holds all but the ephemeral ones.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rinfra_change::Plan;
use rinfra_config::{Module, Variable};
use rinfra_diag::{Diagnostic, Span};
use rinfra_value::Value;

use super::Given;
use super::collecting::{By, Written};

/// What a saved plan says of the root module's variables.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlannedVariables {
    values: BTreeMap<Arc<str>, Value>,
    /// The ephemeral ones that were set: the apply needs a value of each, and of no other.
    ephemeral: BTreeSet<Arc<str>>,
}

impl PlannedVariables {
    /// Returns what a plan says of variables.
    pub fn of(plan: &Plan) -> Self {
        Self {
            values: plan.variables.iter().map(|(name, it)| (name.as_str().into(), it.clone())).collect(),
            ephemeral: plan.ephemeral_variables.iter().map(|it| it.as_str().into()).collect(),
        }
    }

    /// Gives every variable the value of the plan, and the ephemeral ones what is written.
    pub(super) fn give(&self, given: &mut Given, written: &BTreeMap<Arc<str>, Written>, root: &Module) {
        given.values.clone_from(&self.values);
        for (name, variable) in &root.variables {
            let is_planned = self.ephemeral.contains(name);
            match written.get(name) {
                Some(written) if variable.ephemeral && is_planned => given.take(variable, written),
                Some(written) if variable.ephemeral => given.diagnostics.push(at(not_set(name), written)),
                Some(written) => self.compare(given, variable, written),
                None if is_planned => given.diagnostics.push(set_again(name)),
                None => {}
            }
        }
    }

    /// Says of a value that the plan has another one. Files that are read unasked are for plans yet to be made.
    fn compare(&self, given: &mut Given, variable: &Variable, written: &Written) {
        let planned = self.values.get(&variable.name).cloned();
        let accepted = |value| variable.accept(value).ok();
        let name = &variable.name;
        match written.by() {
            By::Directory => {}
            By::Environment => {
                let value = given.read(variable, written).ok();
                if value.is_none_or(|it| accepted(Some(it)) != accepted(planned)) {
                    let detail = format!(
                        "The environment has another value of {name} than the saved plan, which counts: it was made \
                         with its own."
                    );
                    let summary = "Ignoring variable when applying a saved plan";
                    given.diagnostics.push(Diagnostic::warning(summary, detail));
                }
            }
            By::CommandLine => {
                let value = given.read(variable, written);
                let Some(value) = given.diagnostics.absorb(value) else { return };
                if accepted(Some(value)) != accepted(planned) {
                    let detail = format!(
                        "The saved plan was made with another value of {name}, and carries out what it says."
                    );
                    let summary = "Can't change variable when applying a saved plan";
                    let hint = "Leave it out, or make the plan anew with this value";
                    given.diagnostics.push(at(Diagnostic::error(summary, detail).hint(hint), written));
                }
            }
        }
    }
}

fn at(diagnostic: Diagnostic, written: &Written) -> Diagnostic {
    let place: Option<&Span> = written.span();
    match place {
        Some(place) => diagnostic.at(place.clone()),
        None => diagnostic,
    }
}

fn not_set(name: &str) -> Diagnostic {
    let detail = format!(
        "The saved plan was made without a value of the ephemeral variable {name}, and must be applied without one."
    );
    Diagnostic::error("Ephemeral variable was not set during planning", detail)
        .hint("Leave it out, or make the plan anew with this value")
}

fn set_again(name: &str) -> Diagnostic {
    let detail = format!(
        "The ephemeral variable {name} was set when the plan was made. No plan holds such a value, so it has to be \
         set again."
    );
    Diagnostic::error("No value for required variable", detail)
        .hint(format!("Set it with -var '{name}=…', in a .tfvars file or as TF_VAR_{name}"))
}
