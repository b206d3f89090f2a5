//! `rinfra plan`: shows what an apply would change.

use std::process::ExitCode;

use rinfra_change::{Mode, Plan};
use rinfra_ops::{Outcome, Project, Workbench};
use rinfra_provider::Region;

use super::Setting;
use crate::arguments::{PlanArguments, Planning};
use crate::progress::Progress;
use crate::wiring;

/// The exit code of `--detailed-exitcode` that says something would change.
const CHANGES: u8 = 2;

pub(crate) async fn run(setting: Setting<'_>, arguments: &PlanArguments) -> ExitCode {
    match planned(setting, arguments).await {
        Ok(Some(plan)) if arguments.detailed_exitcode && plan.has_changes() => ExitCode::from(CHANGES),
        Ok(Some(_)) => ExitCode::SUCCESS,
        Ok(None) => ExitCode::FAILURE,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn planned(setting: Setting<'_>, arguments: &PlanArguments) -> Outcome<Option<Plan>> {
    let environment = wiring::environment(&arguments.planning.variables, setting.working_directory);
    let project = Project::open(&environment)?;
    let workbench = Workbench::open(&environment, &project, "OperationTypePlan")?;
    let Some(plan) = make(setting, &project, &workbench, &arguments.planning, Mode::Normal).await else {
        return Ok(None);
    };
    let terminal = setting.terminal;
    terminal.print(&rinfra_view::plan(&plan, &environment.catalogue, terminal.style()));
    terminal.print(&rinfra_view::calls(&plan.calls, terminal.style()));
    if let Some(path) = &arguments.out {
        rinfra_ops::write_plan(path, &plan)?;
        terminal.print(&format!(
            "\nSaved the plan to: {0}\n\nTo perform exactly these actions, run:\n    rinfra apply {0:?}\n",
            path.display().to_string()
        ));
    }
    Ok(Some(plan))
}

/// Makes a plan and prints its diagnostics; `None` when there were errors.
pub(crate) async fn make(
    setting: Setting<'_>,
    project: &Project,
    workbench: &Workbench<'_>,
    planning: &Planning,
    mode: Mode,
) -> Option<Plan> {
    let terminal = setting.terminal;
    let options = rinfra_plan::Options {
        mode: if planning.destroy { Mode::Destroy } else { mode },
        regions: planning.region.iter().map(|it| Region::new(it.as_str())).collect(),
        refresh: planning.refresh,
    };
    let (plan, diagnostics) = workbench.plan(options, &Progress::new(*terminal)).await;
    let mut all = project.warnings.clone();
    all.extend(workbench.recovery());
    all.extend(diagnostics);
    terminal.diagnostics(&all, &project.sources);
    plan
}
