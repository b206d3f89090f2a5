//! `rinfra state list`: lists the resource instances of the state.

use std::process::ExitCode;

use rinfra_ops::{Outcome, Project};

use super::{Setting, no_state};
use crate::arguments::Variables;
use crate::wiring;

pub(crate) fn run(setting: Setting<'_>, variables: &Variables, addresses: &[String]) -> ExitCode {
    match listed(setting, variables, addresses) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

fn listed(setting: Setting<'_>, variables: &Variables, addresses: &[String]) -> Outcome<()> {
    let environment = wiring::environment(variables, setting.working_directory);
    let project = Project::open_for_state(&environment)?;
    let state = rinfra_ops::read_state(&project)?.ok_or_else(no_state)?;
    for instance in rinfra_ops::listed(&state, addresses)? {
        setting.terminal.print(&format!("{instance}\n"));
    }
    Ok(())
}
