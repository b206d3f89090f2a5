//! `rinfra providers`: shows which providers the modules of a configuration need.

use std::process::ExitCode;

use rinfra_diag::Diagnostic;
use rinfra_ops::{Environment, Failure, Outcome, Project};

use super::{Setting, has_configuration};
use crate::arguments::Variables;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, variables: &Variables) -> ExitCode {
    match shown(setting, variables).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

/// Says that what nothing is downloaded for cannot be done.
pub(crate) fn refuse(setting: Setting<'_>, command: &str) -> ExitCode {
    let detail = "The providers of rinfra are built in: none is downloaded, so that there is none to copy, and no version to write down.";
    let summary = format!("The command providers {command} is not supported");
    setting.terminal.problem(&summary, detail);
    ExitCode::FAILURE
}

async fn shown(setting: Setting<'_>, variables: &Variables) -> Outcome<()> {
    let environment = wiring::environment(variables, setting.working_directory);
    demand_configuration(&environment)?;
    let project = Project::open_unchecked(&environment)?;
    let state = rinfra_ops::read_state(&project).await?;
    let of_state = state.as_ref().map(rinfra_ops::providers_of).unwrap_or_default();
    setting.terminal.print(&rinfra_view::required_providers(&project.config, &of_state));
    setting.terminal.diagnostics(&project.warnings, &project.sources);
    Ok(())
}

fn demand_configuration(environment: &Environment) -> Outcome<()> {
    if has_configuration(environment) {
        return Ok(());
    }
    let detail = "The directory contains no configuration files (.tf).";
    Err(Failure::said(Diagnostic::error("No configuration files", detail)))
}
