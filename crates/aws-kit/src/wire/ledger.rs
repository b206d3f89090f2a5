//! What was asked, and what that took.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use rinfra_provider::{Asked, Line, Spent, Usage};
use rinfra_throttling::{BucketId, buckets_of, needed};

use super::behalf::{Behalf, behalf};
use super::operation::Operation;
use super::scope::Scope;
use crate::classify::Trouble;

/// Everything that one wire was asked to send.
///
/// An attempt counts from the moment it is sent, so that those whose answer nobody waited for are there as well.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    account: OnceLock<String>,
    entries: Mutex<BTreeMap<Key, Spent>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    behalf: Behalf,
    scope: Scope,
    operation: Operation,
}

/// One request, in the attempts to send it.
#[derive(Debug)]
pub(super) struct Entry<'l> {
    ledger: &'l Ledger,
    key: Key,
    has_been_sent: bool,
}

impl Ledger {
    /// Says whose account it is.
    pub(crate) fn name(&self, account: &str) {
        // It stays the one that it was the first time.
        let _ = self.account.set(account.to_owned());
    }

    /// Takes a request up that nobody tried to send yet. The SDK says of its own attempts which one it is.
    pub(super) fn entry(&self, request: &HttpRequest, scope: &Scope) -> Entry<'_> {
        let key = Key { behalf: behalf(), scope: scope.clone(), operation: Operation::of(request, scope) };
        let attempt = request.headers().get("amz-sdk-request").and_then(|it| it.strip_prefix("attempt="));
        let is_first = attempt.is_none_or(|it| it.split(';').next() == Some("1"));
        Entry { ledger: self, key, has_been_sent: !is_first }
    }

    fn at(&self, key: &Key, change: impl FnOnce(&mut Spent)) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        change(entries.entry(key.clone()).or_default());
    }

    /// Returns how many requests were sent to each service.
    pub(crate) fn calls(&self) -> BTreeMap<String, u64> {
        let mut calls: BTreeMap<String, u64> = BTreeMap::new();
        for (key, spent) in self.entries.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            *calls.entry(key.scope.service.clone()).or_default() += spent.calls;
        }
        calls
    }

    fn requests(&self) -> Vec<(Request, Spent)> {
        let account = self.account.get().cloned().unwrap_or_default();
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let request = |(key, spent): (&Key, &Spent)| {
            let Scope { service, region } = key.scope.clone();
            let on_behalf_of = key.behalf.iter().map(ToString::to_string).collect();
            let Operation { name: operation, is_unbounded } = key.operation.clone();
            let asked = Asked { on_behalf_of, account: account.clone(), region, service, operation };
            (Request { asked, is_unbounded }, *spent)
        };
        entries.iter().map(request).collect()
    }
}

/// What was asked, as far as it decides which token buckets are taken from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Request {
    asked: Asked,
    is_unbounded: bool,
}

/// A bucket of an account in a Region.
type Bucket = (String, String, BucketId);

impl Request {
    fn buckets(&self) -> impl Iterator<Item = Bucket> {
        let Asked { account, region, service, operation, .. } = &self.asked;
        let ids = buckets_of(service, operation, self.is_unbounded);
        ids.map(|id| (account.clone(), region.clone(), id))
    }
}

impl Entry<'_> {
    /// Returns the operation it asks for.
    pub(super) fn operation(&self) -> &Operation {
        &self.key.operation
    }

    /// Notes that it is sent, for the first time or again.
    pub(super) fn sent(&mut self) {
        let is_again = std::mem::replace(&mut self.has_been_sent, true);
        self.ledger.at(&self.key, |it| {
            it.calls += 1;
            it.retried += u64::from(is_again);
        });
    }

    /// Notes how an attempt ended.
    pub(super) fn ended(&self, trouble: Option<Trouble>, took: Duration) {
        self.ledger.at(&self.key, |it| {
            it.throttled += u64::from(trouble == Some(Trouble::Throttle));
            it.time += took;
        });
    }
}

/// Returns what several wires sent together: what two of them asked of the same account is one line.
pub(crate) fn usage(ledgers: &[Arc<Ledger>]) -> Usage {
    let mut together: BTreeMap<Request, Spent> = BTreeMap::new();
    for (request, spent) in ledgers.iter().flat_map(|it| it.requests()) {
        together.entry(request).or_default().add(spent);
    }
    let mut taken: BTreeMap<_, u64> = BTreeMap::new();
    for (request, spent) in &together {
        for bucket in request.buckets() {
            // Who is refused takes none.
            *taken.entry(bucket).or_default() += spent.calls.saturating_sub(spent.throttled);
        }
    }
    let line = |(request, spent): (Request, Spent)| {
        let buckets = request.buckets();
        let floor = |bucket: &Bucket| needed(&bucket.2, taken.get(bucket).copied().unwrap_or_default());
        let slowest = buckets.map(|it| (named(&it.2), floor(&it))).max_by_key(|(_, floor)| *floor);
        let (bucket, floor) = slowest.unzip();
        Line { asked: request.asked, spent, bucket, floor: floor.unwrap_or_default() }
    };
    Usage { lines: together.into_iter().map(line).collect() }
}

/// Returns the name of a bucket, with how many tokens it holds and how fast it fills.
fn named(id: &BucketId) -> String {
    let bucket = id.bucket();
    format!("{id}: {} tokens, {} a second", bucket.capacity, bucket.refill)
}
