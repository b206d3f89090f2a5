//! `rinfra state diff`: shows how the state has changed.

use std::process::ExitCode;

use rinfra_ops::{Outcome, Project};

use super::{Setting, no_state};
use crate::arguments::StateDiffArguments;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &StateDiffArguments) -> ExitCode {
    match compared(setting, arguments).await {
        Ok(text) => {
            setting.terminal.print(&text);
            ExitCode::SUCCESS
        }
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn compared(setting: Setting<'_>, arguments: &StateDiffArguments) -> Outcome<String> {
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let project = Project::open_for_state(&environment)?;
    let before = rinfra_ops::state_at(&project, arguments.from).await?;
    let after = rinfra_ops::state_at_or_now(&project, arguments.to).await?.ok_or_else(no_state)?;
    let style = setting.terminal.style();
    let difference = rinfra_view::state_difference(&before, &after, &environment.catalogue, style);
    let same = || format!("Serial {} and serial {} say the same.\n", before.serial, after.serial);
    Ok(difference.unwrap_or_else(same))
}
