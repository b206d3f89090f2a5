//! `rinfra show`: shows the state or a saved plan.

use std::process::ExitCode;

use rinfra_ops::{Outcome, Project};
use rinfra_state::State;

use super::Setting;
use crate::arguments::ShowArguments;
use crate::wiring;

pub(crate) fn run(setting: Setting<'_>, arguments: &ShowArguments) -> ExitCode {
    match shown(setting, arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

fn shown(setting: Setting<'_>, arguments: &ShowArguments) -> Outcome<()> {
    let terminal = setting.terminal;
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let project = Project::open_for_state(&environment)?;
    let state = rinfra_ops::read_state(&project)?;
    match (&arguments.file, arguments.json) {
        (Some(path), true) => {
            let plan = rinfra_ops::read_plan(path)?;
            let prior = state.unwrap_or_else(|| State::new(""));
            terminal.json(&rinfra_view::plan_json(&plan, &prior, &environment.catalogue));
        }
        (Some(path), false) => {
            let plan = rinfra_ops::read_plan(path)?;
            terminal.print(&rinfra_view::plan(&plan, &environment.catalogue, terminal.style()));
        }
        (None, true) => {
            let json = match &state {
                Some(state) => rinfra_view::state_json(state, &environment.catalogue),
                None => rinfra_view::empty_state_json(),
            };
            terminal.json(&json);
        }
        (None, false) => {
            let Some(state) = state else {
                terminal.print("No state.\n");
                return Ok(());
            };
            terminal.print(&rinfra_view::state(&state, &environment.catalogue, terminal.style()));
        }
    }
    Ok(())
}
