//! `rinfra force-unlock`: takes the lock of a state away from whoever holds it, where that can be done.

use std::process::ExitCode;

use rinfra_ops::{Outcome, Project};

use super::Setting;
use crate::arguments::ForceUnlockArguments;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &ForceUnlockArguments) -> ExitCode {
    match unlocked(setting, arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn unlocked(setting: Setting<'_>, arguments: &ForceUnlockArguments) -> Outcome<()> {
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let project = Project::open_for_state(&environment)?;
    rinfra_ops::unlock(&project, &arguments.lock).await
}
