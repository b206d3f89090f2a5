use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;

use super::{Doubt, Wire, building, making};
use crate::clock::Clock;
use rinfra_provider::ErrorClass;

/// A service that answers from a script; the last line is repeated.
#[derive(Debug)]
struct Scripted {
    answers: Vec<(u16, String)>,
    next: AtomicUsize,
}

impl HttpConnector for Scripted {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let at = self.next.fetch_add(1, Ordering::Relaxed).min(self.answers.len() - 1);
        let (status, body) = self.answers[at].clone();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(
            status.try_into().expect("a status"),
            SdkBody::from(body),
        )))
    }
}

fn xml(code: &str, message: &str) -> String {
    format!(
        "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors></Response>"
    )
}

/// Sends one request and returns the final status and how many requests went out.
async fn check(created: &[&str], answers: Vec<(u16, String)>) -> (u16, u64) {
    let wire = Wire::new(Clock::jumping());
    for identity in created {
        wire.recent().remember(identity, wire.clock.now());
    }
    let inner = SharedHttpConnector::new(Scripted { answers, next: AtomicUsize::new(0) });
    let request = HttpRequest::get("https://ec2.us-east-1.amazonaws.com/").expect("a request");
    let response = building(wire.send(&inner, request)).await.expect("an answer");
    (response.status().as_u16(), wire.calls()["ec2"])
}

#[tokio::test]
async fn a_lagging_replica_is_waited_for() {
    let lagging = (400, xml("InvalidVpcID.NotFound", "The vpc ID 'vpc-1' does not exist"));
    let answers = vec![lagging.clone(), lagging.clone(), (200, String::new())];
    assert_eq!(check(&["vpc-1"], answers.clone()).await, (200, 3));
    assert_eq!(check(&[], answers).await, (400, 1), "nobody created vpc-1: it is not there");
    let (status, calls) = check(&["vpc-1"], vec![lagging]).await;
    assert_eq!(status, 400);
    assert!((10..30).contains(&calls), "gave up after {calls} calls");
}

#[tokio::test]
async fn whoever_reads_or_deletes_takes_not_found_for_an_answer() {
    let wire = Wire::new(Clock::jumping());
    wire.recent().remember("rtb-1", wire.clock.now());
    let answers = vec![(400, xml("InvalidRoute.NotFound", "no route with destination in route table rtb-1"))];
    let inner = SharedHttpConnector::new(Scripted { answers, next: AtomicUsize::new(0) });
    let request = HttpRequest::get("https://ec2.us-east-1.amazonaws.com/").expect("a request");
    wire.send(&inner, request).await.expect("an answer");
    assert_eq!(wire.calls()["ec2"], 1);
}

#[tokio::test]
async fn contention_and_propagation_are_waited_for_and_nothing_else() {
    let cases = [
        ("ConcurrentModification", "busy", 2),
        (
            "InvalidParameterValueException",
            "The role defined for the function cannot be assumed by Lambda.",
            2,
        ),
        ("DependencyViolation", "has dependencies", 1),
        ("InvalidParameterValue", "bad", 1),
    ];
    for (code, message, calls) in cases {
        let answers = vec![(400, xml(code, message)), (200, String::new())];
        assert_eq!(check(&[], answers).await.1, calls, "{code}");
    }
}

#[tokio::test]
async fn the_body_of_a_refusal_is_still_there_for_the_sdk() {
    let wire = Arc::new(Wire::new(Clock::jumping()));
    let body = xml("InvalidParameterValue", "bad");
    let inner =
        SharedHttpConnector::new(Scripted { answers: vec![(400, body.clone())], next: AtomicUsize::new(0) });
    let request = HttpRequest::get("https://ec2.us-east-1.amazonaws.com/").expect("a request");
    let response = wire.send(&inner, request).await.expect("an answer");
    assert_eq!(response.body().bytes(), Some(body.as_bytes()));
}

#[tokio::test]
async fn nothing_is_made_after_an_answer_was_lost() {
    let cases = [
        ("POST", (500, xml("InternalError", "oops")), true),
        ("POST", (503, String::new()), true),
        ("PUT", (500, String::new()), true),
        ("GET", (500, String::new()), false),
        ("POST", (503, xml("RequestLimitExceeded", "slow down")), false),
        ("POST", (400, xml("InvalidParameterValue", "bad")), false),
        ("POST", (200, String::new()), false),
    ];
    for (method, answer, expected) in cases {
        let wire = Wire::new(Clock::jumping());
        let inner =
            SharedHttpConnector::new(Scripted { answers: vec![answer.clone()], next: AtomicUsize::new(0) });
        let request = || {
            let mut request = HttpRequest::get("https://ec2.us-east-1.amazonaws.com/").expect("a request");
            request.set_method(method).expect("a method");
            request
        };
        let doubt = Doubt::default();
        making(&doubt, async {
            wire.send(&inner, request()).await.expect("an answer");
            let again = wire.send(&inner, request()).await;
            assert_eq!(again.is_err(), expected, "{method} {answer:?}");
            let mut read = HttpRequest::get("https://ec2.us-east-1.amazonaws.com/").expect("a request");
            read.set_method("GET").expect("a method");
            assert!(wire.send(&inner, read).await.is_ok(), "reading goes on");
        })
        .await;
        assert_eq!(doubt.is_there(), expected, "{method} {answer:?}");
        assert_eq!(wire.calls()["ec2"], if expected { 2 } else { 3 });
        assert!(wire.send(&inner, request()).await.is_ok(), "outside nothing is in doubt");
    }
}

#[tokio::test]
async fn who_may_change_nothing_any_more_sends_nothing_that_could() {
    #[derive(Debug)]
    struct Displaced;

    #[async_trait::async_trait]
    impl rinfra_provider::Warrant for Displaced {
        async fn check(&self) -> rinfra_provider::Result<()> {
            Err(rinfra_provider::Error::new(ErrorClass::Internal, "the lock was lost"))
        }
    }

    let wire = Wire::new(Clock::jumping());
    let inner =
        SharedHttpConnector::new(Scripted { answers: vec![(200, String::new())], next: AtomicUsize::new(0) });
    let ask = async |method: &str, host: &str| {
        let mut request =
            HttpRequest::get(format!("https://{host}.us-east-1.amazonaws.com/")).expect("a request");
        request.set_method(method).expect("a method");
        rinfra_provider::under(Arc::new(Displaced), wire.send(&inner, request)).await
    };
    assert!(ask("GET", "s3").await.is_ok());
    assert!(ask("POST", "sts").await.is_ok());
    for method in ["POST", "PUT", "DELETE"] {
        let error = ask(method, "ec2").await.expect_err("nothing is sent");
        assert!(error.is_user(), "the SDK does not try again");
        let cause = std::error::Error::source(&error).expect("a cause");
        assert_eq!(cause.to_string(), "the request was not sent: the lock was lost");
    }
    assert!(!wire.calls().contains_key("ec2"));
}
