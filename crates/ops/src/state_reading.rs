use rinfra_state::State;
use rinfra_store::StateStore;

use crate::backend;
use crate::failure::{Failure, Outcome};
use crate::project::Project;

/// Reads the state of a project without locking it; `None` when there is none yet.
///
/// *Errors*: states that cannot be read, or are of another format.
pub fn read_state(project: &Project) -> Outcome<Option<State>> {
    let store = backend::store(&project.config)?;
    let snapshot = store.load().map_err(|error| Failure::of("Failed to read the state", &error))?;
    Ok(snapshot.map(|it| it.state))
}
