//! The use cases: what a user can ask for, without a terminal.
//!
//! A [`Project`] is a configuration with its variables; a [`Workbench`] is a project whose state is locked,
//! on which one plans and applies. Everything returns values and diagnostics; rendering is for the fronts.
//!
//! Deliberately absent: argument parsing, colours, prompts, and any decision the engine makes.

pub mod addresses;
mod backend;
mod completion;
mod console;
mod disk;
mod environment;
mod failure;
mod formatting;
mod importing;
mod installation;
mod loading;
mod planning_mode;
mod project;
mod questions;
mod readiness;
mod reference_graph;
mod saved_plan;
mod shell;
mod state_editing;
mod state_reading;
mod validate;
mod variables;
mod workbench;
mod world;

pub use console::Console;
pub use disk::DiskFiles;
pub use environment::Environment;
pub use failure::{Failure, Outcome};
pub use formatting::{Formatted, Formatting, Reach, formatted_text, formatting, replace_file};
pub use installation::{InstallObserver, Installed, copy_module, install_modules};
pub use planning_mode::planning_mode;
pub use project::{Phase, Project};
pub use questions::{Question, Unanswered};
pub use readiness::check_readiness;
pub use reference_graph::reference_graph;
pub use saved_plan::{read_plan, write_plan};
pub use shell::Processes;
pub use state_editing::Relocation;
pub use state_reading::{listed, read_state};
pub use validate::validate;
pub use variables::{Assignment, PlannedVariables, VariableOptions};
pub use workbench::{ApplyOptions, Finished, Workbench};
pub use world::timestamp;
