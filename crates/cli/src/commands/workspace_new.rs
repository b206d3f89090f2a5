//! `rinfra workspace new`: makes a workspace, and the current one.

use std::process::ExitCode;

use rinfra_ops::{Outcome, Project, Workspaces};

use super::locking::Operation;
use super::{Setting, locking};
use crate::arguments::WorkspaceNewArguments;
use crate::terminal::Terminal;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &WorkspaceNewArguments) -> ExitCode {
    match made(setting, arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn made(setting: Setting<'_>, arguments: &WorkspaceNewArguments) -> Outcome<()> {
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let project = Project::open_for_state(&environment)?;
    let copied = arguments.state.as_ref().map(|it| rinfra_ops::copied_state(it)).transpose()?;
    Workspaces::of(&project).await?.create(&project, &arguments.name).await?;
    if let Some(state) = copied {
        let environment = rinfra_ops::in_workspace(&environment, &arguments.name);
        let project = Project::open_for_state(&environment)?;
        let access = locking::access(setting, arguments.locking, Operation::StatePush);
        rinfra_ops::fill(&environment, &project, access, state).await?;
    }
    announce(setting.terminal, &arguments.name);
    Ok(())
}

/// Tells of a new workspace.
pub(super) fn announce(terminal: Terminal, name: &str) {
    terminal.print(&format!(
        "Created and switched to workspace {name:?}!\n\nYou're now on a new, empty workspace. Workspaces isolate their state,\nso if you run \"rinfra plan\" rinfra will not see any existing state\nfor this configuration.\n"
    ));
}
