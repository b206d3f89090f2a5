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
    /// Accepted for Terraform's sake: nothing is asked.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) input: Option<bool>,
    /// Accepted for Terraform's sake: no state is touched.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) lock: Option<bool>,
    /// Accepted for Terraform's sake: no state is touched.
    #[arg(long, value_name = "DURATION")]
    pub(crate) lock_timeout: Option<Wait>,
    /// Accepted for Terraform's sake: there is no lock file of plugins.
    #[arg(long, value_name = "MODE")]
    pub(crate) lockfile: Option<String>,
    /// Accepted for Terraform's sake: the backend needs no preparation.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) backend: Option<bool>,
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
    /// Accepted for Terraform's sake: the backend needs no preparation.
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
