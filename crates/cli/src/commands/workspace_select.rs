//! `rinfra workspace select`: makes another workspace the current one.

use std::process::ExitCode;

use rinfra_ops::{Outcome, Project, Selected, Workspaces};

use super::{Setting, workspace_new};
use crate::arguments::WorkspaceSelectArguments;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &WorkspaceSelectArguments) -> ExitCode {
    match selected(setting, arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn selected(setting: Setting<'_>, arguments: &WorkspaceSelectArguments) -> Outcome<()> {
    let name = &arguments.name;
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let project = Project::open_for_state(&environment)?;
    let workspaces = Workspaces::of(&project).await?;
    match workspaces.select(name).await? {
        Selected::Already => {}
        Selected::Switched => setting.terminal.print(&format!("Switched to workspace {name:?}.\n")),
        Selected::Missing if arguments.or_create => {
            workspaces.create(&project, name).await?;
            workspace_new::announce(setting.terminal, name);
        }
        Selected::Missing => return Err(rinfra_ops::missing_workspace(name)),
    }
    Ok(())
}
