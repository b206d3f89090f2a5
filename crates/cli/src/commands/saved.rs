//! What goes with a saved plan on the command line: nothing that would change what it does.

use std::path::Path;

use rinfra_change::{Mode, Plan};
use rinfra_diag::Diagnostic;
use rinfra_ops::{Failure, Outcome};

use super::Setting;
use crate::arguments::ApplyArguments;
use crate::wiring;

/// Returns the saved plan that a command line names, if it names one.
///
/// *Errors*: plans that cannot be read; options that would make another plan of it.
pub(super) async fn plan(
    setting: Setting<'_>,
    arguments: &ApplyArguments,
    mode: Mode,
) -> Outcome<Option<Plan>> {
    let Some(path) = &arguments.plan else { return Ok(None) };
    refuse_options(arguments, path, mode)?;
    let environment = wiring::environment(&arguments.planning.variables, setting.working_directory);
    rinfra_ops::read_plan_to_apply(path, &wiring::plan_keys(&environment)?).await.map(Some)
}

fn refuse_options(arguments: &ApplyArguments, path: &Path, mode: Mode) -> Outcome<()> {
    let planning = &arguments.planning;
    if mode == Mode::Destroy {
        let detail =
            format!("If this plan was created using plan -destroy, apply it using:\n  rinfra apply {path:?}");
        return Err(Failure::said(Diagnostic::error("Destroy can't be called with a plan file", detail)));
    }
    let option = match planning {
        it if !it.region.is_empty() => "-region",
        it if !it.target.is_empty() => "-target",
        it if !it.exclude.is_empty() => "-exclude",
        it if !it.replace.is_empty() => "-replace",
        it if !it.refresh => "-refresh",
        it if it.destroy => "-destroy",
        it if it.refresh_only => "-refresh-only",
        _ => return Ok(()),
    };
    let detail = format!("The option {option} says what to plan, and this plan is made.");
    Err(Failure::said(
        Diagnostic::error(format!("Can't use {option} when applying a saved plan"), detail)
            .hint(format!("use {option} with `rinfra plan -out={}`", path.display())),
    ))
}
