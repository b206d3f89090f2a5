//! What tests put into states and journals.

use rinfra_addr::{ProviderConfig, ResourceInstance};
use rinfra_state::journal::{Event, Intent, Opcode, Sequence};
use rinfra_state::{Object, State};
use serde_json::json;

pub(crate) fn address(id: &str) -> ResourceInstance {
    format!("terraform_data.{id}").parse().unwrap()
}

pub(crate) fn provider() -> ProviderConfig {
    r#"provider["terraform.io/builtin/terraform"]"#.parse().unwrap()
}

pub(crate) fn object(id: &str) -> Object {
    Object::new(0, json!({"id": id, "input": null, "output": null, "triggers_replace": null}))
}

pub(crate) fn recorded(id: &str) -> Event {
    Event::Recorded { address: address(id), deposed: None, provider: provider(), object: object(id).into() }
}

pub(crate) fn intent(sequence: u64, id: &str) -> Event {
    Event::Intent(Box::new(Intent {
        sequence: Sequence(sequence),
        run: "run-1".into(),
        opcode: Opcode::Create,
        address: address(id),
        deposed: None,
        provider: provider(),
        region: None,
        token: format!("token-{sequence}"),
        identity: None,
        planned: None,
        outline: None,
        at: None,
        marks: false,
    }))
}

/// Returns the names of the recorded resources, sorted.
pub(crate) fn ids(state: &State) -> Vec<String> {
    state.instances().map(|(address, ..)| address.resource.resource.name.to_string()).collect()
}
