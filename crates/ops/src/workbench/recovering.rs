//! What an interrupted run left behind.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use rinfra_addr::ResourceInstance;
use rinfra_apply::{Recovery, recover, report};
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_state::State;
use rinfra_state::journal::{Event, Recorder, Unfinished, with_lost};
use rinfra_store::{Opened, Origin};

use super::Workbench;
use crate::failure::{Failure, Outcome};
use crate::project::Phase;
use crate::warrant::Held;

impl Workbench<'_> {
    /// Tells whether there are operations of which nobody knows what became.
    pub fn is_in_doubt(&self) -> bool {
        self.unfinished.iter().any(|it| !it.is_marked_only)
    }

    /// Finds out what became of the operations that an earlier run was interrupted in, and writes it into the state.
    /// Who has no lock leaves them as they are.
    ///
    /// *Errors*: states that cannot be written.
    pub async fn recover(&mut self) -> Outcome<()> {
        if self.unfinished.is_empty() || self.is_read_only {
            return Ok(());
        }
        let functions = self.project.functions(Phase::Planning);
        let request = Recovery {
            config: &self.project.config,
            catalogue: &self.catalogue,
            functions: &functions,
            inputs: &self.project.inputs,
            state: State::clone(&self.state),
            recorder: Arc::clone(&self.session) as Arc<dyn Recorder>,
            unfinished: self.unfinished.clone(),
            now: &now,
            observer: &rinfra_apply::Silent,
        };
        let warrant = Held::of(&self.session);
        let recovered = rinfra_provider::under(warrant, recover(request)).await;
        let mut state = recovered.state;
        let written = self.session.persist(&mut state, self.session.position()).await;
        written.map_err(|error| Failure::of("Failed to write the state", &error))?;
        (self.state, self.unfinished) = (Arc::new(state), recovered.unfinished);
        self.account = Some(recovered.diagnostics);
        Ok(())
    }

    /// Returns what is to be said of an interrupted run that was found: what became of its operations, or that
    /// nobody has looked yet.
    pub fn recovery(&self) -> Diagnostics {
        let mut all = found(self.session.opened());
        match &self.account {
            Some(account) => all.extend(account.clone()),
            None => all.extend(report(&self.unfinished)),
        }
        all
    }

    /// Returns the instances that may exist without the state knowing of them.
    pub(crate) fn lost(&self) -> impl Iterator<Item = &ResourceInstance> {
        self.unfinished.iter().filter(|it| it.is_lost()).map(|it| &it.intent.address)
    }

    /// Returns the state, with an instance also where something may exist that it does not know of.
    pub(crate) fn known(&self) -> Cow<'_, State> {
        with_lost(&self.state, &self.unfinished)
    }

    /// Returns the events that give what is unfinished about an instance another address.
    pub(crate) fn moved_in_doubt(&self, from: &ResourceInstance, to: &ResourceInstance) -> Vec<Event> {
        let of_it = self.unfinished.iter().filter(|it| it.intent.address == *from);
        of_it.flat_map(|it| it.moved(to)).collect()
    }

    /// Returns the events that end what is in doubt about an instance, of which somebody says that it is settled.
    pub(crate) fn without_doubt(&self, address: &ResourceInstance) -> impl Iterator<Item = Event> {
        let of_it = |it: &&Unfinished| it.is_lost() && it.intent.address == *address;
        self.unfinished.iter().filter(of_it).map(|it| Event::Ended { sequence: it.intent.sequence })
    }
}

/// Tells that the journal of an interrupted run was found.
fn found(opened: &Opened) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    if let Origin::Recovered { events, .. } = &opened.origin {
        diagnostics.push(Diagnostic::warning(
            "Recovered an interrupted run",
            format!("The journal of a run that did not end held {events} events that the state lacked; they are in it now."),
        ));
    }
    diagnostics
}

/// Returns the time in seconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs())
}
