//! `rinfra providers schema`: prints the schemas of the providers that are used.

use std::process::ExitCode;

use rinfra_ops::{Outcome, Project};
use serde_json::Value;

use super::{Setting, has_configuration, require_json};
use crate::arguments::JsonArguments;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &JsonArguments) -> ExitCode {
    match schemas(setting, arguments).await {
        Ok(json) => {
            setting.terminal.json(&json);
            ExitCode::SUCCESS
        }
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn schemas(setting: Setting<'_>, arguments: &JsonArguments) -> Outcome<Value> {
    require_json(arguments, "providers schema")?;
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let catalogue = &environment.catalogue;
    if !has_configuration(&environment) {
        return Ok(rinfra_view::provider_schemas_json(catalogue, catalogue.iter().map(|it| it.source())));
    }
    let project = Project::open_unchecked(&environment)?;
    let state = rinfra_ops::read_state(&project).await?;
    let needed = rinfra_ops::needed_providers(&project, state.as_ref());
    Ok(rinfra_view::provider_schemas_json(catalogue, &needed))
}
