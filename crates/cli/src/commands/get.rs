//! `rinfra get`: installs modules.

use std::process::ExitCode;

use super::installing::{Report, install};
use super::{Setting, has_configuration};
use crate::arguments::GetArguments;
use crate::wiring;

pub(crate) fn run(setting: Setting<'_>, arguments: &GetArguments) -> ExitCode {
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    if !has_configuration(&environment) {
        return ExitCode::SUCCESS;
    }
    match install(&environment, arguments.update, Report(setting.terminal)) {
        Ok(installed) => {
            setting.terminal.diagnostics(&installed.warnings, installed.config.sources());
            ExitCode::SUCCESS
        }
        Err(failure) => setting.terminal.fail(&failure),
    }
}
