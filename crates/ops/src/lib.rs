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
mod encryption;
mod environment;
mod failure;
mod formatting;
mod generated_file;
mod history;
mod importing;
mod installation;
mod last_resort;
mod loading;
mod plan_keys;
mod planning_mode;
mod project;
mod provider_replacing;
mod providers;
mod questions;
mod readiness;
mod saved_plan;
mod sealing;
mod shell;
mod snapshot;
mod staleness;
mod state_editing;
mod state_pushing;
mod state_reading;
mod state_selection;
mod tainting;
mod unlocking;
mod validate;
mod variables;
mod warrant;
mod workbench;
mod workspaces;
mod world;

pub use backend::{BackendChange, BackendOptions, Copying, Reaction, is_local, is_state_file};
pub use console::Console;
pub use disk::DiskFiles;
pub use encryption::{KeyServices, KmsKey, NoKeyServices};
pub use environment::Environment;
pub use failure::{Failure, Outcome};
pub use formatting::{Formatted, Formatting, Reach, formatted_text, formatting, replace_file};
pub use generated_file::GeneratedFile;
pub use history::{Restored, state_at, state_at_or_now, versions};
pub use installation::{InstallObserver, Installed, copy_module, install_modules};
pub use plan_keys::PlanKeys;
pub use planning_mode::planning_mode;
pub use project::{Phase, Project};
pub use provider_replacing::ProviderReplacement;
pub use providers::{function_signatures, needed_providers, providers_of};
pub use questions::{Question, Unanswered};
pub use readiness::check_readiness;
pub use rinfra_store::Moment;
pub use saved_plan::{
    PlanOrState, prior_state, read_plan, read_plan_or_state, read_plan_to_apply, write_plan,
};
pub use sealing::{Kept, Sealing};
pub use shell::Processes;
pub use state_editing::Relocation;
pub use state_pushing::Pushing;
pub use state_reading::{listed, read_state, with_id};
pub use state_selection::{Backup, StateSelection};
pub use tainting::Tainting;
pub use unlocking::unlock;
pub use validate::validate;
pub use variables::{Assignment, PlannedVariables, VariableOptions};
pub use workbench::{Access, ApplyOptions, Finished, Workbench};
pub use workspaces::{
    Contents, Deleted, Selected, Workspace, Workspaces, copied_state, fill, in_workspace,
    missing as missing_workspace,
};
pub use world::timestamp;
