use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_async::time::SystemTimeSource;
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_types::SdkConfig;
use futures::future::join_all;

use super::super::tests::{Line, request, scripted, xml};
use super::super::{Patience, Wire, client};
use super::{Lane, Scope, identities};
use crate::clock::Clock;

const SECOND: Duration = Duration::from_secs(1);

fn scope() -> Scope {
    Scope { service: "ec2".to_owned(), region: "eu-west-1".to_owned() }
}

/// Returns a wire that takes so many calls of each operation a second.
fn wire(a_second: f64, patience: Patience) -> (Arc<Wire>, Clock) {
    let clock = Clock::jumping();
    let ceilings = ["ec2", "sts"].map(|it| (it.to_owned(), a_second));
    let wire = Wire::new(patience, Arc::default(), clock.clone());
    (Arc::new(wire.limited(BTreeMap::from(ceilings))), clock)
}

fn connector(_: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
    let answer = "<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>";
    scripted([Line::Answer(200, answer.to_owned())])
}

#[tokio::test]
async fn the_sdk_waits_for_tokens_before_it_signs() {
    let (wire, clock) = wire(2.0, Patience::default());
    let config = SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(aws_types::region::Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::for_tests()))
        .identity_cache(identities(&wire))
        .http_client(client(&wire, http_client_fn(connector)))
        .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(TokioSleep::new()))
        .time_source(aws_smithy_async::time::SharedTimeSource::new(SystemTimeSource::new()))
        .build();
    let sts = aws_sdk_sts::Client::new(&config);
    let start = clock.now();
    let mut times = Vec::new();
    for _ in 0..6 {
        sts.get_caller_identity().send().await.expect("an identity");
        times.push((clock.now() - start).as_millis() / 100);
    }
    assert_eq!(times, [0, 0, 5, 10, 15, 20], "two at once, and two a second");
}

#[tokio::test]
async fn who_waits_holds_nothing() {
    let (wire, clock) = wire(1.0, Patience::default());
    let fine = scripted([Line::Answer(200, String::new())]);
    let start = clock.now();
    let slow = async {
        join_all((0..200).map(async |_| wire.pace(&scope(), "CreateVpcEndpoint", Lane::Change).await)).await;
        clock.now() - start
    };
    let other = async {
        wire.pace(&scope(), "CreateSubnet", Lane::Change).await;
        wire.send(&fine, request("POST", "eu-west-1")).await.expect("an answer");
        clock.now() - start
    };
    let (slow, other) = futures::join!(slow, other);
    assert!(slow >= SECOND * 198 && other < SECOND, "{slow:?} and {other:?}");
}

#[tokio::test]
async fn who_waits_for_tokens_hears_when_the_service_is_given_up() {
    let (wire, clock) = wire(0.01, Patience::default());
    wire.pace(&scope(), "CreateSubnet", Lane::Change).await;
    let down = scripted([Line::Reset]);
    // An endpoint is known as soon as something was sent to it.
    let failing = (0..10).map(|_| wire.send(&down, request("GET", "eu-west-1")));
    let waiting = async {
        clock.sleep(SECOND / 100).await;
        let start = clock.now();
        wire.pace(&scope(), "CreateSubnet", Lane::Change).await;
        clock.now() - start
    };
    let (answers, waited) = futures::join!(join_all(failing), waiting);
    assert!(answers.iter().all(Result::is_err));
    assert!(waited < SECOND * 60, "{waited:?}");
}

#[tokio::test]
async fn what_was_refused_comes_back_with_the_next_token() {
    let busy = || Line::Answer(503, xml("RequestLimitExceeded", "slow down"));
    let (wire, clock) = wire(2.0, Patience::default());
    let inner = scripted([busy(), Line::Answer(200, String::new())]);
    let start = clock.now();
    wire.send(&inner, request("POST", "eu-west-1")).await.expect("an answer");
    assert_eq!((clock.now() - start).as_millis() / 10, 50);
}

#[tokio::test]
async fn what_waits_longer_than_its_signature_is_good_for_is_signed_anew() {
    let busy = Line::Answer(503, xml("RequestLimitExceeded", "slow down"));
    let (wire, clock) = wire(0.001, Patience::default());
    let start = clock.now();
    let error = wire.send(&scripted([busy]), request("POST", "eu-west-1")).await.expect_err("stale");
    assert!(error.as_other().is_some(), "the SDK makes the call again");
    let waited = clock.now() - start;
    assert!(waited >= SECOND * 230 && waited < SECOND * 250, "{waited:?}");
}

#[tokio::test]
async fn a_sick_service_is_not_hammered() {
    let (wire, clock) = wire(1000.0, Patience { attempts: 40 });
    let inner = scripted([Line::Answer(500, xml("InternalError", "oops"))]);
    let start = clock.now();
    let calls = (0..100).map(|_| wire.send(&inner, request("GET", "eu-west-1")));
    let answers = join_all(calls).await;
    let waited = (clock.now() - start).as_secs();
    assert!(answers.iter().all(Result::is_err));
    let sent = wire.calls()["ec2"];
    // Each of them once, the budget, and what it is given meanwhile.
    assert!(sent <= 100 + 100 + 5 * (waited + 1), "{sent} in {waited} s");
}
