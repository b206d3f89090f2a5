//! `rinfra state rm`: takes instances out of the state and leaves what they stand for alone.

use std::process::ExitCode;

use rinfra_ops::{Backup, Outcome, Project};

use super::locking::Operation;
use super::{Setting, locking};
use crate::arguments::StateRmArguments;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &StateRmArguments) -> ExitCode {
    match removed(setting, arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn removed(setting: Setting<'_>, arguments: &StateRmArguments) -> Outcome<()> {
    let editing = &arguments.editing;
    let environment = wiring::environment(&editing.variables, setting.working_directory);
    let environment = editing.files.applied_to(environment, Backup::Each);
    let project = Project::open_for_state(&environment)?;
    super::existing_state(&project).await?;
    let operation = Operation::StateRm;
    let workbench = locking::open(setting, &environment, &project, editing.locking, operation).await?;
    let instances = workbench.instances_at(&arguments.addresses)?;
    let word = if arguments.dry_run { "Would remove" } else { "Removed" };
    if !arguments.dry_run {
        workbench.forget(&instances).await?;
    }
    for instance in &instances {
        setting.terminal.print(&format!("{word} {instance}\n"));
    }
    if !arguments.dry_run {
        let count = instances.len();
        setting.terminal.print(&format!("Successfully removed {count} resource instance(s).\n"));
    }
    Ok(())
}
