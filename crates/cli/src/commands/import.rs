//! `rinfra import`: records an object that exists as a resource instance.

use std::process::ExitCode;

use rinfra_ops::{Backup, Outcome, addresses};

use super::locking::Operation;
use super::{Setting, locking, plan, questions};
use crate::arguments::ImportArguments;
use crate::interruption::Interruption;
use crate::progress::Progress;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &ImportArguments) -> ExitCode {
    let setting = setting.with_compact_warnings(arguments.usual.compact_warnings);
    match imported(setting, arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn imported(setting: Setting<'_>, arguments: &ImportArguments) -> Outcome<()> {
    let address = addresses::instance_in(addresses::IMPORT, &arguments.address)?;
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let environment = arguments.files.applied_to(environment, Backup::Latest);
    let environment = arguments.parallelism.applied_to(environment)?;
    let interruption = Interruption::listen(None);
    let project = questions::project(setting, &environment, &arguments.usual, &interruption).await?;
    let opening = locking::open(setting, &environment, &project, arguments.usual.locking, Operation::Import);
    let Some(workbench) = interruption.unless(opening).await else { return Err(plan::interrupted()) };
    let workbench = workbench?;
    let terminal = setting.terminal;
    let progress = Progress::new(terminal, None);
    let recovery = workbench.recovery();
    let importing = progress.accompany(workbench.import(&address, &arguments.id, &progress));
    let Some(warnings) = interruption.unless(importing).await else { return Err(plan::interrupted()) };
    drop(progress);
    let mut all = project.warnings.clone();
    all.extend(recovery);
    all.extend(warnings?);
    terminal.diagnostics(&all, &project.sources);
    terminal.print(
        "\nImport successful!\n\nThe object is in the state now, and rinfra manages it. \"rinfra plan\" shows what the\nconfiguration wants to be different.\n",
    );
    Ok(())
}
