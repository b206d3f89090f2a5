//! Getting hold of the state, for whoever may change it.

use std::time::{Duration, Instant};

use rinfra_diag::Diagnostic;
use rinfra_ops::{Access, Environment, Failure, Outcome, Project, Workbench};

use super::Setting;
use crate::arguments::Locking;

/// How long to wait before trying again to get a lock that another run holds.
const PAUSE: Duration = Duration::from_millis(500);

/// What the state is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Plan,
    Apply,
    Refresh,
    Import,
    Taint,
    Untaint,
    StateMv,
    StateRm,
    StatePush,
    StateReplaceProvider,
    StateRestore,
    WorkspaceDelete,
}

impl Operation {
    /// Tells whether connections are opened, so that what became of interrupted operations can be looked up.
    fn plans(self) -> bool {
        matches!(self, Self::Plan | Self::Apply | Self::Refresh | Self::Import)
    }

    /// Returns what whoever waits for the lock is told, in Terraform's words.
    fn name(self) -> &'static str {
        match self {
            Self::Plan => "OperationTypePlan",
            Self::Apply => "OperationTypeApply",
            Self::Refresh => "OperationTypeRefresh",
            Self::Import => "OperationTypeInvalid",
            Self::Taint => "taint",
            Self::Untaint => "untaint",
            Self::StateMv => "state-mv",
            Self::StateRm => "state-rm",
            Self::StatePush => "state-push",
            Self::StateReplaceProvider => "state-replace-provider",
            Self::StateRestore => "state-restore",
            Self::WorkspaceDelete => "workspace-delete",
        }
    }
}

/// Opens a workbench, and finds out what became of what an earlier run was interrupted in, waiting for the lock as long as the command line says, or without the lock if it says so.
///
/// *Errors*: whatever keeps it from opening.
pub(super) async fn open<'w>(
    setting: Setting<'_>,
    environment: &'w Environment,
    project: &'w Project,
    locking: Locking,
    operation: Operation,
) -> Outcome<Workbench<'w>> {
    let access = access(setting, locking, operation);
    let deadline = Instant::now() + locking.lock_timeout.0;
    let mut told = false;
    loop {
        match Workbench::open_with(environment, project, operation.name(), access).await {
            Err(failure) if is_locked(&failure) && Instant::now() < deadline => {
                if !std::mem::replace(&mut told, true) {
                    setting.terminal.say("Acquiring state lock. This may take a few moments...\n");
                }
                tokio::time::sleep(PAUSE.min(deadline.saturating_duration_since(Instant::now()))).await;
            }
            Err(failure) => return Err(failure),
            Ok(mut workbench) => {
                if operation.plans() {
                    if workbench.is_in_doubt() {
                        setting.terminal.say("Looking up what became of interrupted operations...\n");
                    }
                    workbench.recover().await?;
                } else {
                    setting.terminal.diagnostics(&workbench.recovery(), &project.sources);
                }
                return Ok(workbench);
            }
        }
    }
}

/// Returns how the state is opened; whoever is to change it without a lock is warned.
pub(super) fn access(setting: Setting<'_>, locking: Locking, operation: Operation) -> Access {
    match operation {
        _ if locking.lock => Access::Locked,
        Operation::Plan => Access::ReadOnly,
        _ => {
            let detail = "With -lock=false another run may change the state at the same time. Whichever writes it last is refused, and what it did is in its journal beside the state only.";
            setting.terminal.report(Diagnostic::warning("The state is not locked", detail));
            Access::Unlocked
        }
    }
}

/// Tells whether a failure is that another run holds the lock.
fn is_locked(failure: &Failure) -> bool {
    failure.diagnostics.iter().any(|it| it.detail.contains(" is locked by "))
}
