//! `rinfra taint`: marks a resource instance, so that the next plan replaces it.

use std::process::ExitCode;

use rinfra_addr::{Mode, ResourceInstance};
use rinfra_diag::Diagnostic;
use rinfra_ops::{Backup, Failure, Outcome, Project, Tainting, addresses};

use super::locking::Operation;
use super::{Setting, locking};
use crate::arguments::TaintArguments;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &TaintArguments) -> ExitCode {
    match tainted(setting, arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn tainted(setting: Setting<'_>, arguments: &TaintArguments) -> Outcome<()> {
    let address = addresses::instance(&arguments.address)?;
    if address.mode() != Mode::Managed {
        let detail = "Only objects that rinfra manages can be replaced; data is read anew by every plan.";
        let summary = format!("Resource instance {address} cannot be tainted");
        return Err(Failure::said(Diagnostic::error(summary, detail)));
    }
    if change(setting, arguments, &address, Operation::Taint).await? == Tainting::Done {
        setting.terminal.print(&format!("Resource instance {address} has been marked as tainted.\n"));
    }
    Ok(())
}

/// Gives an instance the mark, or takes it away, and says so where there is no such instance.
///
/// *Errors*: that there is none and must be one; that it cannot have the mark, or has none.
pub(super) async fn change(
    setting: Setting<'_>,
    arguments: &TaintArguments,
    address: &ResourceInstance,
    operation: Operation,
) -> Outcome<Tainting> {
    let editing = &arguments.editing;
    let environment = wiring::environment(&editing.variables, setting.working_directory);
    let environment = editing.files.applied_to(environment, Backup::Latest);
    let project = Project::open_for_state(&environment)?;
    let workbench = locking::open(setting, &environment, &project, editing.locking, operation).await?;
    let missing = workbench.no_such_instance(address);
    let done = match operation {
        Operation::Untaint => workbench.untaint(address).await?,
        _ => workbench.taint(address).await?,
    };
    match done {
        Tainting::Missing if !arguments.allow_missing => Err(missing),
        Tainting::Missing => {
            let detail = format!(
                "Resource instance {address} was not found, but this is not an error because -allow-missing was set."
            );
            setting.terminal.report(Diagnostic::warning("No such resource instance", detail));
            Ok(done)
        }
        Tainting::Done => Ok(done),
    }
}
