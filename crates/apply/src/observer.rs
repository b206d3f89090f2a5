use std::sync::Arc;

use rinfra_addr::ResourceInstance;
use rinfra_change::Opcode;
use rinfra_eval::EphemeralEvent;
use rinfra_provider::Region;

/// Something a person who waits for an apply wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The work begins: so many steps are ahead.
    Began {
        /// Steps that change or read something.
        steps: usize,
    },
    /// A step started.
    Started {
        /// Which step of the plan's graph.
        operation: usize,
        /// The instance.
        address: ResourceInstance,
        /// What is done.
        opcode: Opcode,
        /// The effective Region.
        region: Option<Region>,
        /// What identifies the object, where it is known.
        identity: Option<String>,
    },
    /// A step is done.
    Finished {
        /// Which step of the plan's graph.
        operation: usize,
        /// The instance.
        address: ResourceInstance,
        /// What was done.
        opcode: Opcode,
        /// What identifies the object.
        identity: Option<String>,
    },
    /// A step failed.
    Failed {
        /// Which step of the plan's graph.
        operation: usize,
        /// The instance.
        address: ResourceInstance,
        /// What was to be done.
        opcode: Opcode,
        /// Why not.
        message: String,
    },
    /// A step was left out because something it needs failed.
    Skipped {
        /// Which step of the plan's graph.
        operation: usize,
        /// The instance.
        address: ResourceInstance,
        /// What was to be done.
        opcode: Opcode,
    },
    /// A step ended without anything to tell: it had nothing to do and was not even started, or it is a data source
    /// of a check, whose failure the check tells.
    Unneeded {
        /// Which step of the plan's graph.
        operation: usize,
    },
    /// Something happens to an ephemeral object.
    Ephemeral(EphemeralEvent),
    /// A provisioner of an instance started.
    Provisioning {
        /// The instance.
        address: ResourceInstance,
        /// The type of the provisioner.
        kind: Arc<str>,
    },
    /// A provisioner wrote a line.
    ProvisionerOutput {
        /// The instance.
        address: ResourceInstance,
        /// The type of the provisioner.
        kind: Arc<str>,
        /// What it wrote.
        line: String,
    },
    /// A provisioner is done.
    Provisioned {
        /// The instance.
        address: ResourceInstance,
        /// The type of the provisioner.
        kind: Arc<str>,
    },
    /// A provisioner failed.
    ProvisioningFailed {
        /// The instance.
        address: ResourceInstance,
        /// The type of the provisioner.
        kind: Arc<str>,
    },
    /// No new steps are started any more; so many are still in flight.
    Stopping {
        /// Steps in flight.
        in_flight: usize,
    },
}

/// Who is told of the progress of an apply.
pub trait Observer {
    /// Takes note of an event.
    fn observe(&self, event: Event);
}

/// An observer that does not care.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn observe(&self, _event: Event) {}
}
