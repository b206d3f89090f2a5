//! The plan as pure data: what will change, in which order, and what it was decided on.
//!
//! A [`Plan`] says everything an apply needs: the changes with their values, the execution graph that
//! carries *all* ordering, and the fingerprints of what it was computed from. It is what `plan -out` saves.
//!
//! Deliberately absent: deciding (that is `rinfra-plan`) and executing (that is `rinfra-apply`).

mod action;
mod backend;
mod change;
mod digest;
mod execution;
mod file;
mod moves;
mod order;
mod plan;
mod sealing;
mod snapshot;
mod text;

pub use action::{Action, Reason};
pub use backend::PlannedBackend;
pub use change::{OutputChange, ResourceChange};
pub use digest::digest;
pub use execution::{ExecutionGraph, Opcode, OperationNode};
pub use file::{FormatError, open, read, recipe, write, write_plainly, write_sealed};
pub use moves::{Adoption, Move};
pub use order::execution_graph;
pub use plan::{Calls, Counts, Fingerprints, Mode, Observation, Plan, RelevantAttribute};
pub use sealing::{Cipher, Secrets};
pub use snapshot::Snapshot;
