//! Emptying a bucket, old versions and delete markers included.

use aws_sdk_s3::types::{Delete, ObjectIdentifier, ObjectLockLegalHold, ObjectLockLegalHoldStatus};
use futures::{StreamExt, TryStreamExt};
use rinfra_aws_kit::{Cx, Error, ErrorClass, Result, or_gone};

use crate::api::S3;

/// How many legal holds are lifted at the same time.
const HOLDS_AT_ONCE: usize = 16;

/// Whether objects may be locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Locks {
    /// They may; what the owner is allowed to lift is lifted.
    Lifted,
    /// The bucket has no locks.
    None,
}

/// Deletes everything in a bucket.
///
/// *Errors*: an object that cannot be deleted, such as one under a retention in compliance mode.
pub(super) async fn delete_all(cx: &Cx<S3>, bucket: &str, locks: Locks) -> Result<()> {
    // What is deleted is listed no more, so that the first page is always the next one.
    loop {
        let page = list(cx, bucket).await?;
        if page.is_empty() {
            return Ok(());
        }
        let mut refused = delete(cx, bucket, page, locks).await?;
        if locks == Locks::Lifted && !refused.is_empty() {
            let held = refused.into_iter().map(|it| it.object).collect::<Vec<_>>();
            lift_holds(cx, bucket, &held).await?;
            refused = delete(cx, bucket, held, locks).await?;
        }
        if let Some(first) = refused.first() {
            let count = refused.len();
            let message = format!(
                "{count} objects in {bucket} cannot be deleted, among them {:?}: {}",
                first.object.key, first.reason
            );
            return Err(Error::new(ErrorClass::Conflict, message));
        }
    }
}

/// An object that S3 does not delete.
struct Refused {
    object: ObjectIdentifier,
    reason: String,
}

async fn list(cx: &Cx<S3>, bucket: &str) -> Result<Vec<ObjectIdentifier>> {
    let Some(page) = or_gone(cx.client().list_object_versions().bucket(bucket).send().await)? else {
        return Ok(Vec::new());
    };
    let versions = page.versions.into_iter().flatten().map(|it| (it.key, it.version_id));
    let markers = page.delete_markers.into_iter().flatten().map(|it| (it.key, it.version_id));
    let objects = versions.chain(markers).map(|(key, version)| {
        ObjectIdentifier::builder().set_key(key).set_version_id(version).build().map_err(Error::from)
    });
    objects.collect()
}

/// Deletes at most a thousand objects and returns those that are still there.
async fn delete(
    cx: &Cx<S3>,
    bucket: &str,
    objects: Vec<ObjectIdentifier>,
    locks: Locks,
) -> Result<Vec<Refused>> {
    let delete = Delete::builder().set_objects(Some(objects)).quiet(true).build()?;
    let request = cx.client().delete_objects().bucket(bucket).delete(delete);
    let bypass = (locks == Locks::Lifted).then_some(true);
    let answer = request.set_bypass_governance_retention(bypass).send().await?;
    let refused = answer.errors.into_iter().flatten().filter(|it| it.code() != Some("NoSuchVersion"));
    let refused = refused.map(|it| {
        let object = ObjectIdentifier::builder().set_key(it.key).set_version_id(it.version_id).build()?;
        let reason = [it.code, it.message].into_iter().flatten().collect::<Vec<_>>().join(": ");
        Ok(Refused { object, reason })
    });
    refused.collect()
}

async fn lift_holds(cx: &Cx<S3>, bucket: &str, objects: &[ObjectIdentifier]) -> Result<()> {
    let off = ObjectLockLegalHold::builder().status(ObjectLockLegalHoldStatus::Off).build();
    let lifted = objects.iter().map(|it| {
        let request = cx.client().put_object_legal_hold().bucket(bucket).key(it.key());
        let request = request.set_version_id(it.version_id.clone()).legal_hold(off.clone());
        async move { or_gone(request.send().await).map(drop) }
    });
    futures::stream::iter(lifted.collect::<Vec<_>>()).buffer_unordered(HOLDS_AT_ONCE).try_collect().await
}
