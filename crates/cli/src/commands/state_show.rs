//! `rinfra state show`: shows one resource instance of the state.

use std::process::ExitCode;

use rinfra_addr::ResourceInstance;
use rinfra_diag::Diagnostic;
use rinfra_ops::{Failure, Outcome, Project, addresses};

use super::{Setting, no_state};
use crate::arguments::{StateFiles, StateShowArguments};
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &StateShowArguments) -> ExitCode {
    match shown(setting, arguments).await {
        Ok(text) => {
            setting.terminal.print(&text);
            ExitCode::SUCCESS
        }
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn shown(setting: Setting<'_>, arguments: &StateShowArguments) -> Outcome<String> {
    let instance = arguments.address.as_deref().map(instance).transpose()?;
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let environment = StateFiles::only(&arguments.state).applied_to(environment, Default::default());
    let project = Project::open_for_state(&environment)?;
    let state = rinfra_ops::state_at_or_now(&project, arguments.at).await?.ok_or_else(no_state)?;
    let style = setting.terminal.style();
    let Some(instance) = instance else {
        return Ok(rinfra_view::state(&state, &environment.catalogue, style));
    };
    rinfra_view::resource(&state, &instance, &environment.catalogue, style).ok_or_else(|| {
        let detail = format!("The state has no {instance}.");
        let hint = "`rinfra state list` lists what it has; write the address in single quotes";
        Failure::said(Diagnostic::error("No instance found for the given address", detail).hint(hint))
    })
}

fn instance(address: &str) -> Outcome<ResourceInstance> {
    addresses::instance(address).map_err(|failure| {
        let details: Vec<_> = failure.diagnostics.iter().map(|it| it.detail.as_str()).collect();
        let summary = format!("Error parsing instance address: {address}");
        let hint = "`rinfra state list` lists the instances there are";
        Failure::said(Diagnostic::error(summary, details.join(" ")).hint(hint))
    })
}
