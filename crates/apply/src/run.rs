use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use rinfra_change::{Action, Mode, OutputChange, Plan};
use rinfra_config::Config;
use rinfra_eval::{Evaluation, Inputs, Outcome, Selection};
use rinfra_lang::functions::Functions;
use rinfra_provider::{Catalogue, Error, Gate};
use rinfra_state::journal::{Event as JournalEvent, Recorder, Unfinished};
use rinfra_state::{Output, State};
use rinfra_value::Marks;
use tokio::sync::watch;

use crate::executor::{Executor, Progress};
use crate::foreknowledge::Foreknowledge;
use crate::observer::Observer;
use crate::opener::Opener;
use crate::outcome::Applied;
use crate::phase::ApplyPhase;
use crate::preparation::record_observations;
use crate::scribe::Scribe;
use crate::shell::Shell;
use crate::{checks, doubts};

/// Whether an apply is to end early.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interrupt {
    /// It is not.
    #[default]
    None,
    /// Start nothing new; finish and record what is in flight.
    Stop,
    /// End now; what is in flight stays an unfinished intent of the journal.
    Abort,
}

/// Tells the time, in seconds since 1970.
pub type Now<'n> = &'n dyn Fn() -> u64;

/// Everything an apply needs.
pub struct Request<'r> {
    /// The plan to execute.
    pub plan: &'r Plan,
    /// The configuration the plan was made from.
    pub config: &'r Config,
    /// The providers.
    pub catalogue: &'r Catalogue,
    /// The functions expressions may call.
    pub functions: &'r Functions,
    /// Variables and other inputs of the evaluation.
    pub inputs: &'r Inputs,
    /// The state the plan was made from.
    pub state: State,
    /// Where the journal is written.
    pub recorder: Arc<dyn Recorder>,
    /// The intents an interrupted run left unfinished.
    pub unfinished: Vec<Unfinished>,
    /// The name of the run, unique among all runs.
    pub run: Arc<str>,
    /// Tells the time.
    pub now: Now<'r>,
    /// How many programs of provisioners may run at once. What limits calls is the affair of the providers.
    pub programs: NonZeroUsize,
    /// Who is told of the progress.
    pub observer: &'r dyn Observer,
    /// Where provisioners run programs.
    pub shell: &'r dyn Shell,
    /// Changes when the apply is to end early.
    pub interrupt: watch::Receiver<Interrupt>,
}

/// Returns the configuration with the resource blocks that were written for the plan, if any were.
///
/// Those that are there by now count; so does nothing that cannot be read, which then has no configuration.
fn with_generated(request: &Request<'_>) -> Option<Config> {
    let changes =
        request.plan.changes.iter().filter(|it| {
            it.action != Action::NoOp && request.config.resource(&it.address.config()).is_none()
        });
    let blocks: Vec<_> = changes.filter_map(|it| it.generated_config.as_deref()).collect();
    if blocks.is_empty() { None } else { request.config.with_generated(blocks).ok() }
}

/// Executes a plan.
///
/// Independent work goes on when something fails; what depends on it is skipped. Whatever happened is in the
/// journal and in the state that is returned.
///
/// *Assumptions*: it runs on a tokio runtime; the plan was made from this configuration and this state.
pub async fn apply(request: Request<'_>) -> Applied {
    let generated = with_generated(&request);
    let Request { plan, catalogue, functions, inputs, observer, shell, .. } = request;
    let config = generated.as_ref().unwrap_or(request.config);
    let scribe = Scribe::new(request.recorder, request.state, request.unfinished);
    let doubts = doubts::addresses(plan, &scribe.unfinished());
    let foreknowledge = Foreknowledge::new(catalogue, plan, &scribe, observer);
    let providers = Evaluation::new(config, catalogue, functions, inputs, &foreknowledge);
    let Foreknowledge { connections, ephemerals, .. } = &foreknowledge;
    let opener = Opener { catalogue, providers: &providers, connections, ephemerals };
    let left_out = foreknowledge.left_out(plan);
    let phase = ApplyPhase { left_out, ..ApplyPhase::new(catalogue, plan, opener) };
    let evaluation =
        Evaluation::new(config, catalogue, functions, inputs, &phase).of(selection(config, plan));
    let executor = Executor {
        plan,
        config,
        catalogue,
        phase: &phase,
        evaluation: &evaluation,
        providers: &providers,
        foreknowledge: &foreknowledge,
        scribe: &scribe,
        observer,
        shell,
        interrupt: request.interrupt,
        run: request.run,
        now: request.now,
        doubts,
        programs: Gate::new(request.programs),
        progress: Default::default(),
    };

    let mut unrecorded: Option<Error> = doubts::follow(plan, &scribe).await.err();
    if unrecorded.is_none() {
        unrecorded = record_observations(plan, catalogue, &scribe).await.err();
    }
    if unrecorded.is_none() {
        unrecorded = doubts::settle(plan, &scribe).await.err();
    }
    // What is imported is recorded before the first step.
    let imported = if unrecorded.is_none() { plan.counts().import } else { 0 };
    if unrecorded.is_none() {
        let executing = async {
            match plan.mode {
                Mode::Normal => {
                    let evaluate = async {
                        let outcome = evaluation.run().await;
                        phase.desired.close();
                        outcome
                    };
                    Some(phase.pace.alternate(evaluate, executor.run()).await.0)
                }
                Mode::Destroy => {
                    executor.run().await;
                    None
                }
                Mode::RefreshOnly => None,
            }
        };
        let outcome = ephemerals.accompany(executing).await;
        executor.leave_nothing_open().await;
        unrecorded = record_outputs(plan, &scribe, outcome.as_ref()).await.err();
        if unrecorded.is_none() {
            unrecorded = checks::record(plan, &scribe, &evaluation).await.err();
        }
    }

    let Progress { mut tally, skipped, diagnostics: failures, interrupted, .. } = executor.progress.take();
    tally.imported = imported;
    let unclosed = ephemerals.close().await;
    let mut diagnostics = evaluation.take_diagnostics();
    diagnostics.extend(unclosed);
    diagnostics.extend(phase.diagnostics.take());
    // What is wrong with a provider block is found by both evaluations.
    let known: Vec<_> = diagnostics.iter().cloned().collect();
    diagnostics.extend(providers.take_diagnostics().into_iter().filter(|it| !known.contains(it)));
    diagnostics.extend(foreknowledge.diagnostics.take());
    diagnostics.extend(failures);
    diagnostics.extend(unrecorded.map(|error| error.to_diagnostic("Writing the journal failed")));
    diagnostics.sort();
    let state = scribe.finish().await;
    Applied { state, diagnostics, tally, skipped, interrupted }
}

/// Returns the part of the configuration that a plan is about.
fn selection(config: &Config, plan: &Plan) -> Selection {
    match (&*plan.targets, &*plan.excludes) {
        ([], []) => Selection::default(),
        ([], excludes) => Selection::except(config, excludes),
        (targets, _) => Selection::only(config, targets),
    }
}

/// Records the root outputs that could be computed; the others keep their value.
async fn record_outputs(plan: &Plan, scribe: &Scribe, outcome: Option<&Outcome>) -> Result<(), Error> {
    let mut outputs = BTreeMap::new();
    match outcome {
        Some(outcome) => {
            for (name, output) in &outcome.outputs {
                let answer = &output.answer;
                if !answer.poisoned && answer.value.is_wholly_known() {
                    let value = answer.value.unmark_deep();
                    let recorded =
                        (!value.is_null()).then_some(Output { value, sensitive: output.sensitive });
                    outputs.insert(name.clone(), recorded);
                }
            }
            for (name, change) in plan.outputs.iter().filter(|(_, it)| it.action == Action::Delete) {
                if !outcome.outputs.contains_key(name.as_str()) && change.after.is_none() {
                    outputs.insert(Arc::from(name.as_str()), None);
                }
            }
        }
        None if plan.mode == Mode::RefreshOnly => outputs.extend(foreseen_outputs(plan)),
        None => {
            let everything_gone = scribe.with_state(|state| state.resources.is_empty());
            if everything_gone {
                outputs.extend(plan.outputs.keys().map(|it| (Arc::from(it.as_str()), None)));
            }
        }
    }
    for (name, output) in outputs {
        let unchanged = scribe.with_state(|state| state.outputs.get(&name) == output.as_ref());
        if !unchanged {
            scribe.write(JournalEvent::Output { name, output }).await?;
        }
    }
    Ok(())
}

/// Returns the root outputs as a plan says that they will be, as far as it knows.
fn foreseen_outputs(plan: &Plan) -> BTreeMap<Arc<str>, Option<Output>> {
    let output = |change: &OutputChange| match &change.after {
        None => Some(None),
        Some(value) if !value.is_wholly_known() => None,
        Some(value) if value.is_null() => Some(None),
        Some(value) => {
            let sensitive = value.marks_deep().contains(Marks::SENSITIVE);
            Some(Some(Output { value: value.unmark_deep(), sensitive }))
        }
    };
    plan.outputs.iter().filter_map(|(name, it)| Some((Arc::from(name.as_str()), output(it)?))).collect()
}
