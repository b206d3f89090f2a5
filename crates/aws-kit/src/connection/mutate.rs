//! The mutating calls, with the policies that outlast a single request.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use rinfra_provider::{ErrorClass, Fate, Interrupted, Operation, Region};
use rinfra_schema::Timeouts;
use rinfra_value::Value;

use super::{AwsConnection, trace};
use crate::clock::Backoff;
use crate::context::Call;
use crate::erased::Step;
use crate::object::{self, TAGS_ALL};
use crate::settling::{Goal, Queue, Span};
use crate::tags::{self, TagChange};
use crate::wire::Doubt;
use crate::{Result, wire};

/// How often a creation is tried whose answers are lost.
const ATTEMPTS_IN_DOUBT: u32 = 8;

/// How often a new object is looked at that shows what is to be put right, as a stale answer does.
const AMENDMENTS: u32 = 3;

/// Creates an object and remembers that it did.
pub(super) async fn create(
    connection: &AwsConnection,
    operation: &Operation,
    planned: &Value,
) -> Result<String> {
    let (identity, origin) = make(connection, operation, planned).await?;
    remember(connection, operation, &identity, origin);
    Ok(identity)
}

/// How it is known that a creation made an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// AWS said so: the object has what the creation gave it.
    Answer,
    /// It was found.
    Found,
}

/// Remembers that an object is new, and that the rest of its creation is still to be done.
pub(super) fn remember(connection: &AwsConnection, operation: &Operation, identity: &str, origin: Origin) {
    let account = connection.account();
    account.wire.recent().remember(identity, account.clock.now());
    let created = (Arc::clone(&operation.kind), identity.to_owned());
    connection.incomplete.lock().unwrap_or_else(PoisonError::into_inner).insert(created, origin);
}

/// Makes an object once, however often that has to be tried: after an attempt whose answer was lost, what it made is
/// looked for before the next one.
async fn make(
    connection: &AwsConnection,
    operation: &Operation,
    planned: &Value,
) -> Result<(String, Origin)> {
    let kind = connection.kind(&operation.kind)?;
    let region = connection.place(operation);
    let clock = &connection.account().clock;
    let (started, began) = (clock.now(), clock.seconds());
    let mut backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(10));
    let mut doubts = 0;
    loop {
        let mut step = step(connection, operation, &region, planned)?;
        if kind.is_marked() {
            let rules = &connection.account().tags;
            step.call.tags = tags::with_intent(step.call.tags, &operation.token, rules);
        }
        let doubt = Doubt::default();
        let error = match wire::making(&doubt, wire::building(kind.create(step, planned))).await {
            Ok(identity) => return Ok((identity, Origin::Answer)),
            Err(error) => error,
        };
        // What an earlier attempt made is in the way of a later one.
        let is_in_the_way = doubts > 0 && error.class() == ErrorClass::Conflict;
        if !doubt.is_there() && !is_in_the_way {
            return Err(error);
        }
        doubts += 1;
        tracing::debug!(address = operation.address, %error, "looking for what a creation made");
        let interrupted = Interrupted {
            token: operation.token.clone(),
            planned: planned.clone(),
            at: Some(began),
            age: Some(clock.now().saturating_duration_since(started)),
        };
        let fates = trace::look_for(connection, &**kind, &region, vec![interrupted]).await;
        match fates.ok().and_then(|it| it.into_iter().next()) {
            Some(Fate::Made(identity)) => return Ok((identity, Origin::Found)),
            Some(Fate::Nothing) if doubts < ATTEMPTS_IN_DOUBT => {
                operation.turn.end();
                clock.sleep(backoff.pause()).await;
            }
            Some(Fate::Nothing | Fate::Occupied(_) | Fate::Unknown(_)) | None => return Err(error),
        }
    }
}

/// Finishes a creation or an update: does what is left of a creation, if this connection created the object, and waits
/// until the object is usable.
pub(super) async fn settle(
    connection: &AwsConnection,
    operation: &Operation,
    identity: &str,
    planned: &Value,
) -> Result<Value> {
    let kind = connection.kind(&operation.kind)?;
    let region = connection.place(operation);
    let next = || step(connection, operation, &region, planned);
    let Call { timeouts, tags, .. } = next()?.call;
    let created = (Arc::clone(&operation.kind), identity.to_owned());
    let origin = connection.incomplete.lock().unwrap_or_else(PoisonError::into_inner).remove(&created);
    let Some(origin) = origin else {
        let span = Span { limit: object::limit(timeouts.update), typical: kind.typical().update };
        return usable(connection, operation, identity, planned, false, span).await;
    };
    if kind.is_marked() && tags::is_full(&tags) {
        wire::building(kind.complete_tags(next()?, identity)).await?;
    }
    wire::building(kind.complete(next()?, identity, planned)).await?;
    let is_made = origin == Origin::Answer;
    let span = Span { limit: object::limit(timeouts.create), typical: kind.typical().create };
    for _ in 0..AMENDMENTS {
        let seen = usable(connection, operation, identity, planned, is_made, span).await?;
        if !wire::building(kind.amend(next()?, planned, &seen)).await? {
            return Ok(seen);
        }
    }
    usable(connection, operation, identity, planned, is_made, span).await
}

/// Waits until an object is usable.
async fn usable(
    connection: &AwsConnection,
    operation: &Operation,
    identity: &str,
    planned: &Value,
    is_made: bool,
    span: Span,
) -> Result<Value> {
    let queue = Queue { kind: Arc::clone(&operation.kind), region: connection.place(operation) };
    let goal = Goal::Usable { planned: planned.clone(), is_made };
    let settled = connection.settling.wait(&connection.eye, &queue, identity, goal, span).await?;
    crate::required(settled, "object")
}

/// Changes an object: its arguments, then its tags, each only if it differs.
pub(super) async fn update(
    connection: &AwsConnection,
    operation: &Operation,
    prior: &Value,
    planned: &Value,
) -> Result<()> {
    let kind = connection.kind(&operation.kind)?;
    let region = connection.place(operation);
    if object::differs_beyond_tags(&kind.schema().block, prior, planned) {
        let step = step(connection, operation, &region, planned)?;
        wire::building(kind.update(step, prior, planned)).await?;
    }
    let before = prior.attribute(TAGS_ALL).map(tags::known).unwrap_or_default();
    let change = TagChange::between(&before, &tags::of_planned(planned, &connection.account().tags));
    if kind.schema().block.attributes.contains_key(TAGS_ALL) && !change.is_empty() {
        let step = step(connection, operation, &region, planned)?;
        wire::building(kind.retag(step, prior, &change)).await?;
    }
    Ok(())
}

/// Deletes an object, patiently as long as something depends on it, and waits until it is gone.
pub(super) async fn delete(connection: &AwsConnection, operation: &Operation, prior: &Value) -> Result<()> {
    let kind = connection.kind(&operation.kind)?;
    let account = connection.account();
    let region = connection.place(operation);
    let timeouts = object::timeouts(kind.schema().timeouts, prior)?;
    let limit = object::limit(timeouts.delete);
    let deadline = account.clock.now() + limit;
    let identity = kind.identity(prior);
    if let Some(identity) = &identity {
        // From now on "not found" is what is hoped for.
        account.wire.recent().forget(identity);
    }
    let mut backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(10));
    loop {
        let step = step(connection, operation, &region, prior)?;
        match kind.delete(step, prior).await {
            Ok(()) => break,
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) if error.class() == ErrorClass::Dependency => {
                let pause = backoff.pause();
                if account.clock.now() + pause >= deadline {
                    return Err(error.with_hint("something outside this configuration may still use it"));
                }
                tracing::debug!(address = operation.address, "waiting for dependents to go");
                operation.turn.end();
                account.clock.sleep(pause).await;
            }
            Err(error) => return Err(error),
        }
    }
    let Some(identity) = identity.filter(|_| !kind.is_gone_at_once()) else { return Ok(()) };
    operation.turn.end();
    let queue = Queue { kind: Arc::clone(&operation.kind), region };
    let left = deadline.saturating_duration_since(account.clock.now());
    let span = Span { limit: left, typical: kind.typical().delete };
    connection.settling.wait(&connection.eye, &queue, &identity, Goal::Gone, span).await.map(drop)
}

fn step<'a>(
    connection: &'a AwsConnection,
    operation: &Operation,
    region: &'a Region,
    object: &Value,
) -> Result<Step<'a>> {
    let declared: Timeouts = connection.kind(&operation.kind)?.schema().timeouts;
    let call = Call {
        token: operation.token.clone(),
        tags: tags::of_planned(object, &connection.account().tags),
        timeouts: object::timeouts(declared, object)?,
        ..Call::default()
    };
    Ok(Step { account: connection.account(), region, call })
}
