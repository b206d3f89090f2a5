//! The states a bucket holds and has held: the versions of the object, where the bucket keeps versions.

use aws_sdk_s3::types::ObjectVersion;
use futures::stream::{self, Stream, StreamExt, TryStreamExt};
use rinfra_aws_kit::Error;
use rinfra_store::{Moment, StoreError, Version};
use time::OffsetDateTime;

use crate::bucket::{Bucket, Object};

/// How much of a state is read to learn its serial, which stands near its beginning.
const BEGINNING: &str = "bytes=0-1023";
/// How many beginnings are read at once.
const AT_ONCE: usize = 16;

/// A version of an object as it is listed.
#[derive(Debug)]
struct Listed {
    id: String,
    written: OffsetDateTime,
    size: u64,
}

impl Bucket {
    /// Returns the versions of an object, the latest first, and as many as are asked for. Each costs a small request:
    /// only the state itself tells its serial.
    pub(crate) async fn versions(&self, key: &str, most: usize) -> Result<Vec<Version>, StoreError> {
        let found = self.list_versions(key, most).await?;
        self.with_serials(key, found).try_collect().await
    }

    /// Returns the id of the version that is meant. A time is in the list of them; for a serial they are looked into, the
    /// latest first, until it is found.
    pub(crate) async fn find_version(&self, key: &str, moment: Moment) -> Result<Option<String>, StoreError> {
        let found = self.list_versions(key, usize::MAX).await?;
        match moment {
            Moment::Time(time) => Ok(found.into_iter().find(|it| it.written <= time).map(|it| it.id)),
            Moment::Serial(serial) => {
                let is_meant = |it: &Version| std::future::ready(it.serial == serial);
                let meant = self.with_serials(key, found).try_filter(is_meant);
                let first = std::pin::pin!(meant).next().await.transpose()?;
                Ok(first.map(|it| it.id))
            }
        }
    }

    async fn list_versions(&self, key: &str, most: usize) -> Result<Vec<Listed>, StoreError> {
        let mut found = Vec::new();
        let (mut next_key, mut next_version) = (None, None);
        loop {
            let request = self.client.list_object_versions().bucket(&self.name).prefix(key);
            let request = request.set_key_marker(next_key).set_version_id_marker(next_version);
            let list = async { request.send().await.map_err(Error::from) };
            let answer = self.patiently("list", key, list).await?;
            let versions = answer.versions.unwrap_or_default();
            found.extend(versions.into_iter().filter(|it| it.key.as_deref() == Some(key)).map(listed));
            let has_more = answer.is_truncated.unwrap_or_default() && found.len() < most;
            (next_key, next_version) = (answer.next_key_marker, answer.next_version_id_marker);
            // Objects whose keys only begin like this one come after it.
            if !has_more || next_key.as_deref().is_some_and(|it| it != key) {
                break;
            }
        }
        found.truncate(most);
        Ok(found)
    }

    fn with_serials(&self, key: &str, found: Vec<Listed>) -> impl Stream<Item = Result<Version, StoreError>> {
        let versions = found.into_iter().map(move |Listed { id, written, size }| async move {
            let beginning = self.get_version(key, &id, Some(BEGINNING)).await?;
            let serial = beginning.and_then(|it| serial(&it.bytes)).unwrap_or_default();
            Ok(Version { id, serial, written, size })
        });
        stream::iter(versions).buffered(AT_ONCE)
    }

    /// Returns a version of an object, or a part of it; nothing when there is none.
    pub(crate) async fn get_version(
        &self,
        key: &str,
        id: &str,
        part: Option<&str>,
    ) -> Result<Option<Object>, StoreError> {
        let request = self.client.get_object().version_id(id);
        self.read(key, request.set_range(part.map(str::to_owned))).await
    }
}

fn listed(version: ObjectVersion) -> Listed {
    let seconds = version.last_modified.as_ref().map_or(0, aws_smithy_types::DateTime::secs);
    Listed {
        // An object of a bucket that never kept versions has the version "null".
        id: version.version_id.unwrap_or_else(|| "null".to_owned()),
        written: OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH),
        size: u64::try_from(version.size.unwrap_or_default()).unwrap_or_default(),
    }
}

/// Returns the serial that the beginning of a state tells, be it encrypted or not.
fn serial(beginning: &[u8]) -> Option<u64> {
    let text = String::from_utf8_lossy(beginning);
    let rest = text.split_once("\"serial\"")?.1.trim_start().strip_prefix(':')?.trim_start();
    let end = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::serial;

    #[test]
    fn a_state_tells_its_serial_at_its_beginning() {
        let check = |text: &str, expected| assert_eq!(serial(text.as_bytes()), expected, "{text}");
        check("{\n  \"version\": 4,\n  \"terraform_version\": \"1.11.4\",\n  \"serial\": 42,\n", Some(42));
        check("{\"serial\":7,\"lineage\":\"x\",\"meta\":{}}", Some(7));
        check("{\"version\":4}", None);
        check("", None);
    }
}
