//! Killing the binary at every call it makes, and looking at what is left.
//!
//! A [`Tour`] takes a configuration through its life in a [`World`] of its own: made, changed, destroyed. In each
//! of these stages the process is killed at one [`Moment`], with the request held by the [`proxy`](crate::proxy) or
//! the journal caught half written; then the command is run again until it succeeds, and a [`Verdict`] says what the
//! cloud has that the state does not know (orphans), has twice (duplicates) or does not have (lost).
//!
//! Nothing here knows a resource type. What a stage leaves when nothing goes wrong is learned from an undisturbed
//! tour ([`Reference`]), and what an account holds is what the local AWS itself says of all its services.

mod backend;
mod comparison;
mod holdings;
mod matrix;
mod moments;
mod process;
mod reference;
mod report;
mod stages;
mod storms;
mod tearing;
mod tour;
mod world;

use std::io;

use thiserror::Error;

pub use backend::{Backend, Subject};
pub use comparison::Verdict;
pub use holdings::Holdings;
pub use matrix::{Matrix, Progress, Sample};
pub use moments::{Group, Moment};
pub use reference::{Reference, Requests};
pub use report::{Report, Row};
pub use stages::Stage;
pub use storms::{Ending, Storm};
pub use tour::{Finding, Tour};
pub use world::World;

/// Why the harness itself cannot go on.
#[derive(Debug, Error)]
pub enum CrashError {
    /// A file, a process or a connection failed.
    #[error("the crash harness failed: {0}")]
    Io(#[from] io::Error),
    /// A command failed although nothing went wrong.
    #[error("a command failed although nothing disturbed it\n{0}")]
    Undisturbed(String),
    /// The local AWS said something that cannot be understood.
    #[error("what the local AWS says of an account cannot be read: {0}")]
    Holdings(#[from] serde_json::Error),
}
