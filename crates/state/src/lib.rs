//! The state: what exists, as it was last seen, in Terraform's state format version 4; and the journal, which
//! tells what a run did since the state was last written.
//!
//! - [`State`] and its parts: the model, and the operations that keep it free of empty shells.
//! - [`checks`]: the remembered results of checks and conditions.
//!
//! It refuses to touch files, clocks and random numbers (`rinfra-store` has them), to know schemas (attributes
//! stay JSON until the engine brings a type), and to read any other format version.

pub mod checks;
mod model;

pub use model::{InstanceState, Object, Output, ResourceState, State, Status};
