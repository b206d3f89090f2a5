//! Terraform's lock file: an object beside the state.

use std::sync::Arc;

use async_trait::async_trait;
use rinfra_store::StoreError;

use crate::bucket::{Bucket, Condition};
use crate::lock::{Held, Latch};

/// The object `<key>.tflock`.
#[derive(Debug)]
pub(crate) struct LockFile {
    bucket: Arc<Bucket>,
    key: String,
}

impl LockFile {
    /// Returns the lock file of the state with a key.
    pub(crate) fn beside(bucket: &Arc<Bucket>, key: &str) -> Self {
        Self { bucket: Arc::clone(bucket), key: format!("{key}.tflock") }
    }
}

#[async_trait]
impl Latch for LockFile {
    async fn read(&self) -> Result<Option<Held>, StoreError> {
        let object = self.bucket.get(&self.key).await?;
        Ok(object.map(|it| Held { word: Arc::unwrap_or_clone(it.bytes), tag: it.etag }))
    }

    async fn write(&self, word: &[u8], expected: Option<&str>) -> Result<Option<String>, StoreError> {
        let condition = expected.map_or(Condition::Absent, |it| Condition::Is(it.to_owned()));
        self.bucket.put(&self.key, word, condition).await
    }

    async fn remove(&self, tag: &str) -> Result<bool, StoreError> {
        self.bucket.delete(&self.key, Some(tag)).await
    }
}
