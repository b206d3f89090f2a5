//! What tests put into states and journals.

use rinfra_addr::{ProviderConfig, ResourceInstance};
use rinfra_state::journal::{Event, Intent, Opcode, Sequence};
use rinfra_state::{Object, State};
use rinfra_store::Session;
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

/// Records so many events in each of so many threads, and makes sure that all have a place after those before.
pub(crate) fn record_at_once(session: &dyn Session, threads: u64, each: u64) {
    std::thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || {
                let mut last = None;
                for number in 0..each {
                    let position = session.record(&[recorded(&format!("r{thread}_{number}"))]).unwrap();
                    assert!(last < Some(position));
                    last = Some(position);
                }
            });
        }
    });
    assert_eq!(session.position().0, threads * each);
}

/// Returns the names of the recorded resources, sorted.
pub(crate) fn ids(state: &State) -> Vec<String> {
    state.instances().map(|(address, ..)| address.resource.resource.name.to_string()).collect()
}
