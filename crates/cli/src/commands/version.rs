//! `rinfra version`.

use std::process::ExitCode;

use rinfra_state::State;
use serde_json::json;

use crate::arguments::VersionArguments;
use crate::terminal::Terminal;

pub(crate) fn run(terminal: Terminal, arguments: &VersionArguments) -> ExitCode {
    let version = env!("CARGO_PKG_VERSION");
    let language = State::TERRAFORM_VERSION;
    if arguments.json {
        terminal.indented_json(&json!({"rinfra_version": version, "terraform_version": language}));
    } else {
        terminal.print(&format!(
            "rinfra v{version}\non {}_{}, with the language and state of Terraform v{language}\n",
            std::env::consts::OS,
            std::env::consts::ARCH
        ));
    }
    ExitCode::SUCCESS
}
