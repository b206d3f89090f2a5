//! What an earlier run may have made without anybody knowing of it, while a plan is executed.

use std::collections::HashSet;

use rinfra_addr::ResourceInstance;
use rinfra_change::Plan;
use rinfra_provider::Error;
use rinfra_state::journal::{Event, Unfinished};

use crate::scribe::Scribe;

/// Returns the addresses at which nothing must be made.
pub(crate) fn addresses(plan: &Plan, unfinished: &[Unfinished]) -> HashSet<ResourceInstance> {
    let lost = unfinished.iter().filter(|it| it.is_lost());
    lost.map(|it| plan.destination(&it.intent.address).clone()).collect()
}

/// Gives what is unfinished the addresses that a plan gives to instances.
///
/// *Errors*: when the journal cannot be written.
pub(crate) async fn follow(plan: &Plan, scribe: &Scribe) -> Result<(), Error> {
    let moved = |it: &Unfinished| {
        let destination = plan.destination(&it.intent.address);
        if *destination == it.intent.address { Vec::new() } else { it.moved(destination) }
    };
    scribe.write_all(scribe.unfinished().iter().flat_map(moved).collect()).await
}

/// Ends the doubt about instances that a plan imports: somebody knows what they are.
///
/// *Errors*: when the journal cannot be written.
pub(crate) async fn settle(plan: &Plan, scribe: &Scribe) -> Result<(), Error> {
    let imported = plan.changes.iter().filter(|it| it.importing.is_some()).map(|it| &it.address);
    let imported: HashSet<&ResourceInstance> = imported.collect();
    let unfinished = scribe.unfinished();
    let settled = unfinished.iter().filter(|it| it.is_lost() && imported.contains(&it.intent.address));
    scribe.write_all(settled.map(|it| Event::Ended { sequence: it.intent.sequence }).collect()).await
}
