//! The engine on a bench: configurations in memory, a cloud in memory, a state that goes from run to run.

mod crash;
mod existing;
mod outcome;
mod shell;
mod text;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rinfra_apply::{Applied, Interrupt};
use rinfra_change::Plan;
use rinfra_config::{Config, load};
use rinfra_diag::Diagnostics;
use rinfra_eval::{Inputs, UnknownRepetition};
use rinfra_lang::files::MemoryFiles;
use rinfra_lang::functions::{FunctionContext, Functions};
use rinfra_plan::{Import, Imported, Options};
use rinfra_provider::{Catalogue, Provider, Region};
use rinfra_state::State;
use rinfra_state::journal::{Folded, MemoryRecorder, Recorder, Unfinished};
use rinfra_value::Value;
use tokio::sync::watch;

use crate::memory_provider::{Cloud, MemoryProvider};

pub use outcome::{Done, Planned};
pub use shell::MemoryShell;
pub use text::{actions, errors, journal, warnings};

/// The time on the bench, which stands still: so late that nothing is waited for that may not show yet.
const NOW: u64 = 1_000_000;

/// A project on the bench: its files, its variables, its state and its cloud.
#[derive(Debug)]
pub struct Laboratory {
    /// The world outside.
    pub cloud: Cloud,
    /// The state after the last run.
    pub state: State,
    /// The operations whose end the last run did not write down.
    pub unfinished: Vec<Unfinished>,
    /// How to plan.
    pub options: Options,
    /// Where provisioners run.
    pub shell: MemoryShell,
    /// How many instances there may be.
    pub most_instances: u64,
    /// How many calls may be in flight, if that is limited.
    pub parallelism: Option<NonZeroUsize>,
    /// How long a run may take before it is said to hang.
    pub patience: Duration,
    files: BTreeMap<String, String>,
    variables: BTreeMap<Arc<str>, Value>,
    runs: usize,
}

impl Laboratory {
    /// Returns a project with this `main.tf` and nothing made yet.
    pub fn new(configuration: &str) -> Self {
        let mut laboratory = Self {
            cloud: Cloud::default(),
            state: State::new("laboratory"),
            unfinished: Vec::new(),
            options: Options::default(),
            shell: MemoryShell::default(),
            most_instances: Inputs::MOST_INSTANCES,
            parallelism: None,
            patience: Duration::from_secs(20),
            files: BTreeMap::new(),
            variables: BTreeMap::new(),
            runs: 0,
        };
        laboratory.write("main.tf", configuration);
        laboratory
    }

    /// Returns a project with these files and nothing made yet.
    pub fn with_files(files: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { files: files.into_iter().collect(), ..Self::new("") }
    }

    /// Writes a file of the configuration.
    pub fn write(&mut self, name: &str, text: &str) {
        self.files.insert(name.to_owned(), text.to_owned());
    }

    /// Sets an input variable.
    pub fn set(&mut self, name: &str, value: Value) {
        self.variables.insert(name.into(), value);
    }

    /// Limits the next plans to these Regions; none means all.
    pub fn limit(&mut self, regions: &[&str]) {
        self.options.regions = regions.iter().map(|it| Region::new(*it)).collect();
    }

    /// Plans.
    pub async fn plan(&self) -> Planned {
        let config = match self.config() {
            Ok(config) => config,
            Err(diagnostics) => return Planned { plan: None, diagnostics },
        };
        let (catalogue, functions, inputs) = (self.catalogue(), self.functions(), self.inputs());
        let request = self.request(&config, &catalogue, &functions, &inputs);
        let planned = tokio::time::timeout(self.patience, rinfra_plan::plan(request)).await;
        let (plan, diagnostics) = planned.expect("planning hangs");
        Planned { plan, diagnostics }
    }

    /// Looks up an object that is to be imported.
    ///
    /// # Panics
    /// When the configuration is wrong.
    pub async fn look_up(&self, address: &str, id: &str) -> (Option<Imported>, Diagnostics) {
        let config = self.config().unwrap_or_else(|it| panic!("{it}"));
        let (catalogue, functions, inputs) = (self.catalogue(), self.functions(), self.inputs());
        let request = self.request(&config, &catalogue, &functions, &inputs);
        let address = address.parse().unwrap_or_else(|it| panic!("{it}"));
        rinfra_plan::look_up(&request, &Import { address, id: id.to_owned() }).await
    }

    fn request<'r>(
        &'r self,
        config: &'r Config,
        catalogue: &'r Catalogue,
        functions: &'r Functions,
        inputs: &'r Inputs,
    ) -> rinfra_plan::Request<'r> {
        rinfra_plan::Request {
            config,
            catalogue,
            functions,
            inputs,
            state: &self.state,
            unfinished: &self.unfinished,
            configuration_digest: config.digest(),
            timestamp: "2026-01-01T00:00:00Z".to_owned(),
            options: self.options.clone(),
            observer: &rinfra_plan::Silent,
        }
    }

    /// Plans and executes the plan.
    ///
    /// # Panics
    /// When there is no plan.
    pub async fn apply(&mut self) -> Done {
        let plan = self.plan().await.expect();
        let (_interrupt, watched) = watch::channel(Interrupt::None);
        self.execute(plan, watched).await
    }

    /// Executes a plan.
    ///
    /// # Panics
    /// When the state is not what the journal says, or the apply hangs.
    pub async fn execute(&mut self, plan: Plan, interrupt: watch::Receiver<Interrupt>) -> Done {
        let recorder = Arc::new(MemoryRecorder::default());
        self.runs += 1;
        let applied = self.run(&plan, recorder.clone(), interrupt).await;
        let events = recorder.events();
        let mut folded = Folded::resume(self.state.clone(), self.unfinished.clone());
        events.iter().for_each(|it| folded.apply(it.clone()));
        assert_eq!(folded.state, applied.state, "the state is what the journal says");
        assert!(folded.strays.is_empty(), "events without an intent: {:?}", folded.strays);
        if !self.state.same_content(&applied.state) {
            self.state = applied.state.clone();
            self.state.serial += 1;
        }
        self.unfinished = folded.unfinished.into_values().collect();
        Done { plan, applied, events, unfinished: self.unfinished.clone() }
    }

    /// Executes a plan and remembers nothing of it.
    ///
    /// # Panics
    /// When the apply hangs.
    pub async fn run(
        &self,
        plan: &Plan,
        recorder: Arc<dyn Recorder>,
        interrupt: watch::Receiver<Interrupt>,
    ) -> Applied {
        let config = self.config().unwrap_or_else(|it| panic!("{it}"));
        let request = rinfra_apply::Request {
            plan,
            config: &config,
            catalogue: &self.catalogue(),
            functions: &self.functions(),
            inputs: &self.inputs(),
            state: self.state.clone(),
            recorder,
            unfinished: self.unfinished.clone(),
            run: format!("run-{}", self.runs).into(),
            now: &|| NOW,
            programs: NonZeroUsize::MIN.saturating_add(7),
            observer: &rinfra_apply::Silent,
            shell: &self.shell,
            interrupt,
        };
        let applied = tokio::time::timeout(self.patience, rinfra_apply::apply(request)).await;
        applied.expect("applying hangs")
    }

    fn config(&self) -> rinfra_diag::Result<Config> {
        let loaded = load(&self.memory_files(), Path::new("."));
        let mut diagnostics: Diagnostics = loaded.diagnostics;
        if !diagnostics.has_errors() {
            diagnostics.extend(loaded.config.check().into_diagnostics());
        }
        if diagnostics.has_errors() { Err(diagnostics) } else { Ok(loaded.config) }
    }

    fn memory_files(&self) -> MemoryFiles {
        self.files.iter().map(|(name, text)| (name, text.as_str())).collect()
    }

    fn functions(&self) -> Functions {
        Functions::standard(FunctionContext::new(Arc::new(self.memory_files()), "."))
    }

    /// Returns its providers.
    pub fn catalogue(&self) -> Catalogue {
        let memory: Arc<dyn Provider> = Arc::new(MemoryProvider::new(self.cloud.clone()));
        let catalogue = Catalogue::new([memory]);
        match self.parallelism {
            Some(calls) => catalogue.limited(calls),
            None => catalogue,
        }
    }

    fn inputs(&self) -> Inputs {
        Inputs {
            variables: self.variables.clone(),
            spans: BTreeMap::new(),
            workspace: "default".into(),
            working_directory: "/".into(),
            unknown_repetition: UnknownRepetition::Refused,
            most_instances: self.most_instances,
        }
    }
}
