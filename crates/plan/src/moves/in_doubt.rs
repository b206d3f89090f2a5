//! Moves of what may exist without the state knowing of it.

use std::collections::BTreeSet;

use rinfra_addr::ResourceInstance;
use rinfra_change::Move;
use rinfra_config::Config;
use rinfra_provider::Catalogue;
use rinfra_state::State;
use rinfra_state::journal::{Unfinished, with_lost};

use super::Moves;

/// Returns which interrupted creations get another address, as if the state had what they made: at the new one, too,
/// nothing must be made while nobody knows.
pub(crate) fn moves_in_doubt(
    config: &Config,
    catalogue: &Catalogue,
    state: &State,
    unfinished: &[Unfinished],
) -> Vec<Move> {
    let lost = unfinished.iter().filter(|it| it.is_lost()).map(|it| it.intent.address.clone());
    let mut lost: BTreeSet<ResourceInstance> = lost.filter(|it| state.instance(it).is_none()).collect();
    if lost.is_empty() {
        return Vec::new();
    }
    let known = with_lost(state, unfinished);
    // What cannot move is an error of the plan already.
    let Ok(moves) = Moves::new(config, catalogue, &known) else { return Vec::new() };
    let of_lost = |it: &Move| lost.remove(&it.from) && lost.insert(it.to.clone());
    let mut steps = moves.steps;
    steps.retain(of_lost);
    steps
}
