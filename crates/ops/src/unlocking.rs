use rinfra_diag::Diagnostic;
use rinfra_store::{LockRequest, StoreError, Unlocked};

use crate::backend;
use crate::failure::{Failure, Outcome};
use crate::project::Project;

/// Takes the lock of a state away from whoever holds it. States in files refuse it: the lock of a file ends with the
/// program that holds it, and nobody else can end it.
///
/// *Errors*: that it cannot be done, with who holds the lock.
pub async fn unlock(project: &Project, lock: &str) -> Outcome<()> {
    let store = backend::store(project).await?;
    if !backend::is_local(project)? {
        return match store.unlock(lock).await {
            Ok(Unlocked::Done) => Ok(()),
            Ok(Unlocked::WasFree) => {
                let detail =
                    format!("There is no lock {lock}: nobody holds the lock of {}.", store.location());
                Err(Failure::said(Diagnostic::error("Failed to unlock state", detail)))
            }
            Err(StoreError::Locked { holder: Some(holder), .. }) => {
                let detail = format!("There is no lock {lock}: it is held by {holder}.");
                let hint = format!("`rinfra force-unlock {}` takes that one away", holder.id);
                Err(Failure::said(Diagnostic::error("Failed to unlock state", detail).hint(hint)))
            }
            Err(error) => Err(Failure::of("Failed to unlock state", &error)),
        };
    }
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
