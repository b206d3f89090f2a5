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
    if let Some(path) = &arguments.file {
        let plan = rinfra_ops::read_plan(path)?;
        if arguments.json {
            let project = Project::open_saved(&environment, &plan)?;
            let prior = rinfra_ops::prior_state(&plan)?.unwrap_or_else(|| State::new(""));
            let config = project.as_ref().map(|it| &it.config);
            terminal.json(&rinfra_view::plan_json(&plan, &prior, config, &environment.catalogue));
        } else {
            terminal.print(&rinfra_view::plan(&plan, &environment.catalogue, terminal.style()));
        }
        return Ok(());
    }
    let state = rinfra_ops::read_state(&Project::open_for_state(&environment)?)?;
    match (state, arguments.json) {
        (Some(state), true) => terminal.json(&rinfra_view::state_json(&state, &environment.catalogue)),
        (None, true) => terminal.json(&rinfra_view::empty_state_json()),
        (Some(state), false) => {
            terminal.print(&rinfra_view::state(&state, &environment.catalogue, terminal.style()));
        }
        (None, false) => terminal.print("No state.\n"),
    }
    Ok(())
}
