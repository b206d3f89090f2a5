//! One request, and what came of it.

use std::fmt;
use std::pin::pin;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use futures::future::{Either, select};

use super::answer;
use super::breaker::Breaker;
use super::giving_up::{Exhausted, for_good};
use crate::classify::{Failed, Refusal, Trouble, failed};
use crate::clock::Clock;

/// How long the body of an answer may take once its head is there.
const BODY_WITHIN: Duration = Duration::from_secs(120);

/// What came of a request.
pub(super) enum Exchange {
    /// The service did what it was asked for.
    Answered(HttpResponse),
    /// The service refused.
    Refused(HttpResponse, Refusal),
    /// The answer, or the end of it, is missing.
    Broken(ConnectorError, Failed),
}

impl Exchange {
    /// Makes a request and reads the answer to its end.
    pub(super) async fn of(inner: &SharedHttpConnector, request: HttpRequest, clock: &Clock) -> Self {
        let response = match inner.call(request).await {
            Ok(response) => response,
            Err(error) => return Self::broken(error),
        };
        let is_success = response.status().as_u16() < 400;
        let reading = async {
            if is_success {
                return answer::whole(response).await.map_or_else(Self::broken, Self::Answered);
            }
            let (response, refusal) = answer::refusal(response).await;
            Self::Refused(response, refusal)
        };
        match select(pin!(reading), pin!(clock.sleep(BODY_WITHIN))).await {
            Either::Left((exchange, _)) => exchange,
            Either::Right(_) => Self::broken(ConnectorError::timeout("the answer does not end".into())),
        }
    }

    fn broken(error: ConnectorError) -> Self {
        let failed = failed(&error);
        Self::Broken(error, failed)
    }

    /// Tells whether the service may have done what it was asked for although it did not say so.
    pub(super) fn may_have_acted(&self, trouble: Trouble) -> bool {
        match self {
            Self::Answered(_) => false,
            Self::Refused(..) => trouble == Trouble::Transient,
            Self::Broken(_, failed) => failed.was_sent,
        }
    }

    /// Tells whether the service says that it cannot cope.
    pub(super) fn is_overload(&self) -> bool {
        matches!(self, Self::Refused(_, Refusal { status: 503, .. }))
    }

    /// Returns what the SDK is told.
    pub(super) fn into_result(self) -> Result<HttpResponse, ConnectorError> {
        match self {
            Self::Answered(response) | Self::Refused(response, _) => Ok(response),
            Self::Broken(error, _) => Err(error),
        }
    }

    /// Returns what the SDK is told of a call that is not to be made again.
    pub(super) fn for_good(
        self,
        trouble: Trouble,
        breaker: &Breaker,
        attempts: u32,
    ) -> Result<HttpResponse, ConnectorError> {
        let is_retried_by_the_sdk = matches!(trouble, Trouble::Throttle | Trouble::Transient);
        match self {
            Self::Refused(response, refusal) if is_retried_by_the_sdk => {
                let ids = ["x-amzn-requestid", "x-amz-request-id"];
                let request_id = ids.iter().find_map(|it| response.headers().get(*it)).map(str::to_owned);
                Err(for_good(Exhausted { refusal, request_id, attempts }))
            }
            Self::Broken(error, Failed { trouble: Trouble::Connection, .. }) => {
                Err(for_good(breaker.unreachable(crate::error::root(&error))))
            }
            Self::Broken(error, Failed { trouble: Trouble::Transient, .. }) => {
                Err(ConnectorError::user(error.into_source()))
            }
            other => other.into_result(),
        }
    }
}

impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(response) => write!(f, "HTTP status {}", response.status()),
            Self::Refused(_, Refusal { status, is_torn: true, .. }) => {
                write!(f, "HTTP status {status}, and the answer ends in its middle")
            }
            Self::Refused(_, Refusal { status, code, message, .. }) => {
                write!(f, "HTTP status {status}")?;
                let mut words = [code, message].into_iter().filter(|it| !it.is_empty());
                words.try_for_each(|it| write!(f, ", {it}"))
            }
            Self::Broken(error, _) => f.write_str(&crate::error::root(error)),
        }
    }
}
