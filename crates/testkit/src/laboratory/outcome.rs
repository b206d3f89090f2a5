use rinfra_apply::Applied;
use rinfra_change::Plan;
use rinfra_diag::Diagnostics;
use rinfra_state::journal::{Event, Unfinished};

use super::text::{actions, errors, journal};

/// What planning came to.
#[derive(Debug)]
pub struct Planned {
    /// The plan, unless there was an error.
    pub plan: Option<Plan>,
    /// Everything that was found.
    pub diagnostics: Diagnostics,
}

impl Planned {
    /// Returns the plan.
    ///
    /// # Panics
    /// When there is none.
    pub fn expect(self) -> Plan {
        self.plan.unwrap_or_else(|| panic!("no plan:\n{}", self.diagnostics))
    }

    /// Returns the planned actions, as [`actions`] writes them.
    ///
    /// # Panics
    /// When there is no plan.
    pub fn actions(self) -> Vec<String> {
        actions(&self.expect())
    }

    /// Returns the errors, as [`errors`] writes them.
    ///
    /// # Panics
    /// When there is a plan in spite of them, or none without them.
    pub fn errors(self) -> Vec<String> {
        let errors = errors(&self.diagnostics);
        assert_eq!(self.plan.is_some(), errors.is_empty(), "either a plan or errors:\n{}", self.diagnostics);
        errors
    }
}

/// What an apply came to.
#[derive(Debug)]
pub struct Done {
    /// What was executed.
    pub plan: Plan,
    /// What it did.
    pub applied: Applied,
    /// What it wrote down.
    pub events: Vec<Event>,
    /// What stayed in doubt.
    pub unfinished: Vec<Unfinished>,
}

impl Done {
    /// Returns the apply when nothing went wrong.
    ///
    /// # Panics
    /// When something did.
    pub fn clean(self) -> Self {
        assert!(self.applied.diagnostics.is_empty(), "{}", self.applied.diagnostics);
        assert!(self.applied.skipped.is_empty(), "skipped: {:?}", self.skipped());
        assert!(self.unfinished.is_empty(), "in doubt: {:?}", self.unfinished);
        self
    }

    /// Returns the addresses that were left out.
    pub fn skipped(&self) -> Vec<String> {
        let mut skipped: Vec<_> = self.applied.skipped.iter().map(ToString::to_string).collect();
        skipped.sort();
        skipped
    }

    /// Returns the errors, as [`errors`] writes them.
    pub fn errors(&self) -> Vec<String> {
        errors(&self.applied.diagnostics)
    }

    /// Returns the journal, as [`journal`] writes it.
    pub fn journal(&self) -> Vec<String> {
        journal(&self.events)
    }
}
