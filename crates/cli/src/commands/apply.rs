//! `rinfra apply` and `rinfra destroy`: make the infrastructure as the configuration says, or delete it.

use std::process::ExitCode;

use rinfra_change::{Mode, Plan};
use rinfra_diag::Diagnostic;
use rinfra_ops::{ApplyOptions, Environment, Failure, Outcome, Project, Workbench};

use super::locking::Operation;
use super::{Setting, has_configuration, locking, plan, questions, saved};
use crate::arguments::ApplyArguments;
use crate::asking::{self, Echo, Reply};
use crate::bill::Bill;
use crate::interruption::Interruption;
use crate::progress::Progress;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &ApplyArguments, mode: Mode) -> ExitCode {
    let planning = &arguments.planning;
    let setting = setting.with_planning(planning);
    let environment = match wiring::environment_to_plan(planning, setting.working_directory) {
        Ok(environment) => environment,
        Err(failure) => return setting.terminal.fail(&failure),
    };
    let bill = Bill::new(&environment.catalogue, planning);
    let code = match applied(setting, &environment, arguments, mode, &bill).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => setting.terminal.fail(&failure),
    };
    bill.tell(setting.terminal);
    code
}

async fn applied(
    setting: Setting<'_>,
    environment: &Environment,
    arguments: &ApplyArguments,
    mode: Mode,
    bill: &Bill,
) -> Outcome<bool> {
    let planning = &arguments.planning;
    let saved_plan = saved::plan(setting, arguments, mode).await?;
    let options = plan::options(planning, mode)?;
    if options.mode != Mode::Destroy && saved_plan.is_none() && !has_configuration(environment) {
        let detail = "Apply requires configuration to be present. Applying without a configuration would mark everything for destruction, which is normally not what is desired. If you would like to destroy everything, run `rinfra destroy` instead.";
        return Err(Failure::said(Diagnostic::error("No configuration files", detail)));
    }
    if planning.json && saved_plan.is_none() && !arguments.auto_approve {
        let detail = "Nobody can be asked for approval when -json is set.";
        let diagnostic = Diagnostic::error("Plan file or auto-approve required", detail);
        return Err(Failure::said(diagnostic.hint("apply a saved plan, or use -auto-approve")));
    }
    let interruption = Interruption::listen(arguments.stop_within.map(|it| it.0));
    let project = match &saved_plan {
        Some(plan) => Project::open_planned(environment, plan)?,
        None => questions::project(setting, environment, &planning.usual, &interruption).await?,
    };
    let opening = locking::open(setting, environment, &project, planning.usual.locking, Operation::Apply);
    let Some(workbench) = interruption.unless(opening).await else { return Err(plan::interrupted()) };
    let workbench = workbench?;
    let plan = match saved_plan {
        Some(plan) => {
            workbench.verify(&plan)?;
            bill.is_about(&plan, workbench.state());
            setting.terminal.messages(|| rinfra_view::saved_plan_messages(&plan));
            let mut diagnostics = project.warnings.clone();
            diagnostics.extend(workbench.recovery());
            setting.terminal.diagnostics(&diagnostics, &project.sources);
            plan
        }
        None => {
            // A plan that only refreshes is all that anybody evaluates.
            let is_final = !arguments.auto_approve || options.mode == Mode::RefreshOnly;
            let next = if is_final { plan::Next::Person } else { plan::Next::Apply };
            let making = plan::make(setting, &project, &workbench, options, next);
            let Some(made) = interruption.unless(making).await else { return Err(plan::interrupted()) };
            let (made, diagnostics) = made;
            made.iter().for_each(|it| bill.is_about(it, workbench.state()));
            let tells = |it: &Plan| !it.errored || !it.changes.is_empty() || !it.outputs.is_empty();
            if let Some(plan) = made.as_ref().filter(|it| tells(it)) {
                plan::show(setting.terminal, environment, plan);
            }
            setting.terminal.diagnostics(&diagnostics, &project.sources);
            let Some(plan) = made.filter(|it| !it.errored) else { return Ok(false) };
            if plan.has_changes() && !arguments.auto_approve {
                bill.without(approve(setting, arguments, &interruption, plan.mode)).await?;
            }
            plan
        }
    };
    Ok(execute(setting, arguments, &project, workbench, &plan, mode, &interruption).await)
}

/// Carries out a plan, and tells of it as the command does that was given.
async fn execute(
    setting: Setting<'_>,
    arguments: &ApplyArguments,
    project: &Project,
    workbench: Workbench<'_>,
    plan: &Plan,
    command: Mode,
    interruption: &Interruption,
) -> bool {
    let terminal = setting.terminal;
    let options = ApplyOptions::within(arguments.planning.parallelism.limit());
    let progress = Progress::new(terminal, workbench.outlook(plan));
    let applying = workbench.apply(plan, options, &progress, interruption.watch());
    let finished = progress.accompany(applying).await;
    drop(progress);
    terminal.diagnostics(&finished.diagnostics, &project.sources);
    let applied = &finished.applied;
    let complete = !finished.diagnostics.has_errors() && !applied.interrupted && applied.skipped.is_empty();
    terminal.tell(&rinfra_view::apply_summary(command, applied.tally, complete, terminal.style()));
    if command != Mode::Destroy && !applied.state.outputs.is_empty() {
        terminal.tell(&format!("\nOutputs:\n\n{}", rinfra_view::outputs(&applied.state.outputs)));
    }
    if complete {
        let outputs = &applied.state.outputs;
        terminal.message(|| Some(rinfra_view::applied_message(command, applied.tally)));
        if command != Mode::Destroy {
            terminal.message(|| Some(rinfra_view::outputs_message(outputs)));
        }
    }
    complete
}

/// Asks whether a plan is to be carried out.
///
/// *Errors*: that it is not, or that nobody can be asked.
async fn approve(
    setting: Setting<'_>,
    arguments: &ApplyArguments,
    interruption: &Interruption,
    mode: Mode,
) -> Outcome<()> {
    let (question, cancelled) = match mode {
        Mode::Normal => (
            "\nDo you want to perform these actions?\n  rinfra will perform the actions described above.\n  Only 'yes' will be accepted to approve.\n\n  Enter a value: ",
            "Apply cancelled.",
        ),
        Mode::RefreshOnly => (
            "\nWould you like to update the state to reflect these detected changes?\n  rinfra will write these changes to the state without modifying any real infrastructure.\n  There is no undo. Only 'yes' will be accepted to confirm.\n\n  Enter a value: ",
            "Apply cancelled.",
        ),
        Mode::Destroy => (
            "\nDo you really want to destroy all of these resources?\n  rinfra will destroy the infrastructure shown above.\n  There is no undo. Only 'yes' will be accepted to confirm.\n\n  Enter a value: ",
            "Destroy cancelled.",
        ),
    };
    let nobody = |why: &str| {
        let detail = format!("The plan needs the approval of a person, and {why}.");
        let diagnostic = Diagnostic::error("error asking for approval", detail);
        Failure::said(diagnostic.hint("nothing was changed; -auto-approve approves every plan"))
    };
    if !wiring::may_ask(&arguments.planning.usual) {
        return Err(nobody("-input=false says that nobody is there"));
    }
    let reply = asking::ask(setting.terminal, interruption, question.to_owned(), Echo::Shown).await;
    setting.terminal.print("\n");
    match reply {
        Reply::Line(answer) if answer == "yes" => Ok(()),
        Reply::Line(_) => Err(Failure::said(Diagnostic::error(cancelled, "Nothing was changed."))),
        Reply::Nobody => Err(nobody("standard input has ended")),
        Reply::Interrupted => Err(plan::interrupted()),
    }
}
