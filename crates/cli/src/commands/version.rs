//! `rinfra version`.

use std::process::ExitCode;

use rinfra_state::State;
use serde_json::json;

use super::Setting;
use crate::arguments::VersionArguments;

pub(crate) fn run(setting: Setting<'_>, arguments: &VersionArguments) -> ExitCode {
    let version = env!("CARGO_PKG_VERSION");
    let language = State::TERRAFORM_VERSION;
    if arguments.json {
        setting.terminal.json(&json!({"rinfra_version": version, "terraform_version": language}));
    } else {
        setting
            .terminal
            .print(&format!("rinfra {version} (the language and state of Terraform {language})\n"));
    }
    ExitCode::SUCCESS
}
