//! The states a bucket has held.

use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};
use rinfra_state::State;
use rinfra_store::Moment;

use crate::place::{KEY, Place};
use crate::samples::{address, ids, object, provider};

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_with_versions_keeps_every_state() {
    let place = Place::new().await;
    let store = place.store().await;
    assert_eq!(store.versions(10).await.unwrap(), []);
    let enabled = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
    let request = place.client.put_bucket_versioning().bucket(&place.bucket);
    request.versioning_configuration(enabled).send().await.unwrap();
    for id in ["a", "b", "c"] {
        let session = place.try_open("run").await.unwrap();
        let mut state = State::clone(&session.opened().state);
        state.set_current(&address(id), &provider(), object(id));
        session.persist(&mut state, session.position()).await.unwrap();
        session.close().await.unwrap();
    }
    // Another object whose key begins alike is none of its versions.
    place.write(&format!("{KEY}.other"), "{\"serial\": 9}").await;
    let versions = store.versions(usize::MAX).await.unwrap();
    assert_eq!(versions.iter().map(|it| it.serial).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(store.versions(2).await.unwrap(), versions[..2]);
    let second = Moment::Serial(2).find(&versions).unwrap();
    assert_eq!(ids(&store.version(&second.id).await.unwrap()), ["a", "b"]);
    let error = store.version("no-such-version").await.unwrap_err();
    assert!(error.to_string().contains(KEY), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_without_versions_has_the_current_state_only() {
    let place = Place::new().await;
    for id in ["a", "b"] {
        let session = place.try_open("run").await.unwrap();
        let mut state = State::clone(&session.opened().state);
        state.set_current(&address(id), &provider(), object(id));
        session.persist(&mut state, session.position()).await.unwrap();
        session.close().await.unwrap();
    }
    let store = place.store().await;
    let versions = store.versions(10).await.unwrap();
    assert_eq!(versions.iter().map(|it| it.serial).collect::<Vec<_>>(), [2]);
    assert_eq!(ids(&store.version(&versions[0].id).await.unwrap()), ["a", "b"]);
}
