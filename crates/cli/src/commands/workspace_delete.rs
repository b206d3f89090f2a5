//! `rinfra workspace delete`: deletes a workspace.

use std::process::ExitCode;

use rinfra_ops::{Contents, Outcome, Project, Workspaces};

use super::locking::Operation;
use super::{Setting, locking};
use crate::arguments::WorkspaceDeleteArguments;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &WorkspaceDeleteArguments) -> ExitCode {
    match deleted(setting, arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn deleted(setting: Setting<'_>, arguments: &WorkspaceDeleteArguments) -> Outcome<()> {
    let name = &arguments.name;
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let workspaces = Workspaces::of(&Project::open_for_state(&environment)?).await?;
    workspaces.check_deletion(name).await?;
    let environment = rinfra_ops::in_workspace(&environment, name);
    let project = Project::open_for_state(&environment)?;
    let operation = Operation::WorkspaceDelete;
    let workbench = locking::open(setting, &environment, &project, arguments.locking, operation).await?;
    let contents = if arguments.force { Contents::Forgotten } else { Contents::MustBeNone };
    let deleted = workspaces.delete(name, workbench, contents).await?;
    let terminal = setting.terminal;
    terminal.print(&format!("Deleted workspace {name:?}!\n"));
    if deleted.had_objects {
        terminal.print(&format!(
            "WARNING: {name:?} was non-empty.\nThe resources managed by the deleted workspace may still exist,\nbut are no longer manageable by rinfra since the state has\nbeen deleted.\n"
        ));
    }
    Ok(())
}
