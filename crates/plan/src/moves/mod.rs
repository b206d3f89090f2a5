//! `moved`: the state's objects under their new addresses, before anything else is looked at.
//!
//! Whether a move is right shows only once the instances the configuration wants are known; so it is carried out
//! first and checked last, and a plan with a wrong move is no plan.

mod adoption;
mod check;
mod destination;
mod elsewhere;
mod endpoint;
mod execution;
mod in_doubt;
#[cfg(test)]
mod laws;
mod left_out;
mod statement;

use std::borrow::Cow;
use std::collections::BTreeMap;

use rinfra_addr::ResourceInstance;
use rinfra_change::Move;
use rinfra_config::Config;
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_graph::Graph;
use rinfra_provider::Catalogue;
use rinfra_state::State;

use execution::Mover;
use statement::Statement;

use endpoint::Subject;

pub(crate) use in_doubt::moves_in_doubt;

/// What has moved, and the state after it.
pub(crate) struct Moves<'s> {
    /// The state with everything at its new address.
    pub(crate) state: Cow<'s, State>,
    /// What was moved, in the order in which it can be done again.
    pub(crate) steps: Vec<Move>,
    origins: BTreeMap<ResourceInstance, ResourceInstance>,
    blocked: BTreeMap<Subject, Subject>,
    statements: Vec<Statement>,
    order: Graph<usize>,
}

impl<'s> Moves<'s> {
    /// Moves what a state holds as a configuration says. Where the statements wait for each other, nothing moves.
    ///
    /// *Errors*: objects that cannot become objects of another type.
    pub(crate) fn new(config: &Config, catalogue: &Catalogue, state: &'s State) -> Result<Self, Diagnostics> {
        let statements = statement::statements(config, state);
        let order = statement::order(&statements);
        let mut mover = Mover {
            config,
            catalogue,
            state: Cow::Borrowed(state),
            steps: Vec::new(),
            origins: BTreeMap::new(),
            blocked: BTreeMap::new(),
            diagnostics: Diagnostics::new(),
        };
        for position in order.order().unwrap_or_default() {
            mover.execute(&statements[position]);
        }
        let Mover { mut state, steps, origins, blocked, diagnostics, .. } = mover;
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        if !steps.is_empty() {
            state.to_mut().follow_moves(steps.iter().map(|it| (&it.from, &it.to)));
        }
        Ok(Self { state, steps, origins, blocked, statements, order })
    }

    /// Returns where an instance was before it moved; `None` when it did not.
    pub(crate) fn origin(&self, address: &ResourceInstance) -> Option<&ResourceInstance> {
        self.origins.get(address).filter(|it| *it != address)
    }

    /// Returns a warning about what could not move because its place is taken.
    pub(crate) fn warning(&self) -> Option<Diagnostic> {
        let line =
            |(actual, wanted): (&Subject, &Subject)| format!("\n  - {actual} could not move to {wanted}");
        let list: String = self.blocked.iter().map(line).collect();
        let detail = format!(
            "What moved according to the configuration could not be recorded at its new address, because something \
             else is there already:{list}\n\nThese objects are planned to be destroyed."
        );
        let hint = "If they are to stay, resolve the conflict with \"rinfra state mv\" or \"rinfra state rm\" and \
                    plan again";
        let warning =
            || Diagnostic::warning("Unresolved resource instance address changes", detail).hint(hint);
        (!self.blocked.is_empty()).then(warning)
    }
}
