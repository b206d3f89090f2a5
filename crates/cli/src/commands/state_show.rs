//! `rinfra state show`: shows one resource instance of the state.

use std::process::ExitCode;

use rinfra_addr::ResourceInstance;
use rinfra_diag::Diagnostic;
use rinfra_ops::{Outcome, Project};

use super::{Setting, no_state, refusal};
use crate::arguments::Variables;
use crate::wiring;

pub(crate) fn run(setting: Setting<'_>, variables: &Variables, address: &str) -> ExitCode {
    match shown(setting, variables, address) {
        Ok(text) => {
            setting.terminal.print(&text);
            ExitCode::SUCCESS
        }
        Err(failure) => setting.terminal.fail(&failure),
    }
}

fn shown(setting: Setting<'_>, variables: &Variables, address: &str) -> Outcome<String> {
    let instance = address
        .parse::<ResourceInstance>()
        .map_err(|error| refusal(Diagnostic::error("Error parsing instance address", error.to_string())))?;
    let environment = wiring::environment(variables, setting.working_directory);
    let project = Project::open_for_state(&environment)?;
    let state = rinfra_ops::read_state(&project)?.ok_or_else(no_state)?;
    let style = setting.terminal.style();
    rinfra_view::resource(&state, &instance, &environment.catalogue, style).ok_or_else(|| {
        let detail = format!("The state has no {instance}.");
        let hint = "`rinfra state list` lists what it has; write the address in single quotes";
        refusal(Diagnostic::error("No instance found for the given address", detail).hint(hint))
    })
}
