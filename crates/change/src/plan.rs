use std::collections::{BTreeMap, BTreeSet};

use rinfra_addr::{ObjectAddress, ResourceInstance};
use rinfra_diag::checks::CheckResult;
use rinfra_provider::Region;
use rinfra_value::{Path, Value};
use serde::{Deserialize, Serialize};

use crate::digest::{digest, digest_of};
use crate::{Action, ExecutionGraph, Move, OutputChange, PlannedBackend, ResourceChange, Snapshot, text};

/// What kind of plan it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Makes the cloud as the configuration says.
    #[default]
    Normal,
    /// Deletes everything the state holds.
    Destroy,
    /// Brings the state up to date with what exists, and changes nothing else.
    RefreshOnly,
}

/// API calls made, for each service.
pub type Calls = BTreeMap<String, u64>;

/// What a plan was computed from; an apply refuses the plan when any of it changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprints {
    /// SHA-256 of all configuration files, as lowercase hexadecimal.
    pub configuration: String,
    /// The lineage of the prior state; empty when there was none.
    pub lineage: String,
    /// The serial of the prior state.
    pub serial: u64,
    /// SHA-256 of what the prior state holds, without lineage and serial. Only saved plans have it, and the two below.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// SHA-256 of the values of the variables in the plan.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub variables: String,
    /// SHA-256 of what the refresh found changed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub observations: String,
    /// The workspace whose state it was.
    #[serde(default)]
    pub workspace: String,
}

/// An object as the refresh found it, where that differs from the state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// The instance.
    #[serde(with = "text::single")]
    pub address: ResourceInstance,
    /// The key of the deposed object, or `None` for the current one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposed: Option<String>,
    /// The object in the state.
    pub before: Value,
    /// The object as observed; `None` when it is gone.
    pub after: Option<Value>,
    /// The version of the schema of `after`.
    pub schema_version: u64,
}

/// A part of an object that contributed to what a plan does: configuration that changes something refers to it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct RelevantAttribute {
    /// The instance; without a key also all instances of a resource that has several.
    #[serde(with = "text::single")]
    pub resource: ResourceInstance,
    /// The path to the part.
    #[serde(with = "text::path")]
    pub attribute: Path,
}

/// Everything that will be done, and what it was decided on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The kind of plan.
    pub mode: Mode,
    /// When it was made, in RFC 3339.
    pub timestamp: String,
    /// Whether planning failed: what is here is right, but it is not all, and it has no steps.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub errored: bool,
    /// The Regions it is limited to; empty means all.
    #[serde(with = "text::regions", default)]
    pub regions: BTreeSet<Region>,
    /// The objects it is limited to, with what they need; empty means all.
    #[serde(with = "text::list", default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<ObjectAddress>,
    /// The objects it leaves alone, with what needs them.
    #[serde(with = "text::list", default, skip_serializing_if = "Vec::is_empty")]
    pub excludes: Vec<ObjectAddress>,
    /// The root input variables it was computed with, but for the ephemeral ones.
    pub variables: BTreeMap<String, Value>,
    /// The ephemeral root input variables that were set. No plan holds their values.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub ephemeral_variables: BTreeSet<String>,
    /// What it was computed from.
    pub fingerprints: Fingerprints,
    /// The instances of the state that get another address first, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<Move>,
    /// What may exist without the state knowing of it and gets another address, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves_in_doubt: Vec<Move>,
    /// The objects the refresh found changed.
    pub observations: Vec<Observation>,
    /// The changes, unchanged instances included, ordered by address.
    pub changes: Vec<ResourceChange>,
    /// The changes of the root outputs.
    pub outputs: BTreeMap<String, OutputChange>,
    /// The parts of objects that contributed to the changes, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relevant_attributes: Vec<RelevantAttribute>,
    /// What became of every condition as far as planning can tell, and which are to be expected of an apply.
    #[serde(default)]
    pub checks: Vec<CheckResult>,
    /// The steps and their order.
    pub graph: ExecutionGraph,
    /// The API calls the planning took.
    pub calls: Calls,
    /// Where the state is. Only saved plans say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backend: Option<PlannedBackend>,
    /// The configuration, where the plan is to be used without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<Snapshot>,
    /// The state with what the refresh found, where the plan is to be used without it: as a state file has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior_state: Option<serde_json::Value>,
}

impl Plan {
    /// Writes down what the plan was computed from, given what the prior state holds without lineage and serial.
    pub fn fingerprint(&mut self, state: &[u8]) {
        self.fingerprints.state = digest(state);
        self.fingerprints.variables = digest_of(&self.variables);
        self.fingerprints.observations = digest_of(&self.observations);
    }

    /// Tells whether an apply would change an object, an output, or what the state says of an object.
    ///
    /// Objects that changed by themselves count only when the plan is about them: any other plan compares what it
    /// wants with what is there now.
    pub fn has_changes(&self) -> bool {
        if self.mode == Mode::RefreshOnly {
            let is_news = |it: &OutputChange| {
                it.action != Action::NoOp && it.after.as_ref().is_none_or(Value::is_wholly_known)
            };
            let has_drift = !self.observations.is_empty() || !self.moves.is_empty();
            return has_drift || self.outputs.values().any(is_news);
        }
        let is_change = |it: &ResourceChange| {
            it.action != Action::NoOp || it.previous_address.is_some() || it.importing.is_some()
        };
        self.changes.iter().any(is_change) || self.outputs.values().any(|it| it.action != Action::NoOp)
    }

    /// Returns the address the state has an instance at, which differs where the plan moves it.
    pub fn origin<'p>(&'p self, address: &'p ResourceInstance) -> &'p ResourceInstance {
        self.moves.iter().rev().fold(address, |now, step| if step.to == *now { &step.from } else { now })
    }

    /// Returns the address that what is at one gets.
    pub fn destination<'p>(&'p self, address: &'p ResourceInstance) -> &'p ResourceInstance {
        let steps = self.moves.iter().chain(&self.moves_in_doubt);
        steps.fold(address, |now, step| if step.from == *now { &step.to } else { now })
    }

    /// Tells whether it can be applied, and that would change something.
    pub fn is_applyable(&self) -> bool {
        !self.errored && self.has_changes()
    }

    /// Tells whether applying it makes everything as the configuration says.
    pub fn is_complete(&self) -> bool {
        !self.errored && !self.is_partial()
    }

    /// Returns the objects that changed by themselves, as far as a plan tells of them: whoever destroys them does not
    /// care.
    pub fn drift(&self) -> &[Observation] {
        match self.mode {
            Mode::Normal | Mode::RefreshOnly => &self.observations,
            Mode::Destroy => &[],
        }
    }

    /// Tells whether it is about a part of the configuration only.
    pub fn is_partial(&self) -> bool {
        !self.targets.is_empty() || !self.excludes.is_empty()
    }

    /// Returns how many objects will be added, changed and destroyed.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for change in &self.changes {
            if change.importing.is_some() {
                counts.import += 1;
            }
            match change.action {
                Action::Create => counts.add += 1,
                Action::Update => counts.change += 1,
                Action::Delete => counts.destroy += 1,
                Action::DeleteThenCreate | Action::CreateThenDelete => {
                    counts.add += 1;
                    counts.destroy += 1;
                }
                Action::NoOp | Action::Read | Action::Forget => {}
            }
        }
        counts
    }
}

/// How many objects a plan touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Objects that exist already and become managed.
    pub import: usize,
    /// Objects to be made.
    pub add: usize,
    /// Objects to be changed in place.
    pub change: usize,
    /// Objects to be deleted.
    pub destroy: usize,
}
