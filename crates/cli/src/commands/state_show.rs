//! `rinfra state show`: shows one resource instance of the state.

use std::process::ExitCode;

use rinfra_addr::ResourceInstance;
use rinfra_diag::Diagnostic;
use rinfra_ops::{Failure, Outcome, Project};

use super::Setting;
use crate::arguments::Variables;
use crate::wiring;

pub(crate) fn run(setting: Setting<'_>, address: &str) -> ExitCode {
    match shown(setting, address) {
        Ok(text) => {
            setting.terminal.print(&text);
            ExitCode::SUCCESS
        }
        Err(failure) => setting.terminal.fail(&failure),
    }
}

fn shown(setting: Setting<'_>, address: &str) -> Outcome<String> {
    let refuse = |diagnostic: Diagnostic| Failure { diagnostics: diagnostic.into(), ..Failure::default() };
    let instance: ResourceInstance =
        address.parse().map_err(|error| refuse(Diagnostic::error("Invalid address", format!("{error}"))))?;
    let environment = wiring::environment(&Variables::default(), setting.working_directory);
    let project = Project::open_unchecked(&environment)?;
    let state = rinfra_ops::read_state(&project)?;
    let style = setting.terminal.style();
    state
        .and_then(|state| rinfra_view::resource(&state, &instance, &environment.catalogue, style))
        .ok_or_else(|| {
            let detail = format!("The state has no {instance}.");
            let hint = "`rinfra state list` lists what it has; write the address in single quotes";
            refuse(Diagnostic::error("No instance found for the given address", detail).hint(hint))
        })
}
