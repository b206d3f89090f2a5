//! The evaluator: from a configuration to desired resource instances, provider configurations and outputs.
//!
//! An [`Evaluation`] computes every object of a module tree on demand and at most once: whoever needs a
//! local, an output or a resource waits for the same computation. It knows nothing of plans and applies; it
//! asks a [`Results`] for the values of resource instances, and each phase of the engine brings its own.
//!
//! Deliberately absent: the state, the cloud, and any decision about what is to be changed.

mod answer;
mod cells;
mod checks;
mod conditions;
mod connections;
mod declared;
mod enabled;
mod ephemerals;
mod evaluation;
mod expansion;
mod hiding;
mod import;
mod module;
mod provider_instances;
mod providers;
mod provisioners;
mod questions;
mod reference;
mod resource;
mod results;
mod scope;
mod selection;
mod traversals;
mod triggers;
mod types;
mod validating;
mod variable;
mod walk;

pub use answer::Answer;
pub use connections::Connections;
pub use ephemerals::{EphemeralEvent, EphemeralOperation, Ephemerals, Stage};
pub use evaluation::{Evaluation, Inputs, Outcome, OutputAnswer};
pub use expansion::UnknownRepetition;
pub use import::ImportRequest;
pub use provisioners::{arguments as provisioner_arguments, check_kinds as check_provisioners};
pub use questions::{Answers, Question};
pub use results::{DesiredInstance, DesiredProvider, Poisoned, Results, Unanswered};
pub use selection::Selection;
pub use traversals::KnownTypes;
pub use triggers::Trigger;
pub use validating::validate;
