use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use rinfra_addr::ResourceInstance;
use rinfra_change::{Opcode, Plan, ResourceChange};
use rinfra_config::Config;
use rinfra_diag::Diagnostic;
use rinfra_eval::{DesiredInstance, Evaluation, Poisoned};
use rinfra_graph::ReadyQueue;
use rinfra_provider::{Catalogue, Connection, Error, Gate, Region, ResourceType, Turn};
use rinfra_schema::Schema;
use rinfra_value::Value;
use tokio::sync::watch;

use crate::foreknowledge::Foreknowledge;
use crate::observer::{Event, Observer};
use crate::outcome::Tally;
use crate::outlook;
use crate::phase::{ApplyPhase, disagreement};
use crate::run::{Interrupt, Now};
use crate::scribe::Scribe;
use crate::shell::Shell;

/// Executes the steps of a plan, as many at once as their order allows.
pub(crate) struct Executor<'x> {
    pub(crate) plan: &'x Plan,
    pub(crate) config: &'x Config,
    pub(crate) catalogue: &'x Catalogue,
    pub(crate) phase: &'x ApplyPhase<'x>,
    /// The evaluation of what the instances have become.
    pub(crate) evaluation: &'x Evaluation<'x>,
    /// The evaluation that opens connections.
    pub(crate) providers: &'x Evaluation<'x>,
    pub(crate) foreknowledge: &'x Foreknowledge<'x>,
    pub(crate) scribe: &'x Scribe,
    pub(crate) observer: &'x dyn Observer,
    pub(crate) shell: &'x dyn Shell,
    pub(crate) interrupt: watch::Receiver<Interrupt>,
    /// The name of the run, unique among all runs.
    pub(crate) run: Arc<str>,
    pub(crate) now: Now<'x>,
    /// The instances of whose creation by an earlier run it is not known what became.
    pub(crate) doubts: HashSet<ResourceInstance>,
    /// What the programs of provisioners go through: no service holds them back.
    pub(crate) programs: Arc<Gate>,
    pub(crate) progress: RefCell<Progress>,
}

/// What has been done so far.
#[derive(Default)]
pub(crate) struct Progress {
    pub(crate) tally: Tally,
    pub(crate) skipped: Vec<ResourceInstance>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) interrupted: bool,
    /// The steps in flight.
    in_flight: HashSet<usize>,
    left_out: HashSet<ResourceInstance>,
    deposed: HashMap<ResourceInstance, String>,
}

/// A step, as those see it who do it.
#[derive(Clone, Copy)]
pub(crate) struct Job<'x> {
    /// Where it is in the graph of the plan.
    pub(crate) position: usize,
    /// The change it is a part of.
    pub(crate) change: &'x ResourceChange,
    /// How long it and what waits for it usually take: the longer, the sooner it begins.
    pub(crate) rank: u64,
}

/// Why a step did not do its work.
pub(crate) enum StepFailure {
    /// Something it needs failed, which has been reported, or the run is being stopped.
    Skipped,
    /// It failed itself.
    Failed(Box<Diagnostic>),
}

/// What came of a step.
pub(crate) enum Done {
    /// There was nothing to do after all.
    Nothing,
    /// What the step is for, to the object that this identifies.
    Something { identity: Option<String> },
}

impl StepFailure {
    pub(crate) fn reported(diagnostic: Diagnostic) -> Self {
        Self::Failed(Box::new(diagnostic))
    }
}

impl<'x> Executor<'x> {
    /// Executes everything that can be executed. One failure stops only what depends on it.
    pub(crate) async fn run(&self) {
        let Some(mut queue) = self.queue() else { return };
        let steps = self.plan.graph.nodes.iter().filter(|it| it.opcode != Opcode::Join).count();
        self.observer.observe(Event::Began { steps });
        let mut running = FuturesUnordered::new();
        let mut interrupt = self.interrupt.clone();
        loop {
            while *interrupt.borrow() == Interrupt::None
                && let Some(position) = queue.next()
            {
                let rank = queue.path(&position);
                running.push(async move {
                    let outcome = self.step(position, rank).await;
                    self.progress.borrow_mut().in_flight.remove(&position);
                    (position, outcome)
                });
            }
            tokio::select! {
                biased;
                Ok(()) = interrupt.changed() => {
                    let in_flight = self.progress.borrow().in_flight.len();
                    self.observer.observe(Event::Stopping { in_flight });
                    if *interrupt.borrow() == Interrupt::Abort {
                        break;
                    }
                    // Who waits for arguments that no step will bring any more gives up.
                    self.phase.desired.close();
                }
                finished = running.next() => match finished {
                    None => break,
                    Some((position, Ok(()))) => queue.complete(&position),
                    Some((position, Err(failure))) => {
                        self.fail(position, failure);
                        for skipped in queue.fail(&position) {
                            self.fail(skipped, StepFailure::Skipped);
                        }
                    }
                },
            }
        }
        self.progress.borrow_mut().interrupted = self.is_interrupted();
        // Whoever still waits for a result waits for a step that was never started.
        self.phase.results.close();
    }

    fn is_interrupted(&self) -> bool {
        *self.interrupt.borrow() != Interrupt::None
    }

    fn queue(&self) -> Option<ReadyQueue<usize>> {
        let queue = outlook::queue(self.plan, self.catalogue);
        if queue.is_none() {
            self.progress.borrow_mut().diagnostics.push(Diagnostic::error(
                "Invalid plan",
                "The steps of the plan wait for each other in a circle. Nothing was done.",
            ));
            self.phase.results.close();
        }
        queue
    }

    async fn step(&self, position: usize, rank: u64) -> Result<(), StepFailure> {
        let node = &self.plan.graph.nodes[position];
        if node.opcode == Opcode::Join {
            return Ok(());
        }
        let job = Job { position, change: &self.plan.changes[node.change], rank };
        let done = match node.opcode {
            Opcode::Read => self.read(job).await?,
            Opcode::Create => self.create(job).await?,
            Opcode::Update => self.update(job).await?,
            Opcode::Delete => self.delete(job).await?,
            Opcode::Forget => self.forget(job).await?,
            Opcode::Join => Done::Nothing,
        };
        let Done::Something { identity } = done else {
            self.observer.observe(Event::Unneeded { operation: position });
            return Ok(());
        };
        let tally = &mut self.progress.borrow_mut().tally;
        match node.opcode {
            Opcode::Create => tally.added += 1,
            Opcode::Update => tally.changed += 1,
            Opcode::Delete => tally.destroyed += 1,
            Opcode::Read | Opcode::Forget | Opcode::Join => {}
        }
        self.observer.observe(Event::Finished {
            operation: position,
            address: node.address.clone(),
            opcode: node.opcode,
            identity,
        });
        Ok(())
    }

    /// Tells that a step starts, now that everything is there that it needs.
    pub(crate) fn begin(&self, job: Job<'_>, opcode: Opcode) {
        let Job { position, change, .. } = job;
        self.progress.borrow_mut().in_flight.insert(position);
        // What is made has none yet: what it replaces is another object.
        let identity = if opcode == Opcode::Create { None } else { self.known_identity(change) };
        self.observer.observe(Event::Started {
            operation: position,
            address: change.address.clone(),
            opcode,
            region: change.region.clone(),
            identity,
        });
    }

    fn fail(&self, position: usize, failure: StepFailure) {
        let node = &self.plan.graph.nodes[position];
        if node.opcode == Opcode::Join {
            return;
        }
        let (address, opcode) = (node.address.clone(), node.opcode);
        if !matches!(opcode, Opcode::Delete | Opcode::Forget) {
            self.phase.results.post(&address, Err(Poisoned));
        }
        let mut progress = self.progress.borrow_mut();
        match failure {
            StepFailure::Skipped => {
                if progress.left_out.insert(address.clone()) {
                    progress.skipped.push(address.clone());
                }
                self.observer.observe(Event::Skipped { operation: position, address, opcode });
            }
            StepFailure::Failed(diagnostic) => {
                let message = diagnostic.detail.clone();
                // That the journal cannot be written is the same for everything that goes on at that moment.
                let is_told = || progress.diagnostics.iter().any(|it| it.detail == message);
                if !(self.scribe.has_failed() && is_told()) {
                    progress.diagnostics.push(*diagnostic);
                }
                self.observer.observe(Event::Failed { operation: position, address, opcode, message });
            }
        }
    }

    /// Waits until a step may begin to change something; refuses once the run is being stopped.
    pub(crate) async fn turn(
        &self,
        job: Job<'_>,
        connection: &dyn Connection,
        region: Option<&Region>,
    ) -> Result<Turn, StepFailure> {
        let turn = connection.turn(job.change.address.kind(), region, job.rank).await;
        self.go_on()?;
        Ok(turn)
    }

    /// Refuses once the run is being stopped, or cannot write down any more what it does.
    pub(crate) fn go_on(&self) -> Result<(), StepFailure> {
        let is_over = self.is_interrupted() || self.scribe.has_failed();
        if is_over { Err(StepFailure::Skipped) } else { Ok(()) }
    }

    /// Waits for the final arguments of an instance.
    pub(crate) async fn desired(&self, change: &ResourceChange) -> Result<DesiredInstance<'x>, StepFailure> {
        match self.phase.desired.take(&change.address).await {
            Some(desired) => desired.map_err(|Poisoned| StepFailure::Skipped),
            None if self.is_interrupted() => Err(StepFailure::Skipped),
            None => {
                let detail =
                    format!("The configuration no longer wants {}. Nothing was done to it.", change.address);
                Err(StepFailure::reported(disagreement(detail).address(change.address.to_string())))
            }
        }
    }

    pub(crate) async fn connection(
        &self,
        change: &ResourceChange,
    ) -> Result<Arc<dyn Connection>, StepFailure> {
        self.providers.provider(&change.provider).await.map_err(|Poisoned| StepFailure::Skipped)?;
        self.foreknowledge.connections.get(&change.provider).ok_or(StepFailure::Skipped)
    }

    pub(crate) fn schema(&self, change: &ResourceChange) -> Result<&Schema, StepFailure> {
        let (address, source) = (&change.address, &change.provider.source);
        self.catalogue.schema(source, address.mode(), address.kind()).ok_or_else(|| self.unsupported(change))
    }

    pub(crate) fn resource_type(&self, change: &ResourceChange) -> Option<&dyn ResourceType> {
        self.catalogue.get(&change.provider.source)?.resource_type(change.address.kind())
    }

    fn unsupported(&self, change: &ResourceChange) -> StepFailure {
        self.failure(change, "Executing", None, &Error::internal("this rinfra does not know the type"))
    }

    /// Returns an object of the state.
    pub(crate) fn stored(
        &self,
        change: &ResourceChange,
        deposed: Option<&str>,
    ) -> Result<Value, StepFailure> {
        let ty = self.schema(change)?.block.implied_type();
        let value = self.scribe.with_state(|state| {
            state.object(&change.address, deposed).map(|it| it.decode(&ty).map(|value| value.unmark_deep()))
        });
        match value {
            Some(Ok(value)) => Ok(value),
            Some(Err(error)) => {
                Err(self.failure(change, "Reading", None, &Error::internal(error.to_string())))
            }
            None => {
                Err(self.failure(change, "Reading", None, &Error::internal("the state no longer has it")))
            }
        }
    }

    pub(crate) fn identity(&self, change: &ResourceChange, object: &Value) -> Result<String, StepFailure> {
        self.resource_type(change).and_then(|it| it.identity(object)).ok_or_else(|| {
            let error = Error::internal("the state does not tell what identifies the object");
            self.failure(change, "Identifying", None, &error)
        })
    }

    fn known_identity(&self, change: &ResourceChange) -> Option<String> {
        self.resource_type(change)?.identity(&change.before.as_ref()?.unmark_deep())
    }

    /// Returns the failure of a step, told with the instance and its place in the configuration.
    pub(crate) fn failure(
        &self,
        change: &ResourceChange,
        verb: &str,
        desired: Option<&DesiredInstance<'_>>,
        error: &Error,
    ) -> StepFailure {
        let summary = format!("{verb} {} failed", change.address.kind());
        StepFailure::reported(match desired {
            Some(desired) => match self.schema(change) {
                Ok(schema) => desired.failure_without_secrets(&schema.block, summary, error),
                Err(_) => desired.failure(summary, error),
            },
            None => error.to_diagnostic(summary).address(change.address.to_string()),
        })
    }

    pub(crate) fn remember_deposed(&self, address: &ResourceInstance, key: &str) {
        self.progress.borrow_mut().deposed.insert(address.clone(), key.to_owned());
    }

    pub(crate) fn deposed_key(&self, address: &ResourceInstance) -> Option<String> {
        self.progress.borrow().deposed.get(address).cloned()
    }

    /// Returns a number for a deposed key that differs from run to run.
    pub(crate) fn random_key(&self, address: &ResourceInstance) -> u32 {
        let mut hasher = DefaultHasher::new();
        (&self.run, address).hash(&mut hasher);
        u32::try_from(hasher.finish() >> 32).unwrap_or_default()
    }
}
