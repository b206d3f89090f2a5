//! `rinfra plan`: shows what an apply would change.

use std::path::Path;
use std::process::ExitCode;

use rinfra_change::{Mode, Plan};
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_ops::{
    Environment, Failure, GeneratedFile, Kept, Outcome, Project, Sealing, Workbench, addresses, planning_mode,
};
use rinfra_provider::Region;

use super::locking::Operation;
use super::{Setting, has_configuration, locking, questions};
use crate::arguments::{PlanArguments, Planning};
use crate::bill::Bill;
use crate::interruption::Interruption;
use crate::progress::Progress;
use crate::terminal::Terminal;
use crate::wiring;

/// The exit code of `-detailed-exitcode` that says something would change.
const CHANGES: u8 = 2;

const RULE: &str = "─────────────────────────────────────────────────────────────────────────────";

pub(crate) async fn run(setting: Setting<'_>, arguments: &PlanArguments) -> ExitCode {
    let planning = &arguments.planning;
    let setting = setting.with_planning(planning);
    let environment = match wiring::environment_to_plan(planning, setting.working_directory) {
        Ok(environment) => environment,
        Err(failure) => return setting.terminal.fail(&failure),
    };
    let bill = Bill::new(&environment.catalogue, planning);
    let code = match planned(setting, &environment, arguments, &bill).await {
        Ok(Some(plan)) if arguments.detailed_exitcode && plan.has_changes() => ExitCode::from(CHANGES),
        Ok(Some(_)) => ExitCode::SUCCESS,
        Ok(None) => ExitCode::FAILURE,
        Err(failure) => setting.terminal.fail(&failure),
    };
    bill.tell(setting.terminal);
    code
}

async fn planned(
    setting: Setting<'_>,
    environment: &Environment,
    arguments: &PlanArguments,
    bill: &Bill,
) -> Outcome<Option<Plan>> {
    let planning = &arguments.planning;
    let mut options = options(planning, Mode::Normal)?;
    let generated = arguments.generate_config_out.as_deref();
    let generated = generated.map(|it| GeneratedFile::new(it, options.mode)).transpose()?;
    options.generate_config = generated.is_some();
    let key = wiring::plan_key()?;
    if options.mode != Mode::Destroy && !has_configuration(environment) {
        let detail = "Plan requires configuration to be present. Planning without a configuration would mark everything for destruction, which is normally not what is desired. If you would like to destroy everything, run plan with the -destroy option. Otherwise, create a configuration file (.tf file) and try again.";
        return Err(Failure::said(Diagnostic::error("No configuration files", detail)));
    }
    let interruption = Interruption::listen(None);
    let project = questions::project(setting, environment, &planning.usual, &interruption).await?;
    let opening = locking::open(setting, environment, &project, planning.usual.locking, Operation::Plan);
    let Some(workbench) = interruption.unless(opening).await else { return Err(interrupted()) };
    let workbench = workbench?;
    let making = make(setting, &project, &workbench, options, Next::Person);
    let Some(made) = interruption.unless(making).await else { return Err(interrupted()) };
    let (made, mut diagnostics) = made;
    let terminal = setting.terminal;
    let Some(mut plan) = made else {
        terminal.diagnostics(&diagnostics, &project.sources);
        return Ok(None);
    };
    bill.is_about(&plan, workbench.state());
    let mut kept = Kept::Safely;
    // Even a plan that failed is worth looking at.
    if let Some(path) = &arguments.out {
        workbench.complete(&mut plan).await?;
        let sealing = Sealing { key: key.as_deref(), catalogue: &environment.catalogue, project: &project };
        kept = rinfra_ops::write_plan(path, &plan, &sealing).await?;
    }
    let written = generated.map(|it| it.write(&plan)).transpose()?.flatten();
    let has_written = written.is_some();
    diagnostics.extend(written);
    show(terminal, environment, &plan);
    if let Some(path) = &arguments.html {
        write_page(path, &rinfra_view::plan_html(&plan, &environment.catalogue))?;
        terminal.tell(&format!("\n{RULE}\n\nWrote the plan as a page to: {}\n", path.display()));
    }
    terminal.diagnostics(&diagnostics, &project.sources);
    if let Some(path) = arguments.generate_config_out.as_ref().filter(|_| has_written) {
        terminal.tell(&format!(
            "\n{RULE}\n\nWrote the generated configuration to: {}\n\nReview and edit it before it is added to version control.\n",
            path.display()
        ));
    }
    if plan.errored {
        return Ok(None);
    }
    if let Some(path) = &arguments.out {
        terminal.tell(&format!(
            "\n{RULE}\n\nSaved the plan to: {0}\n{1}\nTo perform exactly these actions, run the following command to apply:\n    rinfra apply {0:?}\n",
            path.display().to_string(),
            match kept {
                Kept::Plainly => "It holds sensitive values as plain text. RINFRA_PLAN_KEY encrypts them.\n",
                Kept::Safely => "",
            }
        ));
    } else if plan.has_changes() {
        terminal.tell(&format!(
            "\n{RULE}\n\nNote: You didn't use the -out option to save this plan, so rinfra can't\nguarantee to take exactly these actions if you run \"rinfra apply\" now.\n"
        ));
    }
    Ok(Some(plan))
}

/// Writes a page to a file.
///
/// *Errors*: anything the file system refuses.
pub(crate) fn write_page(path: &Path, page: &str) -> Outcome<()> {
    std::fs::write(path, page).map_err(|error| {
        let detail = format!("The page {} cannot be written: {error}.", path.display());
        Failure::said(Diagnostic::error("Failed to write plan page", detail))
    })
}

/// Shows a plan, or tells of everything in it.
pub(crate) fn show(terminal: Terminal, environment: &Environment, plan: &Plan) {
    if !terminal.is_stream() {
        terminal.print(&format!("\n{}", text(terminal, environment, plan)));
    }
    terminal.messages(|| rinfra_view::plan_messages(plan));
}

/// Returns a plan as text, in the form that is wished.
pub(crate) fn text(terminal: Terminal, environment: &Environment, plan: &Plan) -> String {
    let render = if terminal.is_concise() { rinfra_view::concise_plan } else { rinfra_view::plan };
    render(plan, &environment.catalogue, terminal.style())
}

/// Who sees a plan next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// A person, who may want to know everything.
    Person,
    /// The apply, which verifies anew what is provisional in the plan.
    Apply,
}

/// Makes a plan, or the part of it that can be made, and returns what else there is to tell.
pub(crate) async fn make(
    setting: Setting<'_>,
    project: &Project,
    workbench: &Workbench<'_>,
    options: rinfra_plan::Options,
    next: Next,
) -> (Option<Plan>, Diagnostics) {
    let progress = Progress::new(setting.terminal, None);
    let (plan, diagnostics) = progress.accompany(workbench.plan_in_part(options, &progress)).await;
    drop(progress);
    let mut all = project.warnings.clone();
    all.extend(workbench.recovery());
    // Nothing is applied of a plan that failed.
    let is_told_anew = next == Next::Apply && !diagnostics.has_errors();
    all.extend(diagnostics.into_iter().filter(|it| !is_told_anew || !it.is_provisional));
    (plan, all)
}

/// Returns what the command line says of the plan to make, of a command that makes one kind by itself.
///
/// *Errors*: addresses that are none and options that contradict each other, all at once.
pub(crate) fn options(planning: &Planning, of_command: Mode) -> Outcome<rinfra_plan::Options> {
    let targets = addresses::objects("target", &planning.target);
    let excludes = addresses::objects("exclude", &planning.exclude);
    let replace = addresses::instances(&planning.replace);
    let mode = mode(planning, of_command);
    match (targets, excludes, replace, mode) {
        (Ok(targets), Ok(excludes), Ok(replace), Ok(mode)) => Ok(rinfra_plan::Options {
            mode,
            regions: planning.region.iter().map(|it| Region::new(it.as_str())).collect(),
            refresh: planning.refresh,
            targets,
            excludes,
            replace,
            generate_config: false,
        }),
        (targets, excludes, replace, mode) => {
            let wrong = [targets.err(), excludes.err(), replace.err(), mode.err()];
            Err(Failure::said(wrong.into_iter().flatten().flatten().collect::<Diagnostics>()))
        }
    }
}

/// Returns the kind of plan that a command line asks for, of a command that makes one kind by itself.
///
/// *Errors*: options that contradict each other, or the command.
fn mode(planning: &Planning, of_command: Mode) -> Result<Mode, Diagnostics> {
    if of_command == Mode::RefreshOnly {
        return Ok(of_command);
    }
    if of_command == Mode::Destroy && planning.refresh_only {
        let detail = "The -refresh-only option is not valid for \"rinfra destroy\".";
        return Err(Diagnostic::error("Invalid mode option", detail).into());
    }
    let asked = [
        (of_command == Mode::Destroy || planning.destroy).then_some(Mode::Destroy),
        planning.refresh_only.then_some(Mode::RefreshOnly),
    ];
    planning_mode(asked.into_iter().flatten()).map_err(|failure| failure.diagnostics)
}

/// Returns the failure of a command that the user interrupted before it changed anything.
pub(crate) fn interrupted() -> Failure {
    Failure::said(Diagnostic::error("Operation interrupted", "Nothing was changed."))
}
