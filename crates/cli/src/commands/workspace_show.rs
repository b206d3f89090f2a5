//! `rinfra workspace show`: prints the name of the current workspace.

use std::process::ExitCode;

use super::Setting;
use crate::arguments::Variables;
use crate::wiring;

pub(crate) fn run(setting: Setting<'_>) -> ExitCode {
    let environment = wiring::environment(&Variables::default(), setting.working_directory);
    let workspace = environment.state.workspace;
    match workspace.check() {
        Ok(()) => {
            setting.terminal.print(&format!("{}\n", workspace.name));
            ExitCode::SUCCESS
        }
        Err(failure) => setting.terminal.fail(&failure),
    }
}
