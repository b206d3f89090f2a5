//! Requests that may have made something although they failed.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;

use super::Scope;
use super::giving_up::for_good;
use super::scope::may_change;

tokio::task_local! {
    /// Set while a step makes an object.
    static MAKING: Doubt;
}

/// Whether a request of a step was sent and its answer lost, and why.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doubt(Arc<Mutex<Option<String>>>);

/// Runs a step that makes an object. After a request whose answer is lost it sends no other that changes something,
/// so that nothing is made twice.
pub(crate) async fn making<F: Future>(doubt: &Doubt, step: F) -> F::Output {
    MAKING.scope(doubt.clone(), step).await
}

/// Returns the doubt of the step that a request belongs to, if it makes an object and the request may make it.
pub(super) fn of(request: &HttpRequest, scope: &Scope) -> Option<Doubt> {
    if may_change(request, scope) { MAKING.try_with(Doubt::clone).ok() } else { None }
}

impl Doubt {
    /// Tells whether there is a doubt.
    pub(crate) fn is_there(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Raises the doubt of the step under way, if it makes an object, about a call that another step made for it.
    pub(crate) fn share(why: &str) {
        // Of what changes or deletes there is no doubt: it is done again.
        let _ = MAKING.try_with(|doubt| doubt.raise(why));
    }

    /// Tells whether there is a doubt about the step under way.
    pub(crate) fn is_raised() -> bool {
        MAKING.try_with(Self::is_there).unwrap_or_default()
    }

    /// Notes that an answer was lost.
    pub(super) fn raise(&self, why: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| why.to_owned());
    }

    /// Returns the refusal to send another request, in the form that keeps the SDK from trying again.
    pub(super) fn refusal(&self) -> Option<ConnectorError> {
        let why = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        Some(for_good(Doubtful(why)))
    }
}

/// The failure of a request that was not sent, because the one before it may have had its effect.
#[derive(Debug)]
struct Doubtful(String);

impl fmt::Display for Doubtful {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the answer was lost: {}", self.0)
    }
}

impl Error for Doubtful {}
