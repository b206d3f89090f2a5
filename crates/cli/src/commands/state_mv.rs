//! `rinfra state mv`: gives something in the state another address.

use std::process::ExitCode;

use rinfra_ops::{Backup, Outcome, Project};

use super::locking::Operation;
use super::{Setting, locking};
use crate::arguments::StateMvArguments;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &StateMvArguments) -> ExitCode {
    match moved(setting, arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn moved(setting: Setting<'_>, arguments: &StateMvArguments) -> Outcome<()> {
    let editing = &arguments.editing;
    let environment = wiring::environment(&editing.variables, setting.working_directory);
    let environment = editing.files.applied_to(environment, Backup::Each);
    let project = Project::open_for_state(&environment)?;
    super::existing_state(&project)?;
    let operation = Operation::StateMv;
    let workbench = locking::open(setting, &environment, &project, editing.locking, operation).await?;
    let relocations = workbench.relocations(&arguments.source, &arguments.destination)?;
    let word = if arguments.dry_run { "Would move" } else { "Move" };
    for relocation in &relocations {
        setting.terminal.print(&format!("{word} {:?} to {:?}\n", relocation.from, relocation.to));
    }
    if !arguments.dry_run {
        workbench.relocate(&relocations)?;
        setting.terminal.print(&format!("Successfully moved {} object(s).\n", relocations.len()));
    }
    Ok(())
}
