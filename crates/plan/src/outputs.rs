use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rinfra_change::{Action, Mode, OutputChange};
use rinfra_eval::{Outcome, OutputAnswer};
use rinfra_state::{Output, State};

/// What the changes of the root outputs follow from, beside their values.
pub(crate) struct Outputs<'o> {
    pub(crate) mode: Mode,
    pub(crate) state: &'o State,
    /// The outputs that depend on what is missing outside the plan's Regions.
    pub(crate) untold: &'o BTreeSet<Arc<str>>,
}

/// What a destruction leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remainder {
    Nothing,
    Something,
}

impl Outputs<'_> {
    /// Returns what becomes of the root outputs.
    pub(crate) fn changes(
        &self,
        outcome: Option<&Outcome>,
        remainder: Remainder,
    ) -> BTreeMap<String, OutputChange> {
        let stays = self.mode == Mode::Destroy && remainder == Remainder::Something;
        let mut changes = BTreeMap::new();
        for (name, output) in &self.state.outputs {
            let change = if stays { keep(output) } else { remove(output) };
            changes.insert(name.to_string(), change);
        }
        let Some(outcome) = outcome else { return changes };
        for (name, output) in outcome.outputs.iter().filter(|(_, it)| !it.answer.poisoned) {
            let stored = self.state.outputs.get(name);
            let change = match stored {
                Some(stored) if self.untold.contains(name) => keep(stored),
                None if self.untold.contains(name) => continue,
                _ => compare(stored, output),
            };
            changes.insert(name.to_string(), change);
        }
        changes
    }
}

fn keep(output: &Output) -> OutputChange {
    let value = Some(output.value.clone());
    OutputChange { action: Action::NoOp, before: value.clone(), after: value, sensitive: output.sensitive }
}

fn remove(output: &Output) -> OutputChange {
    OutputChange {
        action: Action::Delete,
        before: Some(output.value.clone()),
        after: None,
        sensitive: output.sensitive,
    }
}

fn compare(stored: Option<&Output>, output: &OutputAnswer) -> OutputChange {
    let before = stored.map(|it| it.value.clone());
    let after = output.answer.value.clone();
    let was_sensitive = stored.is_some_and(|it| it.sensitive);
    let action = match &before {
        // An output that is null is not recorded at all.
        None if after.is_null() => Action::NoOp,
        None => Action::Create,
        Some(before) if *before == after.unmark_deep() && was_sensitive == output.sensitive => Action::NoOp,
        Some(_) => Action::Update,
    };
    // What was a secret is told by no plan, even if it ceases to be one.
    OutputChange { action, before, after: Some(after), sensitive: output.sensitive || was_sensitive }
}
