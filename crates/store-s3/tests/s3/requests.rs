//! What requests carry: conditions, and the keys that S3 encrypts objects with.

use std::sync::Arc;

use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};
use rinfra_state::State;
use rinfra_store::{LockRequest, Moment, Plain, StateStore};
use rinfra_value::Value;

use crate::place::{KEY, Place};
use crate::samples::{address, ids, object, provider};
use crate::wire::{Request, Wire};

/// 32 bytes in Base64, and their MD5.
const CUSTOMER_KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const DIGEST: &str = "hRasmdxgYDKV3nvbahU1MA==";

/// Returns a place whose requests are seen, with these arguments of the backend.
async fn seen(more: &[(&'static str, Value)]) -> (Place, Wire) {
    let mut place = Place::new().await;
    let wire = Wire::before(place.account.endpoint());
    let endpoints = ["s3", "dynamodb", "sts"].map(|it| (it, Value::string(&*wire.endpoint)));
    place.more.push(("endpoints", Value::object(endpoints)));
    place.more.extend(more.iter().cloned());
    (place, wire)
}

async fn add(place: &Place, store: &dyn StateStore, id: &str) {
    let session = store.lock(&LockRequest::new(id, "test")).await.unwrap();
    let mut state = State::clone(&session.opened().state);
    state.set_current(&address(id), &provider(), object(id));
    session.persist(&mut state, session.position()).await.unwrap();
    session.close().await.unwrap();
    assert!(place.keys().await.contains(&KEY.to_owned()));
}

async fn keep_versions(place: &Place) {
    let enabled = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
    let request = place.client.put_bucket_versioning().bucket(&place.bucket);
    request.versioning_configuration(enabled).send().await.unwrap();
}

/// Returns the requests that read or write objects, as opposed to those that list or delete.
fn of_objects(wire: &Wire, method: &str) -> Vec<Request> {
    let is_object = |it: &Request| it.target.contains(KEY) && !it.target.contains("list-type");
    wire.requests().into_iter().filter(|it| it.method == method && is_object(it)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_is_not_transferred_again() {
    let (place, wire) = seen(&[]).await;
    let backend = place.backend().await;
    let store = || backend.store("default", Arc::new(Plain));
    add(&place, &*store(), "a").await;
    drop(wire.requests());
    let conditions = || -> Vec<bool> {
        let reads = of_objects(&wire, "GET");
        let states =
            reads.iter().filter(|it| !it.target.contains(".journal") && !it.target.contains(".tflock"));
        states.map(|it| it.header("if-none-match").is_some()).collect()
    };
    for expected in [false, true] {
        assert_eq!(ids(&store().stored().await.unwrap().unwrap()), ["a"]);
        assert_eq!(conditions(), [expected]);
    }
    assert_eq!(ids(&store().load().await.unwrap().unwrap().state), ["a"]);
    assert_eq!(conditions(), [true]);
    // What another program wrote since is seen.
    let other = place.backend().await.store("default", Arc::new(Plain));
    add(&place, &*other, "b").await;
    drop(wire.requests());
    assert_eq!(ids(&store().load().await.unwrap().unwrap().state), ["a", "b"]);
    assert_eq!(conditions(), [true]);
    // With the lock too; from then on the session knows, and nothing is kept twice.
    add(&place, &*store(), "c").await;
    assert_eq!(conditions(), [true]);
    assert_eq!(ids(&store().load().await.unwrap().unwrap().state), ["a", "b", "c"]);
    assert_eq!(conditions(), [false]);
    place.delete(KEY).await;
    assert_eq!(store().stored().await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_the_customer_comes_with_all_that_is_read_or_written() {
    let key = [("encrypt", Value::bool(true)), ("sse_customer_key", Value::string(CUSTOMER_KEY))];
    let (place, wire) = seen(&key).await;
    keep_versions(&place).await;
    let store = place.store().await;
    for id in ["a", "b"] {
        add(&place, &*store, id).await;
    }
    let versions = store.versions(usize::MAX).await.unwrap();
    assert_eq!(versions.iter().map(|it| it.serial).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(ids(&store.version(&versions[1].id).await.unwrap()), ["a"]);
    assert_eq!(ids(&store.stored().await.unwrap().unwrap()), ["a", "b"]);
    let carries = |it: &Request| {
        it.header("x-amz-server-side-encryption-customer-algorithm") == Some("AES256")
            && it.header("x-amz-server-side-encryption-customer-key") == Some(CUSTOMER_KEY)
            && it.header("x-amz-server-side-encryption-customer-key-md5") == Some(DIGEST)
            && it.header("x-amz-server-side-encryption").is_none()
    };
    let requests: Vec<Request> = wire.requests();
    let objects =
        || requests.iter().filter(|it| matches!(&*it.method, "GET" | "PUT") && it.target.contains(KEY));
    let objects =
        || objects().filter(|it| !it.target.contains("list-type") && !it.target.contains("?prefix"));
    assert!(objects().filter(|it| it.method == "PUT").count() >= 4, "state and lock, twice");
    assert!(objects().filter(|it| it.target.contains("versionId")).count() >= 3, "{requests:?}");
    objects().for_each(|it| assert!(carries(it), "{it:?}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_are_written_with_the_key_that_is_asked_for() {
    let kms = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let encrypt = ("encrypt", Value::bool(true));
    let check = async |more: &[(&'static str, Value)], algorithm: Option<&str>, key: Option<&str>| {
        let (place, wire) = seen(more).await;
        let store = place.store().await;
        add(&place, &*store, "a").await;
        assert_eq!(ids(&store.stored().await.unwrap().unwrap()), ["a"]);
        for it in wire.requests().iter().filter(|it| it.target.contains(KEY)) {
            let written = it.method == "PUT";
            let found = (
                it.header("x-amz-server-side-encryption"),
                it.header("x-amz-server-side-encryption-aws-kms-key-id"),
            );
            assert_eq!(found, (algorithm.filter(|_| written), key.filter(|_| written)), "{it:?}");
        }
    };
    check(&[], None, None).await;
    check(std::slice::from_ref(&encrypt), Some("AES256"), None).await;
    check(&[encrypt.clone(), ("kms_key_id", Value::string(kms))], Some("aws:kms"), Some(kms)).await;
    // As in Terraform: without `encrypt` the bucket decides.
    check(&[("kms_key_id", Value::string(kms))], None, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_is_found_without_reading_any_state() {
    let (place, wire) = seen(&[]).await;
    keep_versions(&place).await;
    let store = place.store().await;
    for id in ["a", "b", "c"] {
        add(&place, &*store, id).await;
    }
    let versions = store.versions(usize::MAX).await.unwrap();
    drop(wire.requests());
    let check = async |moment: Moment, expected: Option<&str>, reads: usize| {
        assert_eq!(store.find(moment).await.unwrap().as_deref(), expected);
        assert_eq!(of_objects(&wire, "GET").len(), reads, "{moment}");
    };
    let latest = versions[0].written;
    let of_then = versions.iter().find(|it| it.written <= latest).map(|it| &*it.id);
    check(Moment::Time(latest), of_then, 0).await;
    check(Moment::Time(latest - time::Duration::days(1)), None, 0).await;
    check(Moment::Serial(3), Some(&versions[0].id), 3).await;
    check(Moment::Serial(1), Some(&versions[2].id), 3).await;
    check(Moment::Serial(9), None, 3).await;
}
