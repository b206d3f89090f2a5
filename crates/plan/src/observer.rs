use rinfra_addr::ResourceInstance;
use rinfra_eval::EphemeralEvent;
use rinfra_provider::Region;

/// Something a person who waits for a plan wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Objects of one type in one Region are being read.
    Refreshing {
        /// The resource type.
        kind: String,
        /// The Region.
        region: Option<Region>,
        /// How many objects.
        objects: usize,
    },
    /// They have been read.
    Refreshed {
        /// The resource type.
        kind: String,
        /// The Region.
        region: Option<Region>,
        /// How many objects.
        objects: usize,
    },
    /// A data source is being read.
    Reading(ResourceInstance),
    /// It has been read.
    Read(ResourceInstance),
    /// It could not be read.
    Unread(ResourceInstance),
    /// Something happens to an ephemeral object.
    Ephemeral(EphemeralEvent),
    /// An object is being looked up that a command is to import as an instance.
    Importing {
        /// The instance.
        address: ResourceInstance,
        /// What the provider calls the object.
        id: String,
    },
}

/// Who is told of the progress of a plan.
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
