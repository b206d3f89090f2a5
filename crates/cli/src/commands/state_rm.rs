//! `rinfra state rm`: takes instances out of the state and leaves what they stand for alone.

use std::process::ExitCode;

use rinfra_ops::{Outcome, Project};

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
    let environment = wiring::environment(&arguments.editing.variables, setting.working_directory);
    let project = Project::open_for_state(&environment)?;
    super::existing_state(&project)?;
    let usual = &arguments.editing.usual;
    let workbench = locking::open(setting, &environment, &project, usual, "state-rm").await?;
    let instances = workbench.instances_at(&arguments.addresses)?;
    let word = if arguments.editing.dry_run { "Would remove" } else { "Removed" };
    if !arguments.editing.dry_run {
        workbench.forget(&instances)?;
    }
    for instance in &instances {
        setting.terminal.print(&format!("{word} {instance}\n"));
    }
    if !arguments.editing.dry_run {
        let count = instances.len();
        setting.terminal.print(&format!("Successfully removed {count} resource instance(s).\n"));
    }
    Ok(())
}
