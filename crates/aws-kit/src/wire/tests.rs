use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;

use super::{Doubt, Patience, Wire, building, making, on_behalf_of, usage};
use crate::clock::Clock;
use rinfra_provider::ErrorClass;

/// A service that answers from a script; the last line is repeated.
#[derive(Debug)]
struct Scripted {
    answers: Vec<Line>,
    next: AtomicUsize,
}

/// One line of a script.
#[derive(Clone, Debug)]
pub(super) enum Line {
    Answer(u16, String),
    /// An answer that ends in the middle of its body.
    Torn(u16),
    Reset,
    Refused,
}

impl HttpConnector for Scripted {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let at = self.next.fetch_add(1, Ordering::Relaxed).min(self.answers.len() - 1);
        let broken = |kind: io::ErrorKind| Err(ConnectorError::io(io::Error::from(kind).into()));
        let answer = |status: u16, body| Ok(HttpResponse::new(status.try_into().expect("a status"), body));
        HttpConnectorFuture::ready(match self.answers[at].clone() {
            Line::Answer(status, body) => answer(status, SdkBody::from(body)),
            Line::Torn(status) => answer(status, SdkBody::taken()),
            Line::Reset => broken(io::ErrorKind::ConnectionReset),
            Line::Refused => broken(io::ErrorKind::ConnectionRefused),
        })
    }
}

impl From<(u16, String)> for Line {
    fn from((status, body): (u16, String)) -> Self {
        Self::Answer(status, body)
    }
}

pub(super) fn scripted(answers: impl IntoIterator<Item = Line>) -> SharedHttpConnector {
    let answers = answers.into_iter().collect();
    SharedHttpConnector::new(Scripted { answers, next: AtomicUsize::new(0) })
}

/// Returns a request as EC2 gets it in a Region.
pub(super) fn request(method: &str, region: &str) -> HttpRequest {
    request_to("ec2", method, region)
}

fn request_to(service: &str, method: &str, region: &str) -> HttpRequest {
    let uri = format!("https://{service}.{region}.amazonaws.com/");
    let mut request = HttpRequest::get(uri).expect("a request");
    request.set_method(method).expect("a method");
    let signature = format!("AWS4-HMAC-SHA256 Credential=AKID/20260101/{region}/{service}/aws4_request, x");
    request.headers_mut().insert("authorization", signature);
    request
}

pub(super) fn xml(code: &str, message: &str) -> String {
    format!(
        "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors></Response>"
    )
}

fn wire() -> Wire {
    Wire::new(Patience::default(), Arc::default(), Clock::jumping())
}

/// Sends one request and returns the final status and how many requests went out.
async fn check(created: &[&str], answers: Vec<(u16, String)>) -> (u16, u64) {
    let wire = wire();
    for identity in created {
        wire.recent().remember(identity, wire.clock.now());
    }
    let inner = scripted(answers.into_iter().map(Line::from));
    let request = request("GET", "us-east-1");
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
    let wire = wire();
    wire.recent().remember("rtb-1", wire.clock.now());
    let answers = vec![(400, xml("InvalidRoute.NotFound", "no route with destination in route table rtb-1"))];
    let inner = scripted(answers.into_iter().map(Line::from));
    let request = request("GET", "us-east-1");
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
    let wire = Arc::new(wire());
    let body = xml("InvalidParameterValue", "bad");
    let inner = scripted([Line::Answer(400, body.clone())]);
    let request = request("GET", "us-east-1");
    let response = wire.send(&inner, request).await.expect("an answer");
    assert_eq!(response.body().bytes(), Some(body.as_bytes()));
}

#[tokio::test]
async fn nothing_is_made_after_an_answer_was_lost() {
    let slow_down = || Line::Answer(503, xml("RequestLimitExceeded", "slow down"));
    let fine = || Line::Answer(200, String::new());
    let cases = [
        ("POST", vec![Line::Answer(500, xml("InternalError", "oops"))], true),
        ("POST", vec![Line::Answer(503, String::new())], true),
        ("PUT", vec![Line::Answer(500, String::new())], true),
        ("POST", vec![Line::Torn(400)], true),
        ("POST", vec![Line::Torn(200)], true),
        ("POST", vec![Line::Answer(400, "<Response><Errors><Error><Code>Dep".to_owned())], true),
        ("POST", vec![Line::Reset], true),
        ("GET", vec![Line::Answer(500, String::new()), fine()], false),
        ("GET", vec![Line::Torn(400), fine()], false),
        ("POST", vec![slow_down(), slow_down(), fine()], false),
        ("POST", vec![Line::Refused, fine()], false),
        ("POST", vec![Line::Answer(400, xml("InvalidParameterValue", "bad"))], false),
        ("POST", vec![fine()], false),
    ];
    for (method, script, expected) in cases {
        let case = format!("{method} {script:?}");
        let wire = wire();
        let sent = script.len() as u64;
        let inner = scripted(script);
        let doubt = Doubt::default();
        making(&doubt, async {
            let first = wire.send(&inner, request(method, "us-east-1")).await;
            let calls = wire.calls()["ec2"];
            assert_eq!(calls, if expected { 1 } else { sent }, "{case}");
            let again = wire.send(&inner, request(method, "us-east-1")).await;
            assert_eq!(again.is_err(), expected, "{case}: {first:?}");
            assert_eq!(wire.calls()["ec2"] - calls, u64::from(!expected), "{case}");
        })
        .await;
        assert_eq!(doubt.is_there(), expected, "{case}");
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

    let wire = wire();
    let inner = scripted([Line::Answer(200, String::new())]);
    let ask = async |method: &str, service: &str| {
        let request = request_to(service, method, "us-east-1");
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

#[tokio::test]
async fn what_may_be_repeated_is_repeated() {
    let fine = || Line::Answer(200, String::new());
    let cases = [
        (vec![Line::Answer(503, xml("RequestLimitExceeded", "slow down")), fine()], 2),
        (vec![Line::Answer(500, xml("InternalError", "oops")), Line::Answer(503, String::new()), fine()], 3),
        (vec![Line::Reset, Line::Refused, Line::Reset, fine()], 4),
        (vec![Line::Torn(200), Line::Torn(400), Line::Torn(500), fine()], 4),
        (vec![Line::Answer(400, "{\"__type\": \"Dep".to_owned()), fine()], 2),
        (vec![Line::Answer(400, "<?xml version=\"1.0\"?><Resp".to_owned()), fine()], 2),
    ];
    for (script, calls) in cases {
        let (wire, case) = (wire(), format!("{script:?}"));
        let response = wire.send(&scripted(script), request("POST", "us-east-1")).await;
        assert_eq!(response.expect("an answer").status().as_u16(), 200, "{case}");
        assert_eq!(wire.calls()["ec2"], calls, "{case}");
    }
}

#[tokio::test]
async fn attempts_are_counted_and_their_end_is_final() {
    let busy = Line::Answer(503, xml("RequestLimitExceeded", "slow down"));
    let cases = [
        (busy, "refused 3 times: HTTP status 503 RequestLimitExceeded slow down"),
        (
            Line::Answer(500, xml("InternalError", "oops")),
            "refused 3 times: HTTP status 500 InternalError oops",
        ),
        (Line::Reset, "https://ec2.us-east-1.amazonaws.com cannot be reached: connection reset"),
        (Line::Refused, "https://ec2.us-east-1.amazonaws.com cannot be reached: connection refused"),
    ];
    for (line, expected) in cases {
        let wire = Wire::new(Patience { attempts: 3 }, Arc::default(), Clock::jumping());
        let error = wire.send(&scripted([line]), request("POST", "us-east-1")).await.expect_err("a failure");
        assert!(error.is_user(), "the SDK does not make the call again: {error:?}");
        assert_eq!(crate::error::root(&error), expected);
        assert_eq!(wire.calls()["ec2"], 3);
    }
}

#[tokio::test]
async fn what_was_throttled_long_is_signed_anew() {
    let wire = wire();
    let inner = scripted([Line::Answer(503, xml("RequestLimitExceeded", "slow down"))]);
    let error = wire.send(&inner, request("POST", "us-east-1")).await.expect_err("a failure");
    assert!(error.as_other().is_some(), "the SDK makes the call again: {error:?}");
    assert!(wire.calls()["ec2"] > 10);
}

#[tokio::test]
async fn a_region_that_is_down_is_noticed_once() {
    for line in [Line::Reset, Line::Refused, Line::Answer(503, String::new())] {
        let (breakers, clock) = (Arc::default(), Clock::jumping());
        let wire = Wire::new(Patience::default(), Arc::clone(&breakers), clock.clone());
        let (down, up) = (scripted([line.clone()]), scripted([Line::Answer(200, String::new())]));
        let start = clock.now();
        let error = wire.send(&down, request("GET", "eu-west-1")).await.expect_err("a failure");
        assert!(error.is_user(), "{error:?}");
        let noticed = clock.now() - start;
        assert!(
            (Duration::from_secs(25)..Duration::from_secs(35)).contains(&noticed),
            "{line:?}: {noticed:?}"
        );
        let calls = wire.calls()["ec2"];
        // Also on another connection to another account.
        let other = Wire::new(Patience::default(), breakers, clock.clone());
        for wire in [&wire, &other] {
            wire.send(&down, request("POST", "eu-west-1")).await.expect_err("a failure");
        }
        assert_eq!((wire.calls()["ec2"], other.calls().len()), (calls, 0), "nobody was asked again");
        assert_eq!(clock.now() - start, noticed, "nobody waited");
        wire.send(&up, request("GET", "us-east-1")).await.expect("another Region answers");
        clock.sleep(Duration::from_secs(20)).await;
        wire.send(&down, request("GET", "eu-west-1")).await.expect_err("a failure");
        assert_eq!(wire.calls()["ec2"], calls + 2, "one look now and then");
        clock.sleep(Duration::from_secs(20)).await;
        wire.send(&up, request("GET", "eu-west-1")).await.expect("it is back");
        wire.send(&up, request("GET", "eu-west-1")).await.expect("and stays");
    }
}

#[tokio::test]
async fn whoever_waits_for_an_endpoint_hears_when_it_is_given_up() {
    let clock = Clock::jumping();
    let wire = Wire::new(Patience::default(), Arc::default(), clock.clone());
    let down = scripted([Line::Reset]);
    let calls = (0..50).map(|_| wire.send(&down, request("GET", "eu-west-1")));
    let answers = futures::future::join_all(calls).await;
    assert!(answers.iter().all(Result::is_err));
    assert!(wire.calls()["ec2"] < 50 * 25, "{:?}", wire.calls());
}

#[tokio::test]
async fn what_issues_credentials_is_left_to_the_sdk() {
    let wire = wire();
    let unsigned = || HttpRequest::get("http://169.254.169.254/latest").expect("a request");
    let error = wire.send(&scripted([Line::Refused]), unsigned()).await.expect_err("a failure");
    assert!(error.is_io());
    assert_eq!(wire.calls().values().sum::<u64>(), 1);
}

#[tokio::test]
async fn the_ledger_tells_what_was_sent_for_whom_and_how_it_went() {
    let busy = || Line::Answer(503, xml("RequestLimitExceeded", "slow down"));
    let (wire, fine) = (wire(), || Line::Answer(200, String::new()));
    wire.ledger().name("123456789012");
    let script = scripted([busy(), Line::Reset, busy(), fine(), fine(), Line::Answer(400, String::new())]);
    let ask = async |again: bool| {
        let mut request = request("POST", "us-east-1");
        *request.body_mut() = SdkBody::from("Action=DescribeVpcs");
        let attempt = if again { "attempt=2; max=3" } else { "attempt=1; max=3" };
        request.headers_mut().insert("amz-sdk-request", attempt);
        wire.send(&script, request).await.expect("an answer")
    };
    on_behalf_of("aws_vpc", ask(false)).await;
    on_behalf_of("aws_vpc", ask(true)).await;
    ask(false).await;
    let told = usage(&[Arc::clone(wire.ledger())]);
    let line = |it: &rinfra_provider::Line| {
        let rinfra_provider::Asked { on_behalf_of, account, region, service, operation } = it.asked.clone();
        let whom = format!("{account} {region} {service} {operation} for {on_behalf_of:?}");
        (whom, it.spent.calls, it.spent.throttled, it.spent.retried)
    };
    let place = "123456789012 us-east-1 ec2 DescribeVpcs for";
    assert_eq!(
        told.lines.iter().map(line).collect::<Vec<_>>(),
        [(format!("{place} []"), 1, 0, 0), (format!("{place} [\"aws_vpc\"]"), 5, 2, 4)]
    );
    assert_eq!(told.total().calls, 6);
}
