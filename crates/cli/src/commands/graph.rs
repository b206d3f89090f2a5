//! `rinfra graph`: prints what refers to what, or the steps of a saved plan.

use std::process::ExitCode;

use rinfra_ops::{Outcome, Project};

use super::Setting;
use crate::arguments::GraphArguments;
use crate::wiring;

pub(crate) fn run(setting: Setting<'_>, arguments: &GraphArguments) -> ExitCode {
    match drawn(setting, arguments) {
        Ok(graph) => {
            setting.terminal.print(&graph);
            ExitCode::SUCCESS
        }
        Err(failure) => setting.terminal.fail(&failure),
    }
}

fn drawn(setting: Setting<'_>, arguments: &GraphArguments) -> Outcome<String> {
    if let Some(path) = &arguments.plan {
        return Ok(rinfra_view::execution_graph(&rinfra_ops::read_plan(path)?));
    }
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    Ok(rinfra_ops::reference_graph(&Project::open_without_values(&environment)?.config))
}
