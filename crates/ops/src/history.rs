//! The states a project had before.

use rinfra_diag::Diagnostic;
use rinfra_state::State;
use rinfra_store::{Moment, StoreError, Version};

use crate::backend;
use crate::failure::{Failure, Outcome};
use crate::project::Project;
use crate::state_reading::read_state;
use crate::workbench::Workbench;

/// What became of a state that was to be restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restored {
    /// It is the state again, with this serial.
    Written {
        /// The serial.
        serial: u64,
    },
    /// The state says the same already.
    Unchanged,
}

/// Returns the states that a project has and had, the latest first, and as many as are asked for.
///
/// *Errors*: stores that cannot list them.
pub async fn versions(project: &Project, most: usize) -> Outcome<Vec<Version>> {
    let store = backend::store(project).await?;
    store.versions(most).await.map_err(|error| unlisted(&error))
}

/// Returns the state that a project had.
///
/// *Errors*: when there is none of that serial or time, or it cannot be read.
pub async fn state_at(project: &Project, moment: Moment) -> Outcome<State> {
    let store = backend::store(project).await?;
    let found = store.find(moment).await.map_err(|error| unlisted(&error))?;
    let id = found.ok_or_else(|| {
        let detail = match moment {
            Moment::Serial(serial) => format!("No state with serial {serial} is kept."),
            Moment::Time(_) => format!("No state is kept that is as old as {moment}."),
        };
        Failure::said(
            Diagnostic::error("No such state", detail).hint("`rinfra state history` lists what is kept"),
        )
    })?;
    store.version(&id).await.map_err(|error| Failure::of("Failed to read the state", &error))
}

/// Returns the state that a project had, or has where no moment is said; `None` when it has none yet.
///
/// *Errors*: as for [`state_at`] and [`read_state`].
pub async fn state_at_or_now(project: &Project, moment: Option<Moment>) -> Outcome<Option<State>> {
    match moment {
        Some(moment) => state_at(project, moment).await.map(Some),
        None => read_state(project).await,
    }
}

fn unlisted(error: &StoreError) -> Failure {
    Failure::of("Failed to read the history of the state", error)
}

impl Workbench<'_> {
    /// Makes the state say what it said before. It keeps its lineage, and its serial goes on; what the state says now
    /// goes into the history. Nothing is done to what exists.
    ///
    /// *Errors*: failures to write.
    pub async fn restore(self, old: State) -> Outcome<Restored> {
        let now = self.state();
        let next = State { lineage: now.lineage.clone(), serial: now.serial.saturating_add(1), ..old };
        if next.same_content(now) {
            return Ok(Restored::Unchanged);
        }
        let serial = next.serial;
        let written = self.session_held().replace(next).await;
        written.map_err(|error| Failure::of("Failed to write the state", &error))?;
        Ok(Restored::Written { serial })
    }
}
