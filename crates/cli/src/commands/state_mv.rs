//! `rinfra state mv`: gives something in the state another address.

use std::process::ExitCode;

use rinfra_ops::{Backup, Environment, Outcome, Project, Relocation, Workbench};

use super::locking::Operation;
use super::{Setting, locking};
use crate::arguments::{StateFiles, StateMvArguments};
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
    super::existing_state(&project).await?;
    let workbench = open(setting, &environment, &project, arguments).await?;
    let other_file = match &arguments.state_out {
        Some(file) if !rinfra_ops::is_state_file(&project, file)? => Some(file.clone()),
        _ => None,
    };
    let Some(file) = other_file else {
        let relocations = workbench.relocations(&arguments.source, &arguments.destination)?;
        announce(setting, arguments, &relocations);
        if !arguments.dry_run {
            workbench.relocate(&relocations).await?;
            conclude(setting, &relocations);
        }
        return Ok(());
    };
    let there = StateFiles { state: Some(file), backup: None };
    let environment = there.applied_to(environment.clone(), Backup::Each);
    let project = Project::open_for_state(&environment)?;
    let there = open(setting, &environment, &project, arguments).await?;
    let relocations = workbench.relocations_into(there.state(), &arguments.source, &arguments.destination)?;
    announce(setting, arguments, &relocations);
    if !arguments.dry_run {
        workbench.relocate_into(there, &relocations).await?;
        conclude(setting, &relocations);
    }
    Ok(())
}

async fn open<'w>(
    setting: Setting<'_>,
    environment: &'w Environment,
    project: &'w Project,
    arguments: &StateMvArguments,
) -> Outcome<Workbench<'w>> {
    let locking = arguments.editing.locking;
    locking::open(setting, environment, project, locking, Operation::StateMv).await
}

fn announce(setting: Setting<'_>, arguments: &StateMvArguments, relocations: &[Relocation]) {
    let word = if arguments.dry_run { "Would move" } else { "Move" };
    for relocation in relocations {
        setting.terminal.print(&format!("{word} {:?} to {:?}\n", relocation.from, relocation.to));
    }
}

fn conclude(setting: Setting<'_>, relocations: &[Relocation]) {
    setting.terminal.print(&format!("Successfully moved {} object(s).\n", relocations.len()));
}
