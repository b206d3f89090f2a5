//! The tokens one request takes.

use std::sync::Arc;

use super::Scope;
use super::limiter::{Bucket, Lane, Limiter, Stamp};
use super::operation::Operation;

/// The buckets a request takes from, and what they were thought to be like when it was sent.
pub(super) struct Toll {
    buckets: Vec<Arc<Bucket>>,
    /// Those that were not taken from before it was known what exactly is asked for.
    unpaid: Vec<Arc<Bucket>>,
    stamps: Vec<Stamp>,
}

impl Toll {
    /// Returns what a request takes that has waited for its tokens already.
    pub(super) fn of(operation: &Operation, limiter: &Limiter, scope: &Scope) -> Self {
        let buckets = limiter.buckets(scope, &operation.name, operation.is_unbounded);
        let paid = limiter.buckets(scope, &operation.name, false);
        let is_among = |it: &Arc<Bucket>, all: &[Arc<Bucket>]| all.iter().any(|other| Arc::ptr_eq(it, other));
        let unpaid = buckets.iter().filter(|it| !is_among(it, &paid)).cloned().collect();
        paid.iter().filter(|it| !is_among(it, &buckets)).for_each(|it| it.give_back());
        Self { buckets, unpaid, stamps: Vec::new() }
    }

    /// Waits for what is still missing.
    pub(super) async fn rest(&self, lane: Lane) {
        for bucket in &self.unpaid {
            bucket.take(lane).await;
        }
    }

    /// Waits for tokens for another try.
    pub(super) async fn again(&self) {
        for bucket in &self.buckets {
            bucket.take(Lane::Again).await;
        }
    }

    /// Notes that the request is sent.
    pub(super) fn sent(&mut self) {
        self.stamps = self.buckets.iter().map(|it| it.stamp()).collect();
    }

    /// Notes that the request found its tokens.
    pub(super) fn accepted(&self) {
        self.buckets.iter().zip(&self.stamps).for_each(|(bucket, stamp)| bucket.answered(*stamp));
    }

    /// Notes that the request found no token.
    pub(super) fn refused(&self) {
        self.buckets.iter().zip(&self.stamps).for_each(|(bucket, stamp)| bucket.refused(*stamp));
    }
}
