use rinfra_addr::ResourceInstance;
use rinfra_diag::Diagnostics;
use rinfra_state::State;

/// How many objects an apply touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Objects that existed already and became managed.
    pub imported: usize,
    /// Objects made.
    pub added: usize,
    /// Objects changed in place.
    pub changed: usize,
    /// Objects deleted.
    pub destroyed: usize,
}

/// What an apply did.
#[derive(Debug)]
pub struct Applied {
    /// The state after all that happened.
    pub state: State,
    /// What went wrong.
    pub diagnostics: Diagnostics,
    /// How many objects were touched.
    pub tally: Tally,
    /// The instances that were left out because something they need failed.
    pub skipped: Vec<ResourceInstance>,
    /// Whether the apply was interrupted before all steps were started.
    pub interrupted: bool,
}
