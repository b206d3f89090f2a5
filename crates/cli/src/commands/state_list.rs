//! `rinfra state list`: lists the resource instances of the state.

use std::process::ExitCode;

use rinfra_ops::{Outcome, Project};

use super::{Setting, no_state};
use crate::arguments::{StateFiles, StateListArguments};
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &StateListArguments) -> ExitCode {
    match listed(setting, arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn listed(setting: Setting<'_>, arguments: &StateListArguments) -> Outcome<()> {
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let environment = StateFiles::only(&arguments.state).applied_to(environment, Default::default());
    let project = Project::open_for_state(&environment)?;
    let state = rinfra_ops::state_at_or_now(&project, arguments.at).await?.ok_or_else(no_state)?;
    let mut instances = rinfra_ops::listed(&state, &arguments.addresses)?;
    if let Some(id) = &arguments.id {
        instances = rinfra_ops::with_id(&state, instances, id);
    }
    for instance in instances {
        setting.terminal.print(&format!("{instance}\n"));
    }
    Ok(())
}
