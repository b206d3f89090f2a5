use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use rinfra_provider::{Error, Region, Typical};
use tokio::sync::Semaphore;

/// A kind of call to the cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// Making an object.
    Create,
    /// Changing an object.
    Update,
    /// Waiting until an object is usable.
    Settle,
    /// Deleting an object.
    Delete,
    /// Looking for what interrupted creations made; scripted by the type.
    LookFor,
    /// Taking marks away; scripted by the Region.
    Unmark,
    /// Reading a data source; scripted by the name it looks for.
    ReadData,
    /// Opening an ephemeral object; scripted by its name, as are the following.
    Open,
    /// Renewing an ephemeral object.
    Renew,
    /// Closing an ephemeral object.
    Close,
}

/// When a scripted failure strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Before the call has any effect.
    Before,
    /// After it had its effect: only the answer is lost.
    After,
}

/// Holds calls back until the test lets go of them.
#[derive(Clone, Debug)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    pub(crate) fn closed() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    /// Lets everything through from now on.
    pub fn open(&self) {
        self.0.add_permits(Semaphore::MAX_PERMITS / 2);
    }

    pub(crate) async fn pass(&self) {
        // The semaphore is never closed, so waiting for it cannot fail.
        let _ = self.0.acquire().await;
    }
}

/// What the cloud is to do out of the ordinary. Calls are named by kind and address.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) failures: BTreeMap<(Call, String), VecDeque<(Moment, Error)>>,
    pub(crate) gates: BTreeMap<(Call, String), Gate>,
    pub(crate) unreachable: BTreeSet<Region>,
    pub(crate) settling_rounds: BTreeMap<String, usize>,
    /// How long every call takes.
    pub(crate) latency: Duration,
    /// How long its provider says that operations take.
    pub(crate) typical: Typical,
    /// Whether creations leave marks on their objects.
    pub(crate) marks: bool,
}

impl Script {
    /// Takes the next failure of a call that strikes at this moment.
    pub(crate) fn failure(&mut self, call: Call, subject: &str, moment: Moment) -> Option<Error> {
        let failures = self.failures.get_mut(&(call, subject.to_owned()))?;
        let (due, error) = failures.front()?;
        if *due != moment {
            return None;
        }
        let error = error.clone();
        failures.pop_front();
        Some(error)
    }
}
