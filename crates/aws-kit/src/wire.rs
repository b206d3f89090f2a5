//! The HTTP client under every SDK client: it counts, bounds and, where only time helps, repeats requests.
//!
//! All retries happen here, where it is known what this run has done and how everybody else fares with the same
//! service: throttling, failures of the service and of the connection, a service that does not yet know what another
//! call created a moment ago, IAM's slow propagation. The SDK above only signs a call anew that has waited long.
//! Nothing waits while it holds a permit.

mod answer;
mod behalf;
mod breaker;
mod doubt;
mod exchange;
mod giving_up;
mod ledger;
mod limiter;
mod operation;
mod pacing;
mod patience;
mod scope;
mod toll;
mod unwarranted;

use std::collections::BTreeMap;
use std::fmt;
use std::pin::pin;
use std::sync::{Arc, PoisonError, RwLock};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use futures::future::{Either, select};
use rinfra_provider::{ErrorClass, Region, Turn};

use crate::classify::{Refusal, Trouble};
use crate::clock::Clock;
use crate::recent::Recent;

use exchange::Exchange;
use giving_up::{for_good, stale};
use limiter::{Lane, Limiter};
use patience::{Next, Tries};
use toll::Toll;

pub(crate) use behalf::{Behalf, behalf, on_behalf_of, on_behalf_of_all};
pub(crate) use breaker::Breakers;
pub(crate) use doubt::{Doubt, making};
pub(crate) use giving_up::{Exhausted, Unreachable};
pub(crate) use ledger::{Ledger, usage};
pub(crate) use limiter::{Ceilings, Limiters};
pub(crate) use pacing::{identities, looking};
pub(crate) use patience::{ATTEMPTS, Patience};
pub(crate) use scope::Scope;
pub(crate) use unwarranted::Unwarranted;

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
    ledger: Arc<Ledger>,
    recent: Recent,
    patience: Patience,
    ceilings: Ceilings,
    breakers: Arc<Breakers>,
    clock: Clock,
}

impl Wire {
    /// Returns a wire nothing went over yet.
    pub(crate) fn new(patience: Patience, breakers: Arc<Breakers>, clock: Clock) -> Self {
        Self {
            limiters: RwLock::default(),
            ledger: Arc::default(),
            recent: Recent::default(),
            patience,
            ceilings: Ceilings::new(),
            breakers,
            clock,
        }
    }

    /// Returns the wire with so many calls at most, of itself and of all that share its limiters.
    pub(crate) fn limited(self, ceilings: Ceilings) -> Self {
        self.limiters().limit(&ceilings);
        Self { ceilings, ..self }
    }

    /// Returns how many requests were sent to each service.
    pub(crate) fn calls(&self) -> BTreeMap<String, u64> {
        self.ledger.calls()
    }

    /// Returns what was sent, and what will be.
    pub(crate) fn ledger(&self) -> &Arc<Ledger> {
        &self.ledger
    }

    /// Bounds the calls together with everybody who holds the same limiters.
    pub(crate) fn share(&self, limiters: &Arc<Limiters>) {
        limiters.limit(&self.ceilings);
        *self.limiters.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(limiters);
    }

    /// Returns what bounds the calls.
    pub(crate) fn limiters(&self) -> Arc<Limiters> {
        Arc::clone(&self.limiters.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until an operation on an object of a type in a Region may begin, of the highest rank first.
    pub(crate) async fn turn(&self, kind: &str, region: &Region, rank: u64) -> Turn {
        let gate = self.limiters().gate(kind, region);
        gate.enter(rank).await.into()
    }

    /// Returns what all calls to a service in a Region share.
    fn limiter(&self, scope: &Scope) -> Arc<Limiter> {
        self.limiters().of(scope, &self.clock)
    }

    /// Waits until there are tokens for a call. Where the service is given up meanwhile there is nothing to wait for.
    async fn pace(&self, scope: &Scope, operation: &str, lane: Lane) {
        let limiter = self.limiter(scope);
        let tokens = async {
            for bucket in limiter.buckets(scope, operation, false) {
                bucket.take(lane).await;
            }
        };
        let _ = select(pin!(tokens), pin!(self.breakers.until_given_up(scope))).await;
    }

    /// Returns what was created a moment ago.
    pub(crate) fn recent(&self) -> &Recent {
        &self.recent
    }

    /// Returns what a refused call needs: what this run made a moment ago and is not found is on its way.
    fn trouble(&self, refusal: &Refusal) -> Trouble {
        let is_building = BUILDING.try_with(|()| ()).is_ok();
        let is_new = || self.recent.is_named_in(&refusal.message, self.clock.now());
        match refusal.trouble() {
            Trouble::Fatal if is_building && refusal.class() == ErrorClass::NotFound && is_new() => {
                Trouble::Propagation
            }
            trouble => trouble,
        }
    }

    async fn send(
        &self,
        inner: &SharedHttpConnector,
        mut request: HttpRequest,
    ) -> Result<HttpResponse, ConnectorError> {
        let scope = Scope::of(&request);
        let mut entry = self.ledger.entry(&request, &scope);
        if !scope.is_signed() {
            entry.sent();
            return inner.call(request).await;
        }
        let doubt = doubt::of(&request, &scope);
        if let Some(refused) = doubt.as_ref().and_then(Doubt::refusal) {
            return Err(refused);
        }
        let limiter = self.limiter(&scope);
        let breaker = self.breakers.of(&scope, request.uri());
        let mut tries = Tries::new(self.patience, self.clock.now());
        let mut toll = Toll::of(entry.operation(), &limiter, &scope);
        toll.rest(pacing::lane()).await;
        loop {
            breaker.admit(self.clock.now()).map_err(for_good)?;
            let again = request.try_clone();
            let permit = limiter.in_flight().permit().await;
            if scope::may_change(&request, &scope)
                && let Err(error) = rinfra_provider::warranted().await
            {
                return Err(for_good(Unwarranted(error)));
            }
            let began = self.clock.now();
            entry.sent();
            toll.sent();
            let exchange = Exchange::of(inner, request, &self.clock).await;
            drop(permit);
            let trouble = match &exchange {
                Exchange::Answered(_) => None,
                Exchange::Refused(_, refusal) => Some(self.trouble(refusal)),
                Exchange::Broken(_, failed) => Some(failed.trouble),
            };
            entry.ended(trouble, self.clock.now().saturating_duration_since(began));
            match trouble {
                Some(Trouble::Throttle) => toll.refused(),
                Some(Trouble::Transient) if exchange.is_overload() => {
                    limiter.in_flight().overloaded(self.clock.now());
                }
                Some(Trouble::Transient | Trouble::Connection) => {}
                _ => {
                    limiter.in_flight().answered();
                    toll.accepted();
                }
            }
            let health = match trouble {
                Some(trouble @ (Trouble::Transient | Trouble::Connection)) => {
                    breaker.failed(trouble, began, self.clock.now(), || exchange.to_string())
                }
                _ => {
                    breaker.answered();
                    Ok(())
                }
            };
            let Some(trouble) = trouble else { return exchange.into_result() };
            if let Some(doubt) = doubt.as_ref().filter(|_| exchange.may_have_acted(trouble)) {
                doubt.raise(&exchange.to_string());
                return exchange.into_result();
            }
            health.map_err(for_good)?;
            let Some(again) = again else { return exchange.into_result() };
            match tries.after(trouble, &self.clock) {
                Next::After(pause) => {
                    tracing::debug!(service = scope.service, ?trouble, %exchange, "another try");
                    let pause = breaker.left(trouble, self.clock.now()).map_or(pause, |left| pause.min(left));
                    let pausing = async {
                        self.clock.sleep(pause).await;
                        match trouble {
                            Trouble::Throttle => toll.again().await,
                            Trouble::Transient | Trouble::Connection => {
                                limiter.retries().take(Lane::Again).await;
                            }
                            _ => {}
                        }
                    };
                    let waiting = async {
                        let _ = select(pin!(pausing), pin!(breaker.until_given_up())).await;
                    };
                    let aging = self.clock.sleep(tries.is_signed_for(self.clock.now()));
                    if let Either::Right(_) = select(pin!(waiting), pin!(aging)).await {
                        return Err(stale());
                    }
                    request = again;
                }
                Next::Signed => return Err(stale()),
                Next::Nothing => return exchange.for_good(trouble, &breaker, tries.failures()),
            }
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
