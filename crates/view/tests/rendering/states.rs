//! States, their outputs, the progress of an apply, and graphs.

use std::collections::BTreeMap;
use std::time::Duration;

use insta::assert_snapshot;
use rinfra_apply::{Event, Tally};
use rinfra_change::{Mode, Opcode};
use rinfra_provider::Region;
use rinfra_state::{Output, State};

use crate::fixture::catalogue;

const STATE: &str = r#"{
  "version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "l",
  "outputs": {"o": {"value": ["a"], "type": ["tuple", ["string"]]}, "s": {"value": "s3cret", "type": "string", "sensitive": true}},
  "resources": [
    {"module": "module.m[0].module.n", "mode": "managed", "type": "house", "name": "home", "provider": "provider[\"registry.terraform.io/test/house\"]",
     "instances": [
       {"index_key": "k", "status": "tainted", "schema_version": 1,
        "attributes": {"id": "h", "name": "n", "code": "s3cret", "text": "", "tags": {}, "door": {"colour": "red", "width": 1}, "floor": [{"name": "f", "window": []}]},
        "sensitive_attributes": [], "dependencies": ["house.other"]},
       {"index_key": "k", "deposed": "0badcafe", "schema_version": 1, "attributes": {"id": "old", "name": "n"}, "sensitive_attributes": []}
     ]},
    {"mode": "data", "type": "house", "name": "seen", "provider": "provider[\"registry.terraform.io/test/house\"]",
     "instances": [{"schema_version": 1, "attributes": {"id": "d", "name": "n"}, "sensitive_attributes": []}]},
    {"mode": "managed", "type": "castle", "name": "far", "provider": "provider[\"registry.terraform.io/test/castle\"]",
     "instances": [{"schema_version": 1, "attributes": {"id": "c", "stones": 3}, "sensitive_attributes": []}]}
  ],
  "check_results": null
}"#;

#[test]
fn states_are_shown_whole_and_in_parts() {
    let state = State::parse(STATE.as_bytes()).unwrap();
    let style = rinfra_view::Style::plain();
    let text = rinfra_view::state(&state, &catalogue(), style);
    assert!(!text.contains("s3cret"), "{text}");
    assert_snapshot!("state_text", text);
    let address = "data.house.seen".parse().unwrap();
    assert!(
        rinfra_view::resource(&state, &address, &catalogue(), style)
            .unwrap()
            .starts_with("# data.house.seen:\n")
    );
    let missing = "house.missing".parse().unwrap();
    assert_eq!(rinfra_view::resource(&state, &missing, &catalogue(), style), None);
    assert_snapshot!("state_json", format!("{:#}", rinfra_view::state_json(&state, &catalogue())));
}

#[test]
fn outputs_are_shown() {
    let state = State::parse(STATE.as_bytes()).unwrap();
    assert_eq!(rinfra_view::outputs(&state.outputs), "o = [\n  \"a\",\n]\ns = <sensitive>\n");
    let json = rinfra_view::outputs_json(&state.outputs);
    assert_eq!(json["s"], serde_json::json!({"sensitive": true, "type": "string", "value": "s3cret"}));
    assert_eq!(rinfra_view::single_output(&state.outputs["o"].value), serde_json::json!(["a"]));
    let none: BTreeMap<_, Output> = BTreeMap::new();
    assert_eq!(rinfra_view::outputs_json(&none), serde_json::json!({}));
}

#[test]
fn an_apply_tells_its_steps() {
    let address: rinfra_addr::ResourceInstance = "house.home[0]".parse().unwrap();
    let region = Some(Region::new("us-east-1"));
    let identity = Some("h-1".to_owned());
    let opcode = Opcode::Create;
    let events = [
        Event::Began { steps: 3 },
        Event::Started { operation: 0, address: address.clone(), opcode, region, identity: None },
        Event::Started {
            operation: 0,
            address: address.clone(),
            opcode: Opcode::Delete,
            region: Some(Region::global()),
            identity: identity.clone(),
        },
        Event::Started {
            operation: 0,
            address: address.clone(),
            opcode: Opcode::Update,
            region: None,
            identity: identity.clone(),
        },
        Event::Finished { operation: 0, address: address.clone(), opcode, identity },
        Event::Failed {
            operation: 0,
            address: address.clone(),
            opcode: Opcode::Delete,
            message: "no".to_owned(),
        },
        Event::Skipped { operation: 0, address: address.clone(), opcode: Opcode::Read },
        Event::Provisioning { address: address.clone(), kind: "local-exec".into() },
        Event::ProvisionerOutput {
            address: address.clone(),
            kind: "local-exec".into(),
            line: "Executing: [\"/bin/sh\" \"-c\" \"true\"]".to_owned(),
        },
        Event::Provisioned { address: address.clone(), kind: "local-exec".into() },
        Event::ProvisioningFailed { address: address.clone(), kind: "local-exec".into() },
        Event::Stopping { in_flight: 2 },
    ];
    let style = rinfra_view::Style::plain();
    let took = Some(Duration::from_secs(125));
    let elapsed =
        |event: &Event| took.filter(|_| matches!(event, Event::Finished { .. } | Event::Failed { .. }));
    let mut lines: Vec<_> =
        events.iter().filter_map(|it| rinfra_view::apply_event(it, elapsed(it), style)).collect();
    lines.push(rinfra_view::still(&address, opcode, None, Duration::from_secs(70), style));
    let tally = Tally { imported: 0, added: 1, changed: 2, destroyed: 3 };
    for (mode, complete) in
        [(Mode::Normal, true), (Mode::Normal, false), (Mode::Destroy, true), (Mode::Destroy, false)]
    {
        lines.push(rinfra_view::apply_summary(mode, tally, complete, style));
    }
    assert_snapshot!("apply_events", lines.join("\n"));
}
