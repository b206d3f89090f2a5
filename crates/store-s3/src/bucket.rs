//! The objects of a bucket, read and written under conditions.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::get_object::builders::GetObjectFluentBuilder;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, ObjectCannedAcl, ObjectIdentifier, ServerSideEncryption};
use aws_smithy_types::DateTime;
use rinfra_aws_kit::{Error, ErrorClass};
use rinfra_store::StoreError;

/// How long a request may take with all its repetitions before the store counts as gone.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// How often a write is repeated that met another one of the same object.
const ATTEMPTS: usize = 5;
/// The status of an answer that says nothing new.
const NOT_MODIFIED: u16 = 304;
/// How many objects one request deletes.
const AT_ONCE: usize = 1000;

/// A bucket, and how objects in it are protected.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    pub(crate) client: Client,
    pub(crate) name: String,
    pub(crate) protection: Protection,
}

/// How objects are protected.
#[derive(Clone, Debug, Default)]
pub(crate) struct Protection {
    /// What encrypts them.
    pub(crate) encryption: Encryption,
    /// The canned ACL they get.
    pub(crate) acl: Option<String>,
}

/// What encrypts objects in the service.
#[derive(Clone, Debug, Default)]
pub(crate) enum Encryption {
    /// What the bucket says.
    #[default]
    Default,
    /// A key of S3.
    Aes,
    /// A key of KMS.
    Kms(String),
    /// A key that comes with each request.
    Customer(CustomerKey),
}

/// A key that comes with each request, as requests carry it.
#[derive(Clone)]
pub(crate) struct CustomerKey {
    pub(crate) key: String,
    pub(crate) digest: String,
}

impl std::fmt::Debug for CustomerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CustomerKey")
    }
}

/// An object as it was read.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) bytes: Arc<Vec<u8>>,
    pub(crate) etag: String,
}

/// An object as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) key: String,
    pub(crate) etag: String,
    /// When it was written, in seconds since 1970.
    pub(crate) written: i64,
}

/// What an object must be for it to be written.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    /// Not there.
    Absent,
    /// The one with this ETag.
    Is(String),
}

impl Bucket {
    /// Returns what an object is called in messages.
    pub(crate) fn location(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.name)
    }

    /// Returns an object, or nothing when there is none.
    pub(crate) async fn get(&self, key: &str) -> Result<Option<Object>, StoreError> {
        self.read(key, self.client.get_object()).await
    }

    /// Returns an object, or nothing when there is none. If it still is what is known of it, it is not transferred.
    pub(crate) async fn get_unless(&self, key: &str, known: Object) -> Result<Option<Object>, StoreError> {
        let request = self.client.get_object().if_none_match(&known.etag);
        Ok(match self.ask(key, request).await? {
            Answer::Unchanged => Some(known),
            Answer::Nothing => None,
            Answer::Object(object) => Some(object),
        })
    }

    /// Returns what a request asks for of an object, such as a version or a part; nothing when there is none.
    pub(crate) async fn read(
        &self,
        key: &str,
        request: GetObjectFluentBuilder,
    ) -> Result<Option<Object>, StoreError> {
        Ok(match self.ask(key, request).await? {
            Answer::Object(object) => Some(object),
            Answer::Nothing | Answer::Unchanged => None,
        })
    }

    async fn ask(&self, key: &str, request: GetObjectFluentBuilder) -> Result<Answer, StoreError> {
        let mut request = request.bucket(&self.name).key(key);
        if let Encryption::Customer(CustomerKey { key, digest }) = &self.protection.encryption {
            request = request.sse_customer_algorithm("AES256");
            request = request.sse_customer_key(key).sse_customer_key_md5(digest);
        }
        let read = async {
            let answer = match request.send().await {
                Ok(answer) => answer,
                Err(error) => {
                    let status = error.raw_response().map(|it| it.status().as_u16());
                    let error = Error::from(error);
                    return match error.code() {
                        _ if status == Some(NOT_MODIFIED) => Ok(Answer::Unchanged),
                        // Nothing has no beginning.
                        Some("NoSuchKey" | "NoSuchVersion" | "InvalidRange") => Ok(Answer::Nothing),
                        _ => Err(error),
                    };
                }
            };
            let etag = rinfra_aws_kit::required(answer.e_tag, "ETag")?;
            let body = answer.body.collect().await;
            let body = body.map_err(|error| Error::new(ErrorClass::Transient, error.to_string()))?;
            Ok(Answer::Object(Object { bytes: Arc::new(body.into_bytes().to_vec()), etag }))
        };
        self.patiently("read", key, read).await
    }

    /// Writes an object and returns its ETag, or nothing when the condition does not hold.
    pub(crate) async fn put(
        &self,
        key: &str,
        bytes: &[u8],
        condition: Condition,
    ) -> Result<Option<String>, StoreError> {
        for attempt in 0..ATTEMPTS {
            match self.patiently("write", key, self.put_once(key, bytes, &condition)).await? {
                Put::Done(etag) => return Ok(Some(etag)),
                Put::Refused => break,
                Put::Contended => {
                    tokio::time::sleep(Duration::from_millis(100 << attempt)).await;
                }
            }
        }
        // A request whose answer was lost is repeated, and then refused because of itself.
        let found = self.get(key).await?;
        Ok(found.filter(|it| *it.bytes == bytes).map(|it| it.etag))
    }

    async fn put_once(&self, key: &str, bytes: &[u8], condition: &Condition) -> Result<Put, Error> {
        let body = ByteStream::from(bytes.to_vec());
        let request = self.client.put_object().bucket(&self.name).key(key).body(body);
        let mut request = request.content_type("application/json");
        request = match condition {
            Condition::Absent => request.if_none_match("*"),
            Condition::Is(etag) => request.if_match(etag),
        };
        request = match &self.protection.encryption {
            Encryption::Default => request,
            Encryption::Aes => request.server_side_encryption(ServerSideEncryption::Aes256),
            Encryption::Kms(id) => {
                request.server_side_encryption(ServerSideEncryption::AwsKms).ssekms_key_id(id)
            }
            Encryption::Customer(CustomerKey { key, digest }) => {
                request.sse_customer_algorithm("AES256").sse_customer_key(key).sse_customer_key_md5(digest)
            }
        };
        if let Some(acl) = &self.protection.acl {
            request = request.acl(ObjectCannedAcl::from(acl.as_str()));
        }
        match request.send().await.map_err(Error::from) {
            Ok(answer) => Ok(Put::Done(rinfra_aws_kit::required(answer.e_tag, "ETag")?)),
            Err(error) => match (error.code(), condition) {
                (Some("PreconditionFailed"), _) => Ok(Put::Refused),
                // What must be there is not.
                (Some("NoSuchKey"), Condition::Is(_)) => Ok(Put::Refused),
                (Some("ConditionalRequestConflict" | "OperationAborted"), _) => Ok(Put::Contended),
                _ => Err(error),
            },
        }
    }

    /// Deletes an object if it is still the one with this ETag; tells whether it was.
    pub(crate) async fn delete(&self, key: &str, etag: Option<&str>) -> Result<bool, StoreError> {
        let mut request = self.client.delete_object().bucket(&self.name).key(key);
        if let Some(etag) = etag {
            request = request.if_match(etag);
        }
        let delete = async {
            match request.send().await.map_err(Error::from) {
                Ok(_) => Ok(true),
                Err(error) if matches!(error.code(), Some("PreconditionFailed" | "NoSuchKey")) => Ok(false),
                Err(error) => Err(error),
            }
        };
        self.patiently("delete", key, delete).await
    }

    /// Deletes objects, in any order.
    pub(crate) async fn delete_all(&self, keys: &[String]) -> Result<(), StoreError> {
        for keys in keys.chunks(AT_ONCE) {
            let first = keys.first().map(String::as_str).unwrap_or_default();
            let delete = async {
                let objects = keys.iter().map(|key| ObjectIdentifier::builder().key(key).build());
                let objects = objects.collect::<Result<Vec<_>, _>>()?;
                let objects = Delete::builder().set_objects(Some(objects)).quiet(true).build()?;
                let request = self.client.delete_objects().bucket(&self.name).delete(objects);
                let answer = request.send().await.map_err(Error::from)?;
                match answer.errors.unwrap_or_default().into_iter().next() {
                    None => Ok(()),
                    Some(error) => {
                        let class = ErrorClass::Transient;
                        Err(Error::new(class, format!("{:?}: {:?}", error.code, error.message)))
                    }
                }
            };
            self.patiently("delete", first, delete).await?;
        }
        Ok(())
    }

    /// Returns what there is with keys that begin like this, sorted by their keys.
    pub(crate) async fn list(&self, prefix: &str) -> Result<Vec<Listed>, StoreError> {
        let mut found = Vec::new();
        let mut next = None;
        loop {
            let request = self.client.list_objects_v2().bucket(&self.name).prefix(prefix);
            let request = request.set_continuation_token(next);
            let list = async { request.send().await.map_err(Error::from) };
            let answer = self.patiently("list", prefix, list).await?;
            found.extend(answer.contents.unwrap_or_default().into_iter().map(|it| Listed {
                key: it.key.unwrap_or_default(),
                etag: it.e_tag.unwrap_or_default(),
                written: it.last_modified.as_ref().map_or(0, DateTime::secs),
            }));
            next = answer.next_continuation_token;
            if next.is_none() {
                found.sort_by(|one, other| one.key.cmp(&other.key));
                return Ok(found);
            }
        }
    }

    pub(crate) async fn patiently<T>(
        &self,
        action: &'static str,
        key: &str,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, StoreError> {
        let reason = match tokio::time::timeout(PATIENCE, work).await {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(error)) => explained(&error, &self.name),
            Err(_) => format!("it did not answer within {} seconds", PATIENCE.as_secs()),
        };
        Err(StoreError::Remote { action, location: self.location(key), reason })
    }
}

enum Answer {
    Object(Object),
    Nothing,
    /// It is what was known of it.
    Unchanged,
}

enum Put {
    Done(String),
    Refused,
    Contended,
}

/// Returns what an error says, and the way out where it is known.
pub(crate) fn explained(error: &Error, bucket: &str) -> String {
    match error.code() {
        Some("NoSuchBucket") => {
            format!("there is no bucket {bucket:?}: create it first, or correct the argument bucket")
        }
        Some("PermanentRedirect" | "AuthorizationHeaderMalformed") => {
            format!("the bucket {bucket:?} is in another Region: correct the argument region ({error})")
        }
        _ => error.to_string(),
    }
}
