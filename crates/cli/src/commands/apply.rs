//! `rinfra apply` and `rinfra destroy`: make the infrastructure as the configuration says, or delete it.

use std::process::ExitCode;

use rinfra_change::{Mode, Plan};
use rinfra_ops::{ApplyOptions, Environment, Outcome, Project, Workbench};
use rinfra_value::Value;

use super::{Setting, plan};
use crate::arguments::ApplyArguments;
use crate::progress::Progress;
use crate::{interruption, wiring};

pub(crate) async fn run(setting: Setting<'_>, arguments: &ApplyArguments, mode: Mode) -> ExitCode {
    match applied(setting, arguments, mode).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn applied(setting: Setting<'_>, arguments: &ApplyArguments, mode: Mode) -> Outcome<bool> {
    let environment = wiring::environment(&arguments.planning.variables, setting.working_directory);
    let saved = arguments.plan.as_ref().map(|path| rinfra_ops::read_plan(path)).transpose()?;
    let project = match &saved {
        Some(plan) => with_planned_variables(Project::open_without_values(&environment)?, plan),
        None => Project::open(&environment)?,
    };
    let workbench = Workbench::open(&environment, &project, "OperationTypeApply")?;
    let plan = match saved {
        Some(plan) => {
            workbench.verify(&plan)?;
            plan
        }
        None => {
            let made = plan::make(setting, &project, &workbench, &arguments.planning, mode).await;
            let Some(plan) = made else { return Ok(false) };
            show(setting, &environment, &plan);
            let needs_consent = plan.has_changes() && !arguments.auto_approve;
            if needs_consent && !(arguments.planning.usual.input && consents(setting, plan.mode)) {
                setting.terminal.print("\nNothing was changed: the plan was not approved.\n");
                return Ok(false);
            }
            plan
        }
    };
    Ok(execute(setting, arguments, &project, workbench, &plan).await)
}

async fn execute(
    setting: Setting<'_>,
    arguments: &ApplyArguments,
    project: &Project,
    workbench: Workbench<'_>,
    plan: &Plan,
) -> bool {
    let terminal = setting.terminal;
    let options = ApplyOptions { parallelism: arguments.planning.parallelism };
    let progress = Progress::new(*terminal);
    let finished = workbench.apply(plan, options, &progress, interruption::watch()).await;
    terminal.diagnostics(&finished.diagnostics, &project.sources);
    let applied = &finished.applied;
    let complete = !finished.diagnostics.has_errors() && !applied.interrupted && applied.skipped.is_empty();
    terminal.print(&rinfra_view::apply_summary(plan.mode, applied.tally, complete, terminal.style()));
    terminal.print(&rinfra_view::calls(&applied.calls, terminal.style()));
    if plan.mode == Mode::Normal && !applied.state.outputs.is_empty() {
        terminal.print(&format!("\nOutputs:\n\n{}", rinfra_view::outputs(&applied.state.outputs)));
    }
    complete
}

fn show(setting: Setting<'_>, environment: &Environment, plan: &Plan) {
    let terminal = setting.terminal;
    terminal.print(&rinfra_view::plan(plan, &environment.catalogue, terminal.style()));
    terminal.print(&rinfra_view::calls(&plan.calls, terminal.style()));
}

fn consents(setting: Setting<'_>, mode: Mode) -> bool {
    let question = match mode {
        Mode::Normal => {
            "\nDo you want to perform these actions?\n  Only 'yes' will be accepted to approve.\n\n  Enter a value: "
        }
        Mode::Destroy => {
            "\nDo you really want to destroy all of this?\n  There is no undo. Only 'yes' will be accepted to confirm.\n\n  Enter a value: "
        }
    };
    setting.terminal.ask(question).as_deref() == Some("yes")
}

/// Returns a project with the values of variables that a plan was made with.
fn with_planned_variables(mut project: Project, plan: &Plan) -> Project {
    let variables =
        plan.variables.iter().map(|(name, value): (&String, &Value)| (name.as_str().into(), value.clone()));
    project.inputs.variables = variables.collect();
    project
}
