//! Getting hold of the state, for whoever may change it.

use std::time::{Duration, Instant};

use rinfra_diag::Diagnostic;
use rinfra_ops::{Environment, Failure, Outcome, Project, Workbench};

use super::{Setting, refusal};
use crate::arguments::Usual;

/// How long to wait before trying again to get a lock that another run holds.
const PAUSE: Duration = Duration::from_millis(500);

/// Opens a workbench, waiting for the lock as long as the command line says.
///
/// *Errors*: whatever keeps it from opening; that it is to open without a lock.
pub(super) async fn open<'w>(
    setting: Setting<'_>,
    environment: &'w Environment,
    project: &'w Project,
    usual: &Usual,
    operation: &str,
) -> Outcome<Workbench<'w>> {
    if !usual.lock {
        let detail = "rinfra always locks the state: two runs that write it at the same time lose resources.";
        return Err(refusal(
            Diagnostic::error("The option -lock=false is not supported", detail)
                .hint("to wait for another run to end, use -lock-timeout=DURATION"),
        ));
    }
    let deadline = Instant::now() + usual.lock_timeout.0;
    let mut told = false;
    loop {
        match Workbench::open(environment, project, operation) {
            Err(failure) if is_locked(&failure) && Instant::now() < deadline => {
                if !std::mem::replace(&mut told, true) {
                    setting.terminal.say("Acquiring state lock. This may take a few moments...\n");
                }
                tokio::time::sleep(PAUSE.min(deadline.saturating_duration_since(Instant::now()))).await;
            }
            result => return result,
        }
    }
}

/// Tells whether a failure is that another run holds the lock.
fn is_locked(failure: &Failure) -> bool {
    failure.diagnostics.iter().any(|it| it.detail.contains(" is locked by "))
}
