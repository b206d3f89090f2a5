//! `rinfra state pull`: prints the state as it is stored.

use std::process::ExitCode;

use rinfra_diag::Diagnostic;
use rinfra_ops::{Failure, Outcome, Project};

use super::Setting;
use crate::arguments::StatePullArguments;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &StatePullArguments) -> ExitCode {
    match pulled(setting, arguments).await {
        Ok(text) => {
            setting.terminal.print(&text);
            ExitCode::SUCCESS
        }
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn pulled(setting: Setting<'_>, arguments: &StatePullArguments) -> Outcome<String> {
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let project = Project::open_for_state(&environment)?;
    let state = rinfra_ops::state_at_or_now(&project, arguments.at).await?;
    let Some(state) = state else { return Ok(String::new()) };
    let bytes = state.to_json_bytes().map_err(|error| {
        Failure::said(Diagnostic::error(
            "Failed to load state",
            format!("It cannot be written as JSON: {error}."),
        ))
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
