use rinfra_addr::{ObjectAddress, ResourceInstance};
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_state::State;

use crate::addresses;
use crate::backend;
use crate::failure::{Failure, Outcome};
use crate::project::Project;

/// Reads the state of a project without locking it; `None` when there is none yet.
///
/// *Errors*: states that cannot be read, or are of another format.
pub async fn read_state(project: &Project) -> Outcome<Option<State>> {
    let store = backend::store(project).await?;
    let snapshot = store.load().await;
    let snapshot = snapshot.map_err(|error| Failure::of("Failed to read the state", &error))?;
    Ok(snapshot.map(|it| it.state))
}

/// Returns the resource instances of a state that are at these addresses or inside them, address by address; all if
/// there is none.
///
/// *Errors*: texts that are no addresses, and addresses of nothing that is in the state, all at once.
pub fn listed(state: &State, addresses: &[impl AsRef<str>]) -> Outcome<Vec<ResourceInstance>> {
    let mut instances: Vec<ResourceInstance> = state.instances().map(|(address, ..)| address).collect();
    // As in Terraform, modules inside others come after all that are not.
    instances.sort_by_key(|it| it.module().steps().len());
    let mut refused = Diagnostics::new();
    let mut chosen: Vec<ObjectAddress> = Vec::new();
    for text in addresses {
        match addresses::given(text.as_ref()) {
            Ok(address) if instances.iter().any(|it| address.covers(it)) => chosen.push(address),
            Ok(address) => refused.push(unknown(&address)),
            Err(failure) if addresses.len() == 1 => return Err(failure),
            Err(failure) => refused.extend(failure.diagnostics),
        }
    }
    if refused.has_errors() {
        return Err(Failure::said(refused));
    }
    if addresses.is_empty() {
        return Ok(instances);
    }
    let inside = |address| instances.iter().filter(move |it| ObjectAddress::covers(address, it)).cloned();
    Ok(chosen.iter().flat_map(inside).collect())
}

/// Returns those of some instances whose object has this `id`.
pub fn with_id(state: &State, instances: Vec<ResourceInstance>, id: &str) -> Vec<ResourceInstance> {
    let has_id = |it: &ResourceInstance| {
        let object = state.current(it);
        object.is_some_and(|it| it.attributes.to_json().get("id").and_then(|it| it.as_str()) == Some(id))
    };
    instances.into_iter().filter(has_id).collect()
}

fn unknown(address: &ObjectAddress) -> Diagnostic {
    let summary = match address {
        ObjectAddress::Module(_) => "Unknown module",
        ObjectAddress::Resource(_) => "Unknown resource",
        ObjectAddress::Instance(_) => "Unknown resource instance",
    };
    let detail = format!("The state has nothing at {address}.");
    Diagnostic::error(summary, detail)
        .hint("What is in the configuration only gets into the state by an apply")
}
