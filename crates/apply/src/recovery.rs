//! What became of the operations that an earlier run was interrupted in.

mod account;
mod outcome;
mod resolver;
mod unmarking;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rinfra_addr::ProviderConfig;
use rinfra_config::Config;
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_eval::{Evaluation, Inputs};
use rinfra_lang::functions::Functions;
use rinfra_provider::{Catalogue, Error};
use rinfra_state::State;
use rinfra_state::journal::{Recorder, Unfinished};

use crate::foreknowledge::Foreknowledge;
use crate::observer::Observer;
use crate::run::Now;
use crate::scribe::Scribe;

pub(crate) use account::account;
pub use account::report;
pub(crate) use resolver::Resolver;
pub(crate) use unmarking::unmark;

/// Everything a recovery needs.
pub struct Recovery<'r> {
    /// The configuration, whose provider configurations are used.
    pub config: &'r Config,
    /// The providers.
    pub catalogue: &'r Catalogue,
    /// The functions expressions may call.
    pub functions: &'r Functions,
    /// Variables and other inputs of the evaluation.
    pub inputs: &'r Inputs,
    /// The state as it is now.
    pub state: State,
    /// Where the journal is written.
    pub recorder: Arc<dyn Recorder>,
    /// The intents an interrupted run left unfinished.
    pub unfinished: Vec<Unfinished>,
    /// Tells the time.
    pub now: Now<'r>,
    /// Who is told of the progress.
    pub observer: &'r dyn Observer,
}

/// What a recovery came to.
#[derive(Debug)]
pub struct Recovered {
    /// The state after it.
    pub state: State,
    /// What could not be looked up, and whose marks could not be taken away.
    pub unfinished: Vec<Unfinished>,
    /// The account of it.
    pub diagnostics: Diagnostics,
}

/// Finds out what became of interrupted operations, and records it.
///
/// What they made is in the state afterwards; what cannot be looked up stays unfinished. Nothing is made, changed
/// or deleted but the marks by which objects were found.
///
/// *Assumptions*: it runs on a tokio runtime.
pub async fn recover(request: Recovery<'_>) -> Recovered {
    let Recovery { config, catalogue, functions, inputs, observer, now, .. } = request;
    let scribe = Scribe::new(request.recorder, request.state, request.unfinished.clone());
    let foreknowledge = Foreknowledge::of_state(catalogue, &scribe, observer);
    let providers = Evaluation::new(config, catalogue, functions, inputs, &foreknowledge);
    let recovering = async {
        let closed = open(&providers, &foreknowledge, &request.unfinished).await;
        let connections = &foreknowledge.connections;
        let resolver = Resolver { catalogue, connections, scribe: &scribe, closed: &closed, now };
        let doubts = request.unfinished.into_iter().filter(|it| !it.is_marked_only).collect();
        let mut diagnostics = match resolver.resolve(doubts).await {
            Ok(resolved) => account(&resolved),
            Err(error) => error.to_diagnostic("Writing the journal failed").into(),
        };
        diagnostics.extend(unmark(connections, &scribe).await);
        diagnostics
    };
    let mut diagnostics = foreknowledge.ephemerals.accompany(recovering).await;
    diagnostics.extend(foreknowledge.ephemerals.close().await);
    drop(providers);
    let state = scribe.finish().await;
    Recovered { state, unfinished: scribe.unfinished(), diagnostics }
}

/// Opens the connections that operations were made through, and returns why those that cannot be opened cannot.
async fn open(
    providers: &Evaluation<'_>,
    foreknowledge: &Foreknowledge<'_>,
    unfinished: &[Unfinished],
) -> BTreeMap<ProviderConfig, Error> {
    let wanted: BTreeSet<&ProviderConfig> = unfinished.iter().map(|it| &it.intent.provider).collect();
    let mut closed = BTreeMap::new();
    for provider in wanted {
        let is_there = providers.has_provider_instance(provider).await;
        if is_there && providers.provider(provider).await.is_ok() {
            continue;
        }
        let found = providers.take_diagnostics().into_iter().chain(foreknowledge.diagnostics.take());
        let reasons: Vec<Diagnostic> = found.filter(Diagnostic::is_error).collect();
        closed.insert(provider.clone(), reason(provider, &reasons));
    }
    closed
}

fn reason(provider: &ProviderConfig, reasons: &[Diagnostic]) -> Error {
    let Some(first) = reasons.first() else {
        let message = format!("the configuration does not have {provider} any more");
        return Error::internal(message).with_hint("put the provider block back until it has been looked up");
    };
    let error = Error::internal(format!("{}: {}", first.summary, first.detail));
    match &first.hint {
        Some(hint) => error.with_hint(hint.clone()),
        None => error,
    }
}
