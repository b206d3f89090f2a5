//! `rinfra validate`: checks a configuration without state or cloud.

use std::process::ExitCode;

use rinfra_diag::{Diagnostics, Severity, Sources};
use serde_json::json;

use super::Setting;
use crate::arguments::ValidateArguments;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &ValidateArguments) -> ExitCode {
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let (diagnostics, sources) = match rinfra_ops::validate(&environment).await {
        Ok((mut project, diagnostics)) => {
            let sources = std::mem::take(&mut project.sources);
            // The process ends soon: giving a large configuration back piece by piece would only take time.
            std::mem::forget(project);
            (diagnostics, sources)
        }
        Err(failure) => (failure.diagnostics, failure.sources),
    };
    if arguments.json {
        setting.terminal.indented_json(&report(&diagnostics, &sources));
    } else {
        setting.terminal.diagnostics(&diagnostics, &sources);
        if !diagnostics.has_errors() {
            let but = if diagnostics.is_empty() { "." } else { ", but there were warnings as shown above." };
            setting.terminal.print(&format!("Success! The configuration is valid{but}\n\n"));
        }
    }
    if diagnostics.has_errors() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn report(diagnostics: &Diagnostics, sources: &Sources) -> serde_json::Value {
    let count = |severity: Severity| diagnostics.iter().filter(|it| it.severity == severity).count();
    json!({
        "format_version": "1.0",
        "valid": !diagnostics.has_errors(),
        "error_count": count(Severity::Error),
        "warning_count": count(Severity::Warning),
        "diagnostics": rinfra_view::diagnostics_json(diagnostics, sources),
    })
}
