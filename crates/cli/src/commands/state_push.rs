//! `rinfra state push`: puts another state in the place of the stored one.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use rinfra_diag::Diagnostic;
use rinfra_ops::{Failure, Outcome, Project, Pushing, Workbench};

use super::locking::Operation;
use super::{Setting, locking};
use crate::arguments::StatePushArguments;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &StatePushArguments) -> ExitCode {
    match pushed(setting, arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn pushed(setting: Setting<'_>, arguments: &StatePushArguments) -> Outcome<()> {
    let bytes = read(&arguments.path).map_err(|error| {
        let summary = format!("Failed to read {:?}", arguments.path.display());
        Failure::said(Diagnostic::error(summary, error.to_string()))
    })?;
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let project = Project::open_for_state(&environment)?;
    let pushed = Workbench::read_pushed(&project, &arguments.path.display().to_string(), &bytes).await?;
    let operation = Operation::StatePush;
    let workbench = locking::open(setting, &environment, &project, arguments.locking, operation).await?;
    workbench.push(pushed, if arguments.force { Pushing::Forced } else { Pushing::Checked }).await
}

/// Returns the content of a file; `-` is standard input.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    if path != Path::new("-") {
        return std::fs::read(path);
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}
