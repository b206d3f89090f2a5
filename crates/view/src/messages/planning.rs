//! What is told while and after a plan is made.

use std::time::Duration;

use rinfra_addr::{Mode, ResourceInstance};
use rinfra_change::{Action, Counts, Plan, Reason, ResourceChange};
use serde_json::{Map, Value, json};

use super::{Message, resource};
use crate::duration;

/// Returns the message of an event of a plan; none of what is read in bulk, nor of what only a command without messages
/// does. `elapsed` is how long it took, where something is done.
pub fn plan_event_message(event: &rinfra_plan::Event, elapsed: Option<Duration>) -> Option<Message> {
    let after = elapsed.unwrap_or_default();
    let (kind, text, address) = match event {
        rinfra_plan::Event::Reading(address) => ("apply_start", "Refreshing...".to_owned(), address),
        rinfra_plan::Event::Read(address) => {
            ("apply_complete", format!("Refresh complete after {}", duration(after)), address)
        }
        rinfra_plan::Event::Ephemeral(event) => return Some(super::ephemeral(event, elapsed)),
        rinfra_plan::Event::Refreshing { .. }
        | rinfra_plan::Event::Refreshed { .. }
        | rinfra_plan::Event::Unread(_)
        | rinfra_plan::Event::Importing { .. } => return None,
    };
    let mut hook = json!({ "resource": resource(address), "action": "read" });
    if kind == "apply_complete" {
        hook["elapsed_seconds"] = after.as_secs().into();
    }
    Some(Message::info(kind, format!("{address}: {text}")).with("hook", hook))
}

/// Returns what a plan says: drift, changes, how many of them, and outputs.
pub fn plan_messages(plan: &Plan) -> Vec<Message> {
    let drift = plan.drift().iter().map(|it| {
        let action = if it.after.is_some() { "update" } else { "delete" };
        let text = format!("{}: Drift detected ({action})", it.address);
        let origin = plan.origin(&it.address);
        let previous = (*origin != it.address).then_some(origin);
        let change = change(&it.address, previous, action);
        Message::info("resource_drift", text).with("change", Value::Object(change))
    });
    let changes = plan.changes.iter().filter_map(planned_change);
    let Counts { import, add, change: changed, destroy } = plan.counts();
    let imports = if import > 0 { format!("{import} to import, ") } else { String::new() };
    let text = format!("Plan: {imports}{add} to add, {changed} to change, {destroy} to destroy.");
    let counts = json!({
        "add": add, "change": changed, "import": import, "remove": destroy, "operation": "plan",
    });
    let summary = Message::info("change_summary", text).with("changes", counts);
    let outputs: Map<String, Value> = plan
        .outputs
        .iter()
        .map(|(name, it)| (name.clone(), json!({ "sensitive": it.sensitive, "action": word(it.action) })))
        .collect();
    let outputs = (!outputs.is_empty()).then(|| {
        let text = format!("Outputs: {}", outputs.len());
        Message::info("outputs", text).with("outputs", Value::Object(outputs))
    });
    drift.chain(changes).chain([summary]).chain(outputs).collect()
}

/// Returns what a saved plan is about to do.
pub fn saved_plan_messages(plan: &Plan) -> Vec<Message> {
    plan.changes.iter().filter(|it| it.action != Action::NoOp).filter_map(planned_change).collect()
}

fn planned_change(planned: &ResourceChange) -> Option<Message> {
    if planned.address.mode() != Mode::Managed && planned.action != Action::Read {
        return None;
    }
    let action = match planned.action {
        Action::NoOp if planned.importing.is_some() => "import",
        Action::NoOp if planned.previous_address.is_some() => "move",
        Action::NoOp => return None,
        action => word(action),
    };
    let mut change = change(&planned.address, planned.previous_address.as_ref(), action);
    if let Some(reason) = planned.reason {
        change.insert("reason".to_owned(), why(reason).into());
    }
    if let Some(id) = &planned.importing {
        change.insert("importing".to_owned(), json!({ "id": id }));
    }
    if let Some(generated) = &planned.generated_config {
        change.insert("generated_config".to_owned(), generated.clone().into());
    }
    let text = format!("{}: Plan to {action}", planned.address);
    Some(Message::info("planned_change", text).with("change", Value::Object(change)))
}

fn change(
    address: &ResourceInstance,
    previous: Option<&ResourceInstance>,
    action: &str,
) -> Map<String, Value> {
    let mut change = Map::new();
    change.insert("resource".to_owned(), resource(address));
    if let Some(previous) = previous {
        change.insert("previous_resource".to_owned(), resource(previous));
    }
    change.insert("action".to_owned(), action.into());
    change
}

/// Returns an action in the words of the stream, which are not those of a plan.
fn word(action: Action) -> &'static str {
    match action {
        Action::NoOp => "noop",
        Action::Create => "create",
        Action::Read => "read",
        Action::Update => "update",
        Action::DeleteThenCreate | Action::CreateThenDelete => "replace",
        Action::Delete => "delete",
        Action::Forget => "remove",
    }
}

/// Returns a reason in the words of the stream.
fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::ReplaceBecauseTainted => "tainted",
        Reason::ReplaceBecauseCannotUpdate => "cannot_update",
        Reason::ReplaceByRequest => "requested",
        Reason::ReplaceByTriggers => "replace_triggered_by",
        reason => reason.name(),
    }
}
