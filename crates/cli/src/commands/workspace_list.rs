//! `rinfra workspace list`: lists the workspaces.

use std::process::ExitCode;

use rinfra_ops::{Outcome, Project, Workspaces};

use super::Setting;
use crate::arguments::Variables;
use crate::wiring;

const OVERRIDDEN: &str =
    "\n\n\nThe active workspace is being overridden using the TF_WORKSPACE environment\nvariable.\n";

pub(crate) async fn run(setting: Setting<'_>, variables: &Variables) -> ExitCode {
    match listed(setting, variables).await {
        Ok(text) => {
            setting.terminal.print(&text);
            ExitCode::SUCCESS
        }
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn listed(setting: Setting<'_>, variables: &Variables) -> Outcome<String> {
    let environment = wiring::environment(variables, setting.working_directory);
    let workspaces = Workspaces::of(&Project::open_for_state(&environment)?).await?;
    let current = workspaces.current();
    let mark = |name: &str| if *name == *current.name { "*" } else { " " };
    let names: String = workspaces.names().await?.iter().map(|it| format!("{} {it}\n", mark(it))).collect();
    Ok(format!("{names}{}\n", if current.is_overridden { OVERRIDDEN } else { "" }))
}
