//! Endpoints that are out of order: noticed once, by all calls together.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures::future::{pending, select_all};
use tokio::sync::Notify;

use super::giving_up::Unreachable;
use super::scope::Scope;
use crate::classify::Trouble;

/// How long an endpoint may give nobody an answer: about as long as it takes to tell an outage from a bad moment.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a service may do nothing but fail that has answered before.
const PATIENCE_WITH_ACQUAINTANCES: Duration = Duration::from_secs(120);
/// How long a service may give nobody an answer where others of its Region were given up already.
const PATIENCE_WITH_COMPANIONS: Duration = Duration::from_secs(5);
/// How many calls have to fail at least.
const AT_LEAST: u32 = 3;
/// How long after an endpoint was given up, and after each look since, somebody looks again.
const LOOK_AGAIN: Duration = Duration::from_secs(15);

/// All endpoints, whoever calls them: which account it is for does not matter to a connection.
#[derive(Debug, Default)]
pub(crate) struct Breakers(Mutex<Everywhere>);

#[derive(Debug, Default)]
struct Everywhere {
    breakers: HashMap<(Scope, Arc<str>), Arc<Breaker>>,
    /// How many endpoints of each Region are given up.
    regions: HashMap<String, Arc<AtomicUsize>>,
}

/// An endpoint of a service in a Region.
#[derive(Debug)]
pub(crate) struct Breaker {
    endpoint: Arc<str>,
    /// How many endpoints of the Region are given up.
    in_region: Arc<AtomicUsize>,
    state: Mutex<State>,
    given_up: Notify,
}

#[derive(Debug, Default)]
struct State {
    has_answered: bool,
    /// Since nobody got an answer.
    failing: Option<Failing>,
}

#[derive(Debug)]
struct Failing {
    since: Instant,
    failures: u32,
    /// Why it was given up, and when somebody may look again.
    given_up: Option<(Unreachable, Instant)>,
}

impl Breakers {
    /// Returns the endpoint a request is for.
    pub(super) fn of(&self, scope: &Scope, uri: &str) -> Arc<Breaker> {
        let endpoint = endpoint(uri);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Everywhere { breakers, regions } = &mut *all;
        let breaker = breakers.entry((scope.clone(), Arc::from(endpoint)));
        let mut in_region = || Arc::clone(regions.entry(scope.region.clone()).or_default());
        Arc::clone(breaker.or_insert_with(|| Arc::new(Breaker::new(endpoint, in_region()))))
    }
}

impl Breakers {
    /// Waits until an endpoint of a service in a Region is given up; of those that were asked so far.
    pub(super) async fn until_given_up(&self, scope: &Scope) {
        let asked: Vec<_> = {
            let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let of_scope = all.breakers.iter().filter(|((it, _), _)| it == scope);
            of_scope.map(|(_, breaker)| Arc::clone(breaker)).collect()
        };
        if asked.is_empty() {
            return pending().await;
        }
        let waiting = asked.iter().map(|it| Box::pin(it.until_given_up()));
        select_all(waiting).await;
    }
}

/// Returns the part of an address that says where: `https://host:port`.
fn endpoint(uri: &str) -> &str {
    let start = uri.find("://").map_or(0, |it| it + 3);
    let end = uri[start..].find(['/', '?']).map_or(uri.len(), |it| start + it);
    &uri[..end]
}

impl Breaker {
    fn new(endpoint: &str, in_region: Arc<AtomicUsize>) -> Self {
        Self { endpoint: Arc::from(endpoint), in_region, state: Mutex::default(), given_up: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a call through, unless the endpoint was given up and it is not time to look again.
    ///
    /// *Errors*: why it was given up.
    pub(super) fn admit(&self, now: Instant) -> Result<(), Unreachable> {
        let mut state = self.state();
        let Some((why, again)) = state.failing.as_mut().and_then(|it| it.given_up.as_mut()) else {
            return Ok(());
        };
        if now < *again {
            return Err(why.clone());
        }
        *again = now + LOOK_AGAIN;
        Ok(())
    }

    /// Learns that somebody got an answer, be it a refusal.
    pub(super) fn answered(&self) {
        let mut state = self.state();
        state.has_answered = true;
        if state.failing.take().is_some_and(|it| it.given_up.is_some()) {
            self.in_region.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Learns that a call that began then got no answer.
    ///
    /// *Errors*: why the endpoint is given up, if that is so.
    pub(super) fn failed(
        &self,
        trouble: Trouble,
        began: Instant,
        now: Instant,
        why: impl FnOnce() -> String,
    ) -> Result<(), Unreachable> {
        let mut state = self.state();
        let patience = self.patience(&state, trouble);
        let failing = state.failing.get_or_insert(Failing { since: began, failures: 0, given_up: None });
        failing.failures += 1;
        if let Some((unreachable, _)) = &failing.given_up {
            return Err(unreachable.clone());
        }
        if failing.failures < AT_LEAST || now.saturating_duration_since(failing.since) < patience {
            return Ok(());
        }
        let unreachable = Unreachable { endpoint: Arc::clone(&self.endpoint), why: why() };
        tracing::warn!(endpoint = &*self.endpoint, why = unreachable.why, "given up for now");
        failing.given_up = Some((unreachable.clone(), now + LOOK_AGAIN));
        drop(state);
        self.in_region.fetch_add(1, Ordering::Relaxed);
        self.given_up.notify_waiters();
        Err(unreachable)
    }

    /// Returns how long the endpoint has left before it is given up.
    pub(super) fn left(&self, trouble: Trouble, now: Instant) -> Option<Duration> {
        let state = self.state();
        let since = state.failing.as_ref()?.since;
        Some((since + self.patience(&state, trouble)).saturating_duration_since(now))
    }

    /// Waits until the endpoint is given up.
    pub(super) async fn until_given_up(&self) {
        let news = self.given_up.notified();
        let is_given_up = |state: &State| state.failing.as_ref().is_some_and(|it| it.given_up.is_some());
        if !is_given_up(&self.state()) {
            news.await;
        }
    }

    fn patience(&self, state: &State, trouble: Trouble) -> Duration {
        match trouble {
            _ if !state.has_answered && self.in_region.load(Ordering::Relaxed) > 0 => {
                PATIENCE_WITH_COMPANIONS
            }
            Trouble::Connection => PATIENCE,
            _ if state.has_answered => PATIENCE_WITH_ACQUAINTANCES,
            _ => PATIENCE,
        }
    }

    /// Returns what is said of the endpoint after a failure.
    pub(super) fn unreachable(&self, why: String) -> Unreachable {
        Unreachable { endpoint: Arc::clone(&self.endpoint), why }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        AT_LEAST, Breaker, Breakers, Duration, Instant, LOOK_AGAIN, PATIENCE, PATIENCE_WITH_ACQUAINTANCES,
        PATIENCE_WITH_COMPANIONS, Scope, Trouble, endpoint,
    };

    const SECOND: Duration = Duration::from_secs(1);

    fn scope(region: &str) -> Scope {
        Scope { service: "ec2".to_owned(), region: region.to_owned() }
    }

    /// Fails once a second, and returns after how many seconds the endpoint is given up.
    fn given_up_after(trouble: Trouble, has_answered: bool) -> Duration {
        let breaker = Breakers::default().of(&scope("far"), "https://far/");
        if has_answered {
            breaker.answered();
        }
        time_to_give_up(&breaker, trouble)
    }

    fn time_to_give_up(breaker: &Breaker, trouble: Trouble) -> Duration {
        let start = Instant::now();
        for second in 0..1000 {
            let now = start + SECOND * second;
            if breaker.failed(trouble, now, now, || "reset".to_owned()).is_err() {
                return now - start;
            }
        }
        panic!("it is never given up");
    }

    #[test]
    fn what_gives_nobody_an_answer_is_given_up() {
        assert_eq!(given_up_after(Trouble::Connection, false), PATIENCE);
        assert_eq!(given_up_after(Trouble::Connection, true), PATIENCE);
        assert_eq!(given_up_after(Trouble::Transient, false), PATIENCE);
        assert_eq!(given_up_after(Trouble::Transient, true), PATIENCE_WITH_ACQUAINTANCES);
    }

    #[test]
    fn a_region_is_noticed_by_its_first_service() {
        let breakers = Breakers::default();
        let service = |name: &str, region: &str| {
            let scope = Scope { service: name.to_owned(), region: region.to_owned() };
            breakers.of(&scope, &format!("https://{name}.{region}/"))
        };
        let (first, second, known) = (service("sts", "far"), service("ec2", "far"), service("s3", "far"));
        known.answered();
        assert_eq!(time_to_give_up(&first, Trouble::Connection), PATIENCE);
        assert_eq!(time_to_give_up(&second, Trouble::Transient), PATIENCE_WITH_COMPANIONS);
        assert_eq!(time_to_give_up(&known, Trouble::Connection), PATIENCE, "it has answered");
        assert_eq!(time_to_give_up(&service("ec2", "near"), Trouble::Connection), PATIENCE);
        [first, second, known].iter().for_each(|it| it.answered());
        assert_eq!(time_to_give_up(&service("logs", "far"), Trouble::Connection), PATIENCE, "all is well");
    }

    #[test]
    fn an_answer_is_a_new_beginning() {
        let breaker = Breakers::default().of(&scope("far"), "https://far/");
        let start = Instant::now();
        for second in 0..100 {
            let now = start + SECOND * second;
            assert!(breaker.failed(Trouble::Connection, now, now, String::new).is_ok());
            if second % 20 == 19 {
                breaker.answered();
            }
        }
    }

    #[test]
    fn a_few_slow_failures_are_no_outage() {
        let breaker = Breakers::default().of(&scope("far"), "https://far/");
        let start = Instant::now();
        for failure in 1..AT_LEAST {
            let now = start + PATIENCE * failure;
            assert!(breaker.failed(Trouble::Transient, start, now, String::new).is_ok());
        }
        assert!(breaker.failed(Trouble::Transient, start, start + PATIENCE * 9, String::new).is_err());
    }

    #[test]
    fn what_was_given_up_is_looked_at_now_and_then() {
        let breakers = Breakers::default();
        let breaker = breakers.of(&scope("far"), "https://far/?Action=x");
        let now = Instant::now();
        for _ in 0..AT_LEAST {
            let _ = breaker.failed(Trouble::Connection, now - PATIENCE, now, || "reset".to_owned());
        }
        let told = breakers.of(&scope("far"), "https://far/b").admit(now).expect_err("given up");
        assert_eq!(told.to_string(), "https://far cannot be reached: reset");
        assert!(breakers.of(&scope("near"), "https://far/").admit(now).is_ok(), "another Region");
        assert!(breakers.of(&scope("far"), "https://other/").admit(now).is_ok(), "another endpoint");
        let later = now + LOOK_AGAIN;
        assert!(breaker.admit(later).is_ok(), "one looks");
        assert!(breaker.admit(later).is_err(), "and no other meanwhile");
        assert!(breaker.failed(Trouble::Connection, later, later, String::new).is_err(), "once");
        assert!(breaker.admit(later + LOOK_AGAIN).is_ok());
        breaker.answered();
        assert!(breaker.admit(later).is_ok(), "it is back");
    }

    #[tokio::test]
    async fn who_waits_hears_of_it() {
        let breaker = Breakers::default().of(&scope("far"), "https://far/");
        let now = Instant::now();
        let fail = async {
            for _ in 0..AT_LEAST {
                tokio::task::yield_now().await;
                let _ = breaker.failed(Trouble::Connection, now - PATIENCE, now, String::new);
            }
        };
        futures::join!(breaker.until_given_up(), breaker.until_given_up(), fail);
        breaker.until_given_up().await;
    }

    #[test]
    fn an_endpoint_is_scheme_host_and_port() {
        let cases = [
            ("http://127.0.0.1:1/?Action=x", "http://127.0.0.1:1"),
            ("https://a.b?x", "https://a.b"),
            ("https://a.b", "https://a.b"),
        ];
        for (uri, expected) in cases {
            assert_eq!(endpoint(uri), expected);
        }
    }
}
