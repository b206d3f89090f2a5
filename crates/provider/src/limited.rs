//! A limit of the calls in flight that a person asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use rinfra_addr::ResourceInstance;
use rinfra_value::Value;

use crate::{
    Connection, Fate, Gate, Interrupted, Marked, Opened, Operation, Pass, PlanRequest, Planned, Region,
    Result, Turn, Wanted,
};

/// A connection that shares a limit of calls in flight with others.
///
/// What changes something has gone through the gate in its turn. Waiting until something is usable, or has to be
/// renewed, is no call: it would keep others from beginning.
pub(crate) struct Limited {
    pub(crate) connection: Arc<dyn Connection>,
    pub(crate) calls: Arc<Gate>,
}

impl Limited {
    /// Waits for a call that may be made: others wait for its answer, so it goes before all that changes something.
    async fn call(&self) -> Pass {
        self.calls.enter(u64::MAX).await
    }
}

#[async_trait]
impl Connection for Limited {
    fn region(&self, kind: &str, object: Option<&Value>) -> Option<Region> {
        self.connection.region(kind, object)
    }

    async fn verify(&self) -> Result<()> {
        self.connection.verify().await
    }

    fn plan(&self, request: PlanRequest<'_>) -> Result<Planned> {
        self.connection.plan(request)
    }

    async fn read(
        &self,
        kind: &str,
        region: Option<&Region>,
        wanted: Vec<Wanted>,
    ) -> Result<Vec<Option<Value>>> {
        let _call = self.call().await;
        self.connection.read(kind, region, wanted).await
    }

    async fn turn(&self, kind: &str, region: Option<&Region>, rank: u64) -> Turn {
        let turn = self.connection.turn(kind, region, rank).await;
        turn.and(self.calls.enter(rank).await)
    }

    async fn create(&self, operation: &Operation, planned: &Value) -> Result<String> {
        self.connection.create(operation, planned).await
    }

    async fn update(&self, operation: &Operation, prior: &Value, planned: &Value) -> Result<()> {
        self.connection.update(operation, prior, planned).await
    }

    fn resume(&self, operation: &Operation, identity: &str) {
        self.connection.resume(operation, identity);
    }

    async fn settle(&self, operation: &Operation, identity: &str, planned: &Value) -> Result<Value> {
        self.connection.settle(operation, identity, planned).await
    }

    async fn delete(&self, operation: &Operation, prior: &Value) -> Result<()> {
        self.connection.delete(operation, prior).await
    }

    async fn look_for(
        &self,
        kind: &str,
        region: Option<&Region>,
        interrupted: Vec<Interrupted>,
    ) -> Result<Vec<Fate>> {
        let _call = self.call().await;
        self.connection.look_for(kind, region, interrupted).await
    }

    async fn unmark(&self, region: Option<&Region>, marked: Vec<Marked>) -> Result<()> {
        let _call = self.call().await;
        self.connection.unmark(region, marked).await
    }

    async fn read_data(&self, kind: &str, config: &Value) -> Result<Value> {
        let _call = self.call().await;
        self.connection.read_data(kind, config).await
    }

    async fn read_data_for(&self, address: &ResourceInstance, config: &Value) -> Result<Value> {
        let _call = self.call().await;
        self.connection.read_data_for(address, config).await
    }

    async fn open(&self, kind: &str, config: &Value) -> Result<Opened> {
        let _call = self.call().await;
        self.connection.open(kind, config).await
    }

    async fn renew(&self, kind: &str, opened: &Opened) -> Result<()> {
        self.connection.renew(kind, opened).await
    }

    async fn close(&self, kind: &str, opened: &Opened) -> Result<()> {
        let _call = self.call().await;
        self.connection.close(kind, opened).await
    }

    fn calls(&self) -> BTreeMap<String, u64> {
        self.connection.calls()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Counts how many reads are under way at most.
    #[derive(Default)]
    struct Counting {
        now: AtomicUsize,
        most: AtomicUsize,
    }

    #[async_trait]
    impl Connection for Counting {
        fn region(&self, _kind: &str, _object: Option<&Value>) -> Option<Region> {
            None
        }

        fn plan(&self, request: PlanRequest<'_>) -> Result<Planned> {
            Ok(Planned { value: request.proposed, replace: Vec::new() })
        }

        async fn read(
            &self,
            _kind: &str,
            _region: Option<&Region>,
            _wanted: Vec<Wanted>,
        ) -> Result<Vec<Option<Value>>> {
            self.most.fetch_max(self.now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            self.now.fetch_sub(1, Ordering::SeqCst);
            Ok(Vec::new())
        }

        async fn create(&self, _operation: &Operation, _planned: &Value) -> Result<String> {
            Ok(String::new())
        }

        async fn update(&self, _operation: &Operation, _prior: &Value, _planned: &Value) -> Result<()> {
            Ok(())
        }

        async fn settle(&self, _operation: &Operation, _identity: &str, planned: &Value) -> Result<Value> {
            Ok(planned.clone())
        }

        async fn delete(&self, _operation: &Operation, _prior: &Value) -> Result<()> {
            Ok(())
        }

        async fn look_for(
            &self,
            _kind: &str,
            _region: Option<&Region>,
            _interrupted: Vec<Interrupted>,
        ) -> Result<Vec<Fate>> {
            Ok(Vec::new())
        }

        async fn read_data(&self, _kind: &str, config: &Value) -> Result<Value> {
            Ok(config.clone())
        }

        fn calls(&self) -> BTreeMap<String, u64> {
            BTreeMap::new()
        }
    }

    #[tokio::test]
    async fn no_more_calls_are_in_flight_than_the_limit_says() {
        for limit in [1, 3] {
            let counting = Arc::new(Counting::default());
            let calls = Gate::new(limit.try_into().expect("a limit"));
            let connection: Arc<dyn Connection> = Arc::clone(&counting) as Arc<dyn Connection>;
            let limited = Limited { connection, calls };
            let reads = (0..9).map(|_| limited.read("kind", None, Vec::new()));
            futures::future::join_all(reads).await;
            assert_eq!(counting.most.load(Ordering::SeqCst), limit);
        }
    }
}
