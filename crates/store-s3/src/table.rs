//! Terraform's table in DynamoDB: an item that is the lock, and one with the digest of the state.

use std::fmt;

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use md5::{Digest, Md5};
use rinfra_aws_kit::Error;
use rinfra_store::StoreError;

use crate::bucket::PATIENCE;
use crate::lock::{Held, Latch};

/// What the item of the digest is called after the state.
const DIGEST: &str = "-md5";
const ID: &str = "LockID";
const INFO: &str = "Info";

/// The items of a state in a table.
#[derive(Clone)]
pub(crate) struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
    /// What the lock is called: the bucket and the key of the state.
    pub(crate) id: String,
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("name", &self.name).field("id", &self.id).finish_non_exhaustive()
    }
}

impl Table {
    /// Notes what the state is now: Terraform refuses any other.
    pub(crate) async fn note(&self, state: &[u8]) -> Result<(), StoreError> {
        let put = self.put(&self.digest_id()).item("Digest", AttributeValue::S(digest(state)));
        self.patiently("write", async { put.send().await.map(drop).map_err(Error::from) }).await
    }

    /// Notes what the state is, where something else is noted: a run was interrupted before it did.
    pub(crate) async fn amend(&self, state: &[u8]) -> Result<(), StoreError> {
        match self.attribute(&self.digest_id(), "Digest").await? {
            Some(noted) if noted != digest(state) => self.note(state).await,
            _ => Ok(()),
        }
    }

    /// Forgets the state.
    pub(crate) async fn forget(&self) -> Result<(), StoreError> {
        let request = self.client.delete_item().table_name(&self.name);
        let request = request.key(ID, AttributeValue::S(self.digest_id()));
        self.patiently("delete", async { request.send().await.map(drop).map_err(Error::from) }).await
    }

    fn digest_id(&self) -> String {
        format!("{}{DIGEST}", self.id)
    }

    fn put(&self, id: &str) -> PutItemFluentBuilder {
        self.client.put_item().table_name(&self.name).item(ID, AttributeValue::S(id.to_owned()))
    }

    async fn attribute(&self, id: &str, name: &str) -> Result<Option<String>, StoreError> {
        let request = self.client.get_item().table_name(&self.name).consistent_read(true);
        let request = request.key(ID, AttributeValue::S(id.to_owned()));
        let answer = self.patiently("read", async { request.send().await.map_err(Error::from) }).await?;
        let item = answer.item.unwrap_or_default();
        Ok(item.get(name).and_then(|it| it.as_s().ok()).cloned())
    }

    /// Does something under a condition; tells whether it held.
    async fn conditionally(
        &self,
        action: &'static str,
        work: impl Future<Output = Result<(), Error>>,
    ) -> Result<bool, StoreError> {
        let work = async {
            match work.await {
                Ok(()) => Ok(true),
                Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(false),
                Err(error) => Err(error),
            }
        };
        self.patiently(action, work).await
    }

    async fn patiently<T>(
        &self,
        action: &'static str,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, StoreError> {
        let reason = match tokio::time::timeout(PATIENCE, work).await {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("it did not answer within {} seconds", PATIENCE.as_secs()),
        };
        let location = format!("{} in the table {} of DynamoDB", self.id, self.name);
        Err(StoreError::Remote { action, location, reason })
    }
}

#[async_trait]
impl Latch for Table {
    async fn read(&self) -> Result<Option<Held>, StoreError> {
        let info = self.attribute(&self.id, INFO).await?;
        // The word is what tells it from every other one: it has an identifier and times in it.
        Ok(info.map(|it| Held { word: it.clone().into_bytes(), tag: it }))
    }

    async fn write(&self, word: &[u8], expected: Option<&str>) -> Result<Option<String>, StoreError> {
        let word = String::from_utf8_lossy(word).into_owned();
        let put = self.put(&self.id).item(INFO, AttributeValue::S(word.clone()));
        let put = match expected {
            None => put.condition_expression("attribute_not_exists(LockID)"),
            Some(old) => put
                .condition_expression("Info = :old")
                .expression_attribute_values(":old", AttributeValue::S(old.to_owned())),
        };
        let written =
            self.conditionally("lock", async { put.send().await.map(drop).map_err(Error::from) }).await?;
        // A request whose answer was lost is repeated, and then refused because of itself.
        let written = written || self.attribute(&self.id, INFO).await?.as_ref() == Some(&word);
        Ok(written.then_some(word))
    }

    async fn remove(&self, tag: &str) -> Result<bool, StoreError> {
        let request = self.client.delete_item().table_name(&self.name);
        let request = request
            .key(ID, AttributeValue::S(self.id.clone()))
            .condition_expression("Info = :old")
            .expression_attribute_values(":old", AttributeValue::S(tag.to_owned()));
        self.conditionally("unlock", async { request.send().await.map(drop).map_err(Error::from) }).await
    }
}

/// Returns the digest as Terraform notes it.
fn digest(state: &[u8]) -> String {
    Md5::digest(state).iter().map(|byte| format!("{byte:02x}")).collect()
}
