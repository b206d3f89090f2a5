//! `rinfra state restore`: makes the state say what it said before.

use std::process::ExitCode;

use rinfra_ops::{Outcome, Project, Restored};

use super::locking::Operation;
use super::{Setting, locking};
use crate::arguments::StateRestoreArguments;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &StateRestoreArguments) -> ExitCode {
    match restored(setting, arguments).await {
        Ok(text) => {
            setting.terminal.print(&text);
            ExitCode::SUCCESS
        }
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn restored(setting: Setting<'_>, arguments: &StateRestoreArguments) -> Outcome<String> {
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let project = Project::open_for_state(&environment)?;
    let operation = Operation::StateRestore;
    let workbench = locking::open(setting, &environment, &project, arguments.locking, operation).await?;
    let old = rinfra_ops::state_at(&project, arguments.moment).await?;
    let (from, now) = (old.serial, workbench.state().serial);
    Ok(match workbench.restore(old).await? {
        Restored::Unchanged => format!("Nothing to restore: the state says what serial {from} said.\n"),
        Restored::Written { serial } => format!(
            "Serial {serial} says what serial {from} said. Nothing was done to what exists: `rinfra plan` shows \
             how it differs.\n`rinfra state restore {now}` undoes this.\n"
        ),
    })
}
