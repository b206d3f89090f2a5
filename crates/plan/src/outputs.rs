use std::collections::BTreeMap;

use rinfra_change::{Action, Mode, OutputChange};
use rinfra_eval::Outcome;
use rinfra_state::State;

/// Returns what becomes of the root outputs.
pub(crate) fn changes(
    mode: Mode,
    state: &State,
    outcome: Option<&Outcome>,
) -> BTreeMap<String, OutputChange> {
    let mut changes = BTreeMap::new();
    for (name, output) in &state.outputs {
        let change = OutputChange {
            action: Action::Delete,
            before: Some(output.value.clone()),
            after: None,
            sensitive: output.sensitive,
        };
        changes.insert(name.to_string(), change);
    }
    let Some(outcome) = outcome.filter(|_| mode == Mode::Normal) else { return changes };
    for (name, output) in outcome.outputs.iter().filter(|(_, it)| !it.answer.poisoned) {
        let before = state.outputs.get(name).map(|it| it.value.clone());
        let after = output.answer.value.clone();
        let was_sensitive = state.outputs.get(name).is_some_and(|it| it.sensitive);
        let action = match &before {
            // An output that is null is not recorded at all.
            None if after.is_null() => Action::NoOp,
            None => Action::Create,
            Some(_) if after.is_null() => Action::Delete,
            Some(before) if *before == after.unmark_deep() && was_sensitive == output.sensitive => {
                Action::NoOp
            }
            Some(_) => Action::Update,
        };
        let change = OutputChange { action, before, after: Some(after), sensitive: output.sensitive };
        changes.insert(name.to_string(), change);
    }
    changes
}
