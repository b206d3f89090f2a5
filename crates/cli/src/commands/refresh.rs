//! `rinfra refresh`: updates the state with what exists.

use std::process::ExitCode;

use rinfra_change::Mode;
use rinfra_diag::Diagnostic;
use rinfra_ops::{ApplyOptions, Environment, Outcome, Project, Workbench};

use super::locking::Operation;
use super::{Setting, locking, plan, questions};
use crate::arguments::{Planning, RefreshArguments};
use crate::bill::Bill;
use crate::interruption::Interruption;
use crate::progress::Progress;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &RefreshArguments) -> ExitCode {
    let planning = &arguments.planning;
    let setting = setting.with_planning(planning);
    let environment = match wiring::environment_to_plan(planning, setting.working_directory) {
        Ok(environment) => environment,
        Err(failure) => return setting.terminal.fail(&failure),
    };
    let bill = Bill::new(&environment.catalogue, planning);
    let code = match refreshed(setting, &environment, planning, &bill).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => setting.terminal.fail(&failure),
    };
    bill.tell(setting.terminal);
    code
}

async fn refreshed(
    setting: Setting<'_>,
    environment: &Environment,
    planning: &Planning,
    bill: &Bill,
) -> Outcome<bool> {
    let options = plan::options(planning, Mode::RefreshOnly)?;
    let interruption = Interruption::listen(None);
    let project = questions::project(setting, environment, &planning.usual, &interruption).await?;
    let locking = planning.usual.locking;
    let opening = locking::open(setting, environment, &project, locking, Operation::Refresh);
    let Some(workbench) = interruption.unless(opening).await else { return Err(plan::interrupted()) };
    let workbench = workbench?;
    if workbench.state().resources.is_empty() {
        let detail = "The state has no objects, so there is nothing to refresh.";
        setting.terminal.report(Diagnostic::warning("Empty or non-existent state", detail));
    }
    let making = plan::make(setting, &project, &workbench, options, plan::Next::Person);
    let Some(made) = interruption.unless(making).await else { return Err(plan::interrupted()) };
    let (made, diagnostics) = made;
    made.iter().for_each(|it| bill.is_about(it, workbench.state()));
    setting.terminal.diagnostics(&diagnostics, &project.sources);
    let Some(plan) = made.filter(|it| !it.errored) else { return Ok(false) };
    Ok(record(setting, planning, &project, workbench, &plan, &interruption).await)
}

/// Writes what a plan found into the state, and tells of the outputs.
async fn record(
    setting: Setting<'_>,
    planning: &Planning,
    project: &Project,
    workbench: Workbench<'_>,
    plan: &rinfra_change::Plan,
    interruption: &Interruption,
) -> bool {
    let terminal = setting.terminal;
    let progress = Progress::new(terminal, workbench.outlook(plan));
    let options = ApplyOptions::within(planning.parallelism.limit());
    let applying = workbench.apply(plan, options, &progress, interruption.watch());
    let finished = progress.accompany(applying).await;
    drop(progress);
    terminal.diagnostics(&finished.diagnostics, &project.sources);
    let outputs = &finished.applied.state.outputs;
    if !outputs.is_empty() {
        terminal.tell(&format!("\nOutputs:\n\n{}", rinfra_view::outputs(outputs)));
    }
    terminal.message(|| Some(rinfra_view::outputs_message(outputs)));
    !finished.diagnostics.has_errors() && !finished.applied.interrupted
}
