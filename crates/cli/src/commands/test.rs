//! `rinfra test`: not there yet.

use std::process::ExitCode;

use super::Setting;
use crate::arguments::AbsentArguments;

pub(crate) fn run(setting: Setting<'_>, _arguments: &AbsentArguments) -> ExitCode {
    let detail =
        "rinfra cannot run test files (.tftest.hcl) yet: none was run. Its other commands ignore them.";
    setting.terminal.problem("Tests are not supported yet", detail);
    ExitCode::FAILURE
}
