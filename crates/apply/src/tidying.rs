//! What is left to do when all steps are done.

use std::collections::BTreeMap;

use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_state::journal::Unfinished;

use crate::executor::{Executor, StepFailure};
use crate::recovery::{Resolver, account, unmark};
use crate::run::Interrupt;
use rinfra_change::ResourceChange;

impl Executor<'_> {
    /// Looks up what became of creations that failed in a way that leaves a doubt, and takes the marks away from
    /// the objects that are on record. An abort cuts it short; the next command does what is left.
    pub(crate) async fn leave_nothing_open(&self) {
        let mut interrupt = self.interrupt.clone();
        let aborted = interrupt.wait_for(|it| *it == Interrupt::Abort);
        let found = tokio::select! {
            biased;
            // Nobody interrupts any more when the sender is gone.
            Ok(_) = aborted => return,
            found = self.close_doubts() => found,
        };
        self.progress.borrow_mut().diagnostics.extend(found);
    }

    async fn close_doubts(&self) -> Diagnostics {
        let doubts: Vec<_> =
            self.scribe.unfinished().into_iter().filter(|it| self.is_own_doubt(it)).collect();
        let mut found = Diagnostics::new();
        if !doubts.is_empty() {
            let resolver = Resolver {
                catalogue: self.catalogue,
                connections: &self.foreknowledge.connections,
                scribe: self.scribe,
                closed: &BTreeMap::new(),
                now: self.now,
            };
            found.extend(match resolver.resolve(doubts).await {
                Ok(resolved) => account(&resolved),
                Err(error) => error.to_diagnostic("Writing the journal failed").into(),
            });
        }
        found.extend(unmark(&self.foreknowledge.connections, self.scribe).await);
        found
    }

    fn is_own_doubt(&self, it: &Unfinished) -> bool {
        it.is_lost() && it.intent.run == self.run && it.failure.is_some()
    }

    /// Refuses to make what an earlier run may have made already.
    pub(crate) fn refuse_doubt(&self, change: &ResourceChange) -> Result<(), StepFailure> {
        if !self.doubts.contains(&change.address) {
            return Ok(());
        }
        let detail = format!(
            "An earlier run was interrupted while it made {}, and what became of that could not be looked up. Making it now could make it twice.",
            change.address
        );
        let diagnostic = Diagnostic::error("Creation in doubt", detail).address(change.address.to_string());
        let hint = "apply again when it can be looked up; if you know that it exists, import it; if you know that it does not, `rinfra state rm` it";
        Err(StepFailure::reported(diagnostic.hint(hint)))
    }
}
