//! The states of several workspaces in one bucket.

use std::sync::Arc;

use rinfra_state::State;
use rinfra_store::{BackendKind, LockRequest, Plain, StoreError};
use rinfra_value::Value;

use crate::place::{KEY, Place};

#[tokio::test(flavor = "multi_thread")]
async fn workspaces_are_where_terraform_has_them() {
    for (prefix, before) in [(None, "env:"), (Some("teams"), "teams")] {
        let mut place = Place::new().await;
        place.more.extend(prefix.map(|it| ("workspace_key_prefix", Value::string(it))));
        let backend = place.backend().await;
        assert_eq!(backend.workspaces().await.unwrap(), ["default"]);
        for name in ["b", "a"] {
            let store = backend.store(name, Arc::new(Plain));
            let session = store.lock(&LockRequest::new("run", "test")).await.unwrap();
            session.replace(State { serial: 1, ..State::new(name) }).await.unwrap();
        }
        place.write(&format!("{before}/c/{KEY}.other"), "{}").await;
        assert_eq!(backend.workspaces().await.unwrap(), ["default", "a", "b"]);
        assert!(place.keys().await.contains(&format!("{before}/a/{KEY}")));
        backend.delete("a").await.unwrap();
        assert_eq!(backend.workspaces().await.unwrap(), ["default", "b"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_work_is_told() {
    let mut place = Place::new().await;
    place.more.extend([("encrypt", Value::bool(true)), ("sse_customer_key", Value::string("short"))]);
    let error = place.kind.open(&place.config()).await.unwrap_err();
    assert!(matches!(&error, StoreError::Configuration { hint: Some(_), .. }), "{error}");
    let mut place = Place::new().await;
    place.bucket = "nobody-has-this".to_owned();
    let error = place.try_open("run").await.map(drop).unwrap_err();
    assert!(error.to_string().contains("there is no bucket \"nobody-has-this\""), "{error}");
    let mut place = Place::new().await;
    place.more.push(("insecure", Value::bool(true)));
    assert!(place.kind.open(&place.config()).await.is_err());
    let check = place.kind.schema().check.as_ref().unwrap();
    let faults = |name: &str, value: Value| {
        let config = place.kind.schema().complete(&Value::object([(name, value)]));
        check.faults(&config).into_iter().map(|it| it.detail).collect::<Vec<_>>().join(" ")
    };
    assert!(faults("key", Value::string("/a")).contains("must not start or end"));
    assert!(
        faults("endpoints", Value::object([("ec2", Value::string("x"))])).contains("no endpoint \"ec2\"")
    );
    assert!(
        faults("assume_role", Value::object([("arn", Value::string("x"))])).contains("no attribute \"arn\"")
    );
    assert_eq!(faults("key", Value::string("a/b")), "");
}
