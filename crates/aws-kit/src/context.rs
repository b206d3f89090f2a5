//! What a resource type may know while it works.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rinfra_provider::Region;
use rinfra_schema::Timeouts;
use rinfra_schema::typed::{BlockType, Id};
use rinfra_value::Value;

use crate::account::Account;
use crate::object::{self, TAGS_ALL};
use crate::{Api, Arn, Caller, Partition, Result, TagMap, tags};

/// The circumstances of one step: the account, the Region and what the plan says about the step itself.
pub struct Cx<A: Api> {
    account: Arc<Account>,
    region: Region,
    client: A::Client,
    call: Call,
}

/// What the plan says about one step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Call {
    /// The idempotency token.
    pub(crate) token: String,
    /// All tags the object shall have.
    pub(crate) tags: TagMap,
    /// How long the operations on the object may take.
    pub(crate) timeouts: Timeouts,
    /// The objects that are read, as they were last known or planned.
    pub(crate) known: Arc<HashMap<Id, Value>>,
    /// The identities of those objects among them of which AWS said that it made them so, a moment ago.
    pub(crate) made: Arc<HashSet<String>>,
}

impl<A: Api> Cx<A> {
    /// Returns the context of a step of the service in a Region.
    pub(crate) fn new(account: &Arc<Account>, region: &Region, call: Call) -> Self {
        let client = account.client::<A>(region);
        Self { account: Arc::clone(account), region: region.clone(), client, call }
    }

    /// Returns the client of the service in the Region of the object.
    pub fn client(&self) -> &A::Client {
        &self.client
    }

    /// Returns the Region of the object; for global services the one that answers for them.
    pub fn region(&self) -> &str {
        self.account.region_name(&self.region)
    }

    /// Returns the id of the account.
    ///
    /// *Errors*: STS does not tell it.
    pub async fn account_id(&self) -> Result<String> {
        self.account.id().await
    }

    /// Returns whose credentials are in use; STS is asked once in a run.
    ///
    /// *Errors*: STS does not tell it.
    pub async fn caller(&self) -> Result<Caller> {
        self.account.caller().await.cloned()
    }

    /// Returns the partition of the Region.
    pub fn partition(&self) -> Partition {
        Partition::of(self.region())
    }

    /// Returns an ARN in the Region.
    pub fn arn(&self, service: &str, account: &str, resource: &str) -> String {
        let partition = self.partition().name;
        Arn { partition, service, region: self.region(), account, resource }.to_string()
    }

    /// Returns the idempotency token of the step: the same when the step is repeated after a crash.
    pub fn token(&self) -> &str {
        &self.call.token
    }

    /// Returns a name nobody else uses: `prefix` and 26 letters made of the step's token, so that the step,
    /// repeated, finds what it made.
    pub fn unique_name(&self, prefix: &str) -> String {
        let token = self.call.token.chars().filter(char::is_ascii_hexdigit);
        let letters: Vec<char> = token.map(|it| it.to_ascii_lowercase()).collect();
        let last: String = letters[letters.len().saturating_sub(26)..].iter().collect();
        format!("{prefix}{last:0>26}")
    }

    /// Returns all tags a created object shall have: its own and the provider's.
    pub fn tags(&self) -> &TagMap {
        &self.call.tags
    }

    /// Returns how long the operations on the object may take.
    pub fn timeouts(&self) -> Timeouts {
        self.call.timeouts
    }

    /// Returns an object that is being read as it was last known, or planned: what can never change about it nobody
    /// has to be asked for again. `None` when it is imported.
    pub fn known<T: BlockType>(&self, id: &Id) -> Option<T> {
        T::decode(&object::plain(self.call.known.get(id)?)).ok()
    }

    /// Tells whether this run made an object that is being read as it is known, and AWS said so: what the creation gave
    /// it nobody has to be asked for.
    pub fn is_made(&self, id: &Id) -> bool {
        self.call.made.contains(id.as_str())
    }

    /// Returns all tags an object that is being read was last known, or planned, to have.
    pub(crate) fn known_tags(&self, id: &Id) -> Option<TagMap> {
        let all = self.call.known.get(id)?.attribute(TAGS_ALL)?;
        all.is_wholly_known().then(|| tags::known(all))
    }

    /// Returns the account.
    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    /// Returns where the calls go.
    pub(crate) fn region_of_calls(&self) -> &Region {
        &self.region
    }
}
