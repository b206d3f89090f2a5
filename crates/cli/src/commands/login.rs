//! `rinfra login` and `rinfra logout`: not there, as rinfra speaks with no service that would need it.

use std::process::ExitCode;

use super::Setting;

pub(crate) fn run(setting: Setting<'_>, command: &str) -> ExitCode {
    let detail = "rinfra keeps its state in files and runs on this machine: there is no service to log in to, and it stores no credentials.";
    let summary = format!("The command {command} is not supported");
    let diagnostic = rinfra_diag::Diagnostic::error(summary, detail);
    let hint = "a token for a module registry goes into the environment variable TF_TOKEN_host, such as TF_TOKEN_app_terraform_io";
    setting.terminal.report(diagnostic.hint(hint));
    ExitCode::FAILURE
}
