use rinfra_addr::{ModuleInstance, ResourceInstance};
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

/// Returns the resource instances of a state that are at one of these addresses or inside it; all if there is none.
pub fn listed(state: &State, addresses: &[impl AsRef<str>]) -> Vec<ResourceInstance> {
    let is_chosen = |instance: &ResourceInstance| {
        let contains = |address: &str| {
            let inside = |module: ModuleInstance| module.contains(instance.module());
            address == instance.to_string()
                || address == instance.resource.to_string()
                || address.parse().is_ok_and(inside)
        };
        addresses.is_empty() || addresses.iter().any(|it| contains(it.as_ref()))
    };
    state.instances().map(|(address, ..)| address).filter(is_chosen).collect()
}
