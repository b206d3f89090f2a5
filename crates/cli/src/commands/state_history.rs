//! `rinfra state history`: lists the states that are and were stored.

use std::process::ExitCode;

use rinfra_ops::{Outcome, Project};

use super::{Setting, no_state};
use crate::arguments::StateHistoryArguments;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &StateHistoryArguments) -> ExitCode {
    match listed(setting, arguments).await {
        Ok(text) => {
            setting.terminal.print(&text);
            ExitCode::SUCCESS
        }
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn listed(setting: Setting<'_>, arguments: &StateHistoryArguments) -> Outcome<String> {
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let project = Project::open_for_state(&environment)?;
    let versions = rinfra_ops::versions(&project, arguments.limit.get()).await?;
    if arguments.json {
        return Ok(rinfra_view::history_json(&versions).to_string() + "\n");
    }
    if versions.is_empty() {
        return Err(no_state());
    }
    Ok(rinfra_view::history(&versions))
}
