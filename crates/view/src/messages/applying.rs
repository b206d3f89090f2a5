//! What is told while and after a plan is carried out.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rinfra_addr::ResourceInstance;
use rinfra_apply::{Event, Tally};
use rinfra_change::{Mode, Opcode};
use rinfra_state::Output;
use serde_json::json;

use super::{Message, resource};
use crate::{Style, doing, duration, outputs_json, still};

/// Returns the message of an event of an apply; `elapsed` is how long the step took, where it is done.
pub fn apply_message(event: &Event, elapsed: Option<Duration>) -> Option<Message> {
    let step = |kind, address: &ResourceInstance, opcode, identity: Option<String>| {
        let mut hook = json!({ "resource": resource(address), "action": word(opcode)? });
        if let Some(identity) = identity {
            hook["id_key"] = "id".into();
            hook["id_value"] = identity.into();
        }
        if kind != "apply_start" {
            hook["elapsed_seconds"] = elapsed.unwrap_or_default().as_secs().into();
        }
        Some((kind, hook))
    };
    let provisioner = |kind, address: &ResourceInstance, provisioner: &str| {
        Some((kind, json!({ "resource": resource(address), "provisioner": provisioner })))
    };
    let (kind, hook) = match event {
        Event::Started { address, opcode, identity, .. } => {
            step("apply_start", address, *opcode, told(*opcode, When::Before, identity))
        }
        Event::Finished { address, opcode, identity, .. } => {
            step("apply_complete", address, *opcode, told(*opcode, When::After, identity))
        }
        // As in Terraform, what was to be read and was not ends without a word.
        Event::Failed { opcode: Opcode::Read, .. } => None,
        Event::Failed { address, opcode, .. } => step("apply_errored", address, *opcode, None),
        Event::Provisioning { address, kind } => provisioner("provision_start", address, kind),
        Event::ProvisionerOutput { address, kind, line } => {
            let told = provisioner("provision_progress", address, kind);
            told.map(|(kind, mut hook)| {
                hook["output"] = line.as_str().into();
                (kind, hook)
            })
        }
        Event::Provisioned { address, kind } => provisioner("provision_complete", address, kind),
        Event::ProvisioningFailed { address, kind } => provisioner("provision_errored", address, kind),
        Event::Ephemeral(event) => return Some(super::ephemeral(event, elapsed)),
        Event::Began { .. } | Event::Unneeded { .. } | Event::Skipped { .. } | Event::Stopping { .. } => None,
    }?;
    Some(Message::info(kind, text(event, elapsed.unwrap_or_default())).with("hook", hook))
}

/// Returns an event in Terraform's words.
fn text(event: &Event, elapsed: Duration) -> String {
    let id =
        |identity: &Option<String>| identity.as_ref().map(|it| format!(" [id={it}]")).unwrap_or_default();
    let after = duration(elapsed);
    match event {
        Event::Started { address, opcode, identity, .. } => {
            let doing = if *opcode == Opcode::Read { "Refreshing" } else { doing(*opcode) };
            format!("{address}: {doing}...{}", id(&told(*opcode, When::Before, identity)))
        }
        Event::Finished { address, opcode, identity, .. } => {
            let id = id(&told(*opcode, When::After, identity));
            format!("{address}: {} complete after {after}{id}", noun(*opcode))
        }
        Event::Failed { address, opcode, .. } => {
            format!("{address}: {} errored after {after}", noun(*opcode))
        }
        Event::Provisioning { address, kind } => format!("{address}: Provisioning with '{kind}'..."),
        Event::ProvisionerOutput { address, kind, line } => format!("{address}: ({kind}): {line}"),
        Event::Provisioned { address, kind } => format!("{address}: ({kind}) Provisioning complete"),
        Event::ProvisioningFailed { address, kind } => format!("{address}: ({kind}) Provisioning errored"),
        Event::Ephemeral(_)
        | Event::Began { .. }
        | Event::Unneeded { .. }
        | Event::Skipped { .. }
        | Event::Stopping { .. } => String::new(),
    }
}

fn noun(opcode: Opcode) -> &'static str {
    match opcode {
        Opcode::Read => "Refresh",
        Opcode::Create => "Creation",
        Opcode::Update => "Modifications",
        Opcode::Delete => "Destruction",
        Opcode::Forget | Opcode::Join => "Step",
    }
}

/// Which end of a step is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Before,
    After,
}

/// Returns what the provider calls the object, where it has that name: what is to be replaced has none of it yet, and
/// what was deleted has none any more.
fn told(opcode: Opcode, when: When, identity: &Option<String>) -> Option<String> {
    let is_named = !matches!((opcode, when), (Opcode::Create, When::Before) | (Opcode::Delete, When::After));
    identity.clone().filter(|_| is_named)
}

/// Returns the message that a step takes its time.
pub(crate) fn still_message(
    address: &ResourceInstance,
    opcode: Opcode,
    elapsed: Duration,
) -> Option<Message> {
    let hook = json!({
        "resource": resource(address),
        "action": word(opcode)?,
        "elapsed_seconds": elapsed.as_secs(),
    });
    let text = still(address, opcode, None, elapsed, Style::plain());
    Some(Message::info("apply_progress", text).with("hook", hook))
}

/// Returns the message of what an apply did.
pub fn applied_message(mode: Mode, tally: Tally) -> Message {
    let Tally { added, changed, destroyed, imported } = tally;
    let (operation, text) = match mode {
        Mode::Destroy => ("destroy", format!("Destroy complete! Resources: {destroyed} destroyed.")),
        Mode::Normal | Mode::RefreshOnly => {
            let imports = if imported > 0 { format!("{imported} imported, ") } else { String::new() };
            let counts = format!("{added} added, {changed} changed, {destroyed} destroyed");
            ("apply", format!("Apply complete! Resources: {imports}{counts}."))
        }
    };
    let changes = json!({
        "add": added, "change": changed, "import": imported, "remove": destroyed, "operation": operation,
    });
    Message::info("change_summary", text).with("changes", changes)
}

/// Returns the message of the outputs after an apply, without secrets.
pub fn outputs_message(outputs: &BTreeMap<Arc<str>, Output>) -> Message {
    let mut json = outputs_json(outputs);
    for output in json.as_object_mut().into_iter().flat_map(|it| it.values_mut()) {
        if let (true, Some(members)) = (output["sensitive"] == true, output.as_object_mut()) {
            members.remove("value");
        }
    }
    Message::info("outputs", format!("Outputs: {}", outputs.len())).with("outputs", json)
}

/// Returns what a step does in the words of the stream; `None` for steps that Terraform does not tell of.
fn word(opcode: Opcode) -> Option<&'static str> {
    match opcode {
        Opcode::Read => Some("read"),
        Opcode::Create => Some("create"),
        Opcode::Update => Some("update"),
        Opcode::Delete => Some("delete"),
        Opcode::Forget | Opcode::Join => None,
    }
}
