use rinfra_diag::Diagnostic;
use rinfra_store::{LockRequest, StoreError};

use crate::backend;
use crate::failure::{Failure, Outcome};
use crate::project::Project;

/// Takes the lock of a state away from whoever holds it. Local states refuse it: the lock of a file ends with the
/// program that holds it, and nobody else can end it.
///
/// *Errors*: always one, which says who holds the lock.
pub async fn unlock(project: &Project, lock: &str) -> Outcome<()> {
    let store = backend::store(project)?;
    // A lock that can be had is free.
    let diagnostic = match store.lock(&LockRequest::new("force-unlock", "force-unlock")).await {
        Ok(_) => Diagnostic::error("Failed to unlock state", "LocalState not locked: nobody holds the lock."),
        Err(StoreError::Locked { holder, .. }) => {
            let who = match holder {
                Some(it) if it.id == lock => format!("It is held by {it}."),
                Some(it) => format!("There is no lock {lock}: it is held by {it}."),
                None => "It is held by a program that left no word of itself.".to_owned(),
            };
            let hint = "end that program, and the lock is free; what it was doing is in the journal";
            Diagnostic::error("Local state cannot be unlocked by another process", who).hint(hint)
        }
        Err(error) => return Err(Failure::of("Failed to unlock state", &error)),
    };
    Err(Failure::said(diagnostic))
}
