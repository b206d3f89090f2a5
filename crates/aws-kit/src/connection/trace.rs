//! Looking for what interrupted creations made.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use rinfra_provider::{Fate, Interrupted, Marked, Region};

use super::{AwsConnection, unknown};
use crate::clock::Backoff;
use crate::context::Call;
use crate::erased::{ResourceKind, Step};
use crate::object;
use crate::tags;
use crate::{Result, wire};

/// Looks for what creations made. What is so young that it may be there and not show yet is waited for.
///
/// *Errors*: what keeps all of them from being looked up.
pub(super) async fn look_for(
    connection: &AwsConnection,
    kind: &dyn ResourceKind,
    region: &Region,
    interrupted: Vec<Interrupted>,
) -> Result<Vec<Fate>> {
    let account = connection.account();
    let started = account.clock.now();
    let patience = account.shows_within.unwrap_or_else(|| kind.shows_within());
    let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(5));
    let mut fates = vec![Fate::Nothing; interrupted.len()];
    let mut open: Vec<usize> = (0..interrupted.len()).collect();
    loop {
        let waited = account.clock.now().saturating_duration_since(started);
        let asked: Vec<&Interrupted> = open.iter().map(|position| &interrupted[*position]).collect();
        let answers = ask(connection, kind, region, &asked).await?;
        for (position, fate) in open.iter().zip(answers) {
            fates[*position] = fate;
        }
        open.retain(|position| {
            let is_young = interrupted[*position].age.is_some_and(|age| age + waited < patience);
            is_young && fates[*position] == Fate::Nothing
        });
        if open.is_empty() {
            return Ok(fates);
        }
        account.clock.sleep(backoff.pause()).await;
    }
}

async fn ask(
    connection: &AwsConnection,
    kind: &dyn ResourceKind,
    region: &Region,
    interrupted: &[&Interrupted],
) -> Result<Vec<Fate>> {
    let account = connection.account();
    let mut lost = Vec::with_capacity(interrupted.len());
    for it in interrupted {
        let call = Call {
            token: it.token.clone(),
            tags: tags::of_planned(&it.planned, &account.tags),
            timeouts: object::timeouts(kind.schema().timeouts, &it.planned)?,
            ..Call::default()
        };
        lost.push((call, *it));
    }
    kind.look_for(Step { account, region, call: Call::default() }, lost).await
}

/// Objects of one service that lose their intent tags, and the first of their types.
struct Untagged<'m> {
    name: &'m str,
    kinds: BTreeSet<Arc<str>>,
    targets: Vec<String>,
}

impl<'m> Untagged<'m> {
    fn of(name: &'m str) -> Self {
        Self { name, kinds: BTreeSet::new(), targets: Vec::new() }
    }
}

/// Takes the intent tags away from objects of one Region, those of one service together.
///
/// *Errors*: the first failure; what other services have is untagged all the same.
pub(super) async fn unmark(connection: &AwsConnection, region: &Region, marked: Vec<Marked>) -> Result<()> {
    let mut services: BTreeMap<&'static str, Untagged<'_>> = BTreeMap::new();
    for it in &marked {
        let kind = connection.kind(&it.kind)?;
        let untagged = services.entry(kind.service()).or_insert_with(|| Untagged::of(&it.kind));
        untagged.kinds.insert(Arc::from(&*it.kind));
        untagged.targets.push(it.identity.clone());
    }
    let mut done = Ok(());
    for Untagged { name, kinds, targets } in services.into_values() {
        let kind =
            connection.eye.registry.resource_kind(name).ok_or_else(|| unknown("resource type", name))?;
        let step = Step { account: connection.account(), region, call: Call::default() };
        // What was made a moment ago is not gone when it is not found.
        let unmarking = wire::building(kind.unmark(step, &targets));
        done = done.and(wire::on_behalf_of_all(Arc::new(kinds), unmarking).await);
    }
    done
}
