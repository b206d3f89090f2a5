//! The HTTP client under every SDK client: it counts, bounds and, where only time helps, repeats requests.
//!
//! The SDK's own retries (throttling, server errors, broken connections) happen above this layer; here are
//! the ones that need to know what this run has done: a service that does not yet know what another call
//! created a moment ago, or IAM's slow propagation.

mod answer;
mod doubt;
mod limiter;
mod scope;
mod unreachable;
mod unwarranted;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use rinfra_provider::{ErrorClass, Region, Turn};

use crate::classify::Refusal;
use crate::clock::{Backoff, Clock};
use crate::recent::Recent;

pub(crate) use doubt::{Doubt, making};
pub(crate) use limiter::Limiters;
pub(crate) use scope::Scope;
pub(crate) use unreachable::Unreachable;
pub(crate) use unwarranted::Unwarranted;

/// How long a service may take to learn what another one knows.
const CONSISTENT_WITHIN: Duration = Duration::from_secs(120);
/// How often a connection is tried before its endpoint counts as unreachable.
const CONNECTION_ATTEMPTS: u32 = 3;

tokio::task_local! {
    /// Set while a step depends on objects that an earlier step made.
    static BUILDING: ();
}

/// Runs a step that builds on what this run created: while it runs, "not found" about such an object is a
/// replica that lags behind. Everywhere else, reads and deletes above all, it is an answer.
pub(crate) async fn building<F: Future>(step: F) -> F::Output {
    BUILDING.scope((), step).await
}

/// What all requests of one account share.
pub(crate) struct Wire {
    /// Shared with every other wire to the same account, as soon as the account is known.
    limiters: RwLock<Arc<Limiters>>,
    calls: Mutex<BTreeMap<String, u64>>,
    recent: Recent,
    clock: Clock,
}

impl Wire {
    /// Returns a wire nothing went over yet.
    pub(crate) fn new(clock: Clock) -> Self {
        Self { limiters: RwLock::default(), calls: Mutex::default(), recent: Recent::default(), clock }
    }

    /// Returns how many requests were sent to each service.
    pub(crate) fn calls(&self) -> BTreeMap<String, u64> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Bounds the calls together with everybody who holds the same limiters.
    pub(crate) fn share(&self, limiters: &Arc<Limiters>) {
        *self.limiters.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(limiters);
    }

    /// Waits until an operation of a service in a Region may begin, of the highest rank first.
    pub(crate) async fn turn(&self, service: &'static str, region: &Region, rank: u64) -> Turn {
        let gate = self.limiters.read().unwrap_or_else(PoisonError::into_inner).gate(service, region);
        gate.enter(rank).await.into()
    }

    /// Returns what was created a moment ago.
    pub(crate) fn recent(&self) -> &Recent {
        &self.recent
    }

    fn count(&self, service: &str) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        *calls.entry(service.to_owned()).or_default() += 1;
    }

    /// Tells whether only time stands between a refusal and success.
    fn passes_with_time(&self, refusal: &Refusal) -> bool {
        refusal.is_contended()
            || refusal.is_propagating()
            || (BUILDING.try_with(|()| ()).is_ok()
                && refusal.class() == ErrorClass::NotFound
                && self.recent.is_named_in(&refusal.message, self.clock.now()))
    }

    async fn send(
        &self,
        inner: &SharedHttpConnector,
        mut request: HttpRequest,
    ) -> Result<HttpResponse, ConnectorError> {
        let scope = Scope::of(&request);
        let doubt = doubt::of(&request, &scope);
        if let Some(refused) = doubt.as_ref().and_then(Doubt::refusal) {
            return Err(refused);
        }
        let limiter = self.limiters.read().unwrap_or_else(PoisonError::into_inner).of(&scope);
        let started = self.clock.now();
        let mut backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(10));
        let mut connections = 0;
        loop {
            let again = request.try_clone();
            let host = request.uri().to_owned();
            let permit = limiter.permit().await;
            if scope::may_change(&request, &scope)
                && let Err(error) = rinfra_provider::warranted().await
            {
                return Err(Unwarranted(error).into_connector_error());
            }
            self.count(&scope.service);
            let answer = inner.call(request).await;
            drop(permit);
            match answer {
                Ok(response) if response.status().as_u16() < 400 => {
                    limiter.answered();
                    return match &doubt {
                        None => Ok(response),
                        Some(doubt) => doubt.unless_whole(answer::whole(response).await),
                    };
                }
                Ok(response) => {
                    let (response, refusal) = answer::refusal(response).await;
                    if let Some(doubt) = doubt.as_ref().filter(|_| refusal.class() == ErrorClass::Transient) {
                        doubt.raise(&refusal.message);
                    }
                    if refusal.class() == ErrorClass::Throttled {
                        limiter.throttled(self.clock.now());
                    } else {
                        limiter.answered();
                    }
                    let waited = self.clock.now().saturating_duration_since(started);
                    let Some(again) = again else { return Ok(response) };
                    if waited >= CONSISTENT_WITHIN || !self.passes_with_time(&refusal) {
                        return Ok(response);
                    }
                    tracing::debug!(service = scope.service, code = refusal.code, "waiting for consistency");
                    request = again;
                }
                Err(error) if unreachable::is_about_connecting(&error) => {
                    connections += 1;
                    match again {
                        Some(again) if connections < CONNECTION_ATTEMPTS => request = again,
                        _ => return Err(Unreachable::new(&host, error).into_connector_error()),
                    }
                }
                Err(error) => {
                    return match &doubt {
                        None => Err(error),
                        Some(doubt) => doubt.unless_whole(Err(error)),
                    };
                }
            }
            self.clock.sleep(backoff.pause()).await;
        }
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").finish_non_exhaustive()
    }
}

/// Returns an HTTP client whose requests go over `wire`.
pub(crate) fn client(wire: &Arc<Wire>, inner: SharedHttpClient) -> SharedHttpClient {
    SharedHttpClient::new(WiredClient { wire: Arc::clone(wire), inner })
}

#[derive(Debug)]
struct WiredClient {
    wire: Arc<Wire>,
    inner: SharedHttpClient,
}

impl HttpClient for WiredClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(WiredConnector { wire: Arc::clone(&self.wire), inner })
    }
}

#[derive(Debug)]
struct WiredConnector {
    wire: Arc<Wire>,
    inner: SharedHttpConnector,
}

impl HttpConnector for WiredConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (wire, inner) = (Arc::clone(&self.wire), self.inner.clone());
        HttpConnectorFuture::new(async move { wire.send(&inner, request).await })
    }
}

#[cfg(test)]
mod tests;
