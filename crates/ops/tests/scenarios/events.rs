//! The events of an apply, in the form of the vectors.

use std::cell::RefCell;

use rinfra_apply::{Event, Observer};
use rinfra_change::Opcode;
use serde_json::{Value, json};

/// An observer that writes down what Terraform tells of as well.
#[derive(Default)]
pub(crate) struct Recorded(RefCell<Vec<Value>>);

impl Recorded {
    /// Returns all events, in the order they came in.
    pub(crate) fn sequence(&self) -> Vec<Value> {
        self.0.borrow().clone()
    }
}

impl Observer for Recorded {
    fn observe(&self, event: Event) {
        self.0.borrow_mut().extend(shown(&event));
    }
}

/// Terraform tells of the data sources it reads for the plan of an apply as if the apply read them.
impl rinfra_plan::Observer for Recorded {
    fn observe(&self, event: rinfra_plan::Event) {
        let (kind, address) = match event {
            rinfra_plan::Event::Reading(address) => ("apply_start", address),
            rinfra_plan::Event::Read(address) => ("apply_complete", address),
            rinfra_plan::Event::Refreshing { .. }
            | rinfra_plan::Event::Refreshed { .. }
            | rinfra_plan::Event::Unread(_)
            | rinfra_plan::Event::Ephemeral(_)
            | rinfra_plan::Event::Importing { .. } => return,
        };
        let event = json!({ "type": kind, "addr": address.to_string(), "action": "read" });
        self.0.borrow_mut().push(event);
    }
}

fn shown(event: &Event) -> Option<Value> {
    let step = |kind: &str, address: &rinfra_addr::ResourceInstance, opcode: Opcode| {
        let action = match opcode {
            Opcode::Read => "read",
            Opcode::Create => "create",
            Opcode::Update => "update",
            Opcode::Delete => "delete",
            Opcode::Forget | Opcode::Join => return None,
        };
        Some(json!({ "type": kind, "addr": address.to_string(), "action": action }))
    };
    let provisioner = |kind: &str, address: &rinfra_addr::ResourceInstance, provisioner: &str| json!({ "type": kind, "addr": address.to_string(), "provisioner": provisioner });
    match event {
        Event::Started { address, opcode, .. } => step("apply_start", address, *opcode),
        Event::Finished { address, opcode, .. } => step("apply_complete", address, *opcode),
        Event::Failed { address, opcode, .. } => step("apply_errored", address, *opcode),
        Event::Provisioning { address, kind } => Some(provisioner("provision_start", address, kind)),
        Event::ProvisionerOutput { address, kind, line } => {
            let mut event = provisioner("provision_progress", address, kind);
            event["output"] = line.as_str().into();
            Some(event)
        }
        Event::Provisioned { address, kind } => Some(provisioner("provision_complete", address, kind)),
        Event::ProvisioningFailed { address, kind } => Some(provisioner("provision_errored", address, kind)),
        Event::Began { .. } | Event::Skipped { .. } | Event::Stopping { .. } | Event::Ephemeral(_) => None,
    }
}
