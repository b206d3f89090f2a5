//! `rinfra completions`: prints a completion script for a shell.

use std::process::ExitCode;

use clap::CommandFactory;

use super::Setting;
use crate::arguments::{Cli, CompletionsArguments};

pub(crate) fn run(setting: Setting<'_>, arguments: &CompletionsArguments) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "rinfra", &mut script);
    setting.terminal.print(&String::from_utf8_lossy(&script));
    ExitCode::SUCCESS
}
