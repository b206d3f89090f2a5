//! `rinfra workspace select`: makes another workspace the current one.

use std::process::ExitCode;

use rinfra_ops::{Outcome, Project, Selected, Workspaces};

use super::{Setting, workspace_new};
use crate::arguments::WorkspaceSelectArguments;
use crate::wiring;

pub(crate) fn run(setting: Setting<'_>, arguments: &WorkspaceSelectArguments) -> ExitCode {
    match selected(setting, arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

fn selected(setting: Setting<'_>, arguments: &WorkspaceSelectArguments) -> Outcome<()> {
    let name = &arguments.name;
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let workspaces = Workspaces::of(&Project::open_for_state(&environment)?)?;
    match workspaces.select(name)? {
        Selected::Already => {}
        Selected::Switched => setting.terminal.print(&format!("Switched to workspace {name:?}.\n")),
        Selected::Missing if arguments.or_create => {
            workspaces.create(name)?;
            workspace_new::announce(setting.terminal, name);
        }
        Selected::Missing => return Err(rinfra_ops::missing_workspace(name)),
    }
    Ok(())
}
