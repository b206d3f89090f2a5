//! `rinfra metadata functions`: prints the signatures of all functions.

use std::process::ExitCode;

use rinfra_ops::Outcome;
use serde_json::Value;

use super::{Setting, require_json};
use crate::arguments::JsonArguments;
use crate::wiring;

pub(crate) fn run(setting: Setting<'_>, arguments: &JsonArguments) -> ExitCode {
    match signatures(setting, arguments) {
        Ok(json) => {
            setting.terminal.json(&json);
            ExitCode::SUCCESS
        }
        Err(failure) => setting.terminal.fail(&failure),
    }
}

fn signatures(setting: Setting<'_>, arguments: &JsonArguments) -> Outcome<Value> {
    require_json(arguments, "metadata functions")?;
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    Ok(rinfra_view::functions_json(&rinfra_ops::function_signatures(&environment)))
}
