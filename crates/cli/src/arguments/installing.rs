//! The command lines that install modules.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::Variables;
use crate::wait::Wait;

/// Options of `init`.
#[derive(Args, Debug)]
pub(crate) struct InitArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// Ask whether states are to be copied to a new backend.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = true, default_missing_value = "true", action = ArgAction::Set)]
    pub(crate) input: bool,
    /// Accepted for Terraform's sake: no state is touched.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) lock: Option<bool>,
    /// Accepted for Terraform's sake: no state is touched.
    #[arg(long, value_name = "DURATION")]
    pub(crate) lock_timeout: Option<Wait>,
    /// Accepted for Terraform's sake: there is no lock file of plugins.
    #[arg(long, value_name = "MODE")]
    pub(crate) lockfile: Option<String>,
    /// Look at the backend.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = true, default_missing_value = "true", action = ArgAction::Set)]
    pub(crate) backend: bool,
    /// An argument of the backend beside its block, or a file of such. May be repeated.
    #[arg(long, value_name = "NAME=VALUE|FILE")]
    pub(crate) backend_config: Vec<String>,
    /// Copy the states to a backend that has changed.
    #[arg(long, conflicts_with = "reconfigure")]
    pub(crate) migrate_state: bool,
    /// Copy the states to a backend that has changed, without asking.
    #[arg(long, conflicts_with = "reconfigure")]
    pub(crate) force_copy: bool,
    /// Show warnings as a list of their summaries.
    #[arg(long)]
    pub(crate) compact_warnings: bool,
    /// Install modules anew, in the newest versions that will do.
    #[arg(long)]
    pub(crate) upgrade: bool,
    /// Install modules.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = true, default_missing_value = "true", action = ArgAction::Set)]
    pub(crate) get: bool,
    /// Begin with a copy of this module, in a directory that is empty.
    #[arg(long, value_name = "SOURCE")]
    pub(crate) from_module: Option<String>,
    /// Print messages as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Use a backend that has changed, and leave the states where they are.
    #[arg(long)]
    pub(crate) reconfigure: bool,
}

/// Options of `get`.
#[derive(Args, Debug)]
pub(crate) struct GetArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// Install modules anew, in the newest versions that will do.
    #[arg(long)]
    pub(crate) update: bool,
    /// Accepted for Terraform's sake: test files are not looked at.
    #[arg(long, value_name = "DIR")]
    pub(crate) test_directory: Option<PathBuf>,
}
