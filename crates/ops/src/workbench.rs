mod recovering;

use std::num::NonZeroUsize;
use std::sync::Arc;

use rinfra_apply::{Applied, Interrupt, Outlook};
use rinfra_change::{Mode, Plan};
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_lang::functions::Functions;
use rinfra_plan::{Import, Imported};
use rinfra_provider::Catalogue;
use rinfra_state::journal::{Event, Recorder, Unfinished, fold};
use rinfra_state::{Output, State};
use rinfra_store::{Glance, Guard, LockRequest, Origin, Session, StateStore};
use tokio::sync::watch;

use crate::backend;
use crate::encryption;
use crate::environment::Environment;
use crate::failure::{Failure, Outcome};
use crate::last_resort;
use crate::project::{Phase, Project};
use crate::shell::Processes;
use crate::warrant::Held;
use crate::{snapshot, staleness};

/// How to apply.
#[derive(Clone, Copy, Debug)]
pub struct ApplyOptions {
    /// How many programs of provisioners may run at once.
    pub programs: NonZeroUsize,
}

impl Default for ApplyOptions {
    fn default() -> Self {
        Self { programs: NonZeroUsize::MIN.saturating_add(31) }
    }
}

impl ApplyOptions {
    /// Returns the options with a person's limit of what goes on at once, if there is one.
    pub fn within(limit: Option<NonZeroUsize>) -> Self {
        limit.map_or_else(Self::default, |programs| Self { programs })
    }
}

/// What a workbench may do with the state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Everything: nobody else has the lock.
    #[default]
    Locked,
    /// Everything, although somebody else may have the lock.
    Unlocked,
    /// Look only.
    ReadOnly,
}

/// What an apply did, after the state was written.
#[derive(Debug)]
pub struct Finished {
    /// What was done to the cloud.
    pub applied: Applied,
    /// Everything that went wrong, the writing of the state included.
    pub diagnostics: Diagnostics,
}

/// A project whose state is locked.
///
/// Dropping it releases the lock.
pub struct Workbench<'w> {
    project: &'w Project,
    catalogue: Catalogue,
    session: Arc<dyn Session>,
    state: Arc<State>,
    run: Arc<str>,
    /// The operations of an interrupted run whose end nobody knows.
    unfinished: Vec<Unfinished>,
    /// What became of the others; nothing while nobody has looked.
    account: Option<Diagnostics>,
    is_read_only: bool,
}

impl<'w> Workbench<'w> {
    /// Locks the state of a project and reads it. What an interrupted run left in the journal is recovered.
    ///
    /// *Errors*: states that are locked, cannot be read, or are of another format.
    pub async fn open(environment: &'w Environment, project: &'w Project, operation: &str) -> Outcome<Self> {
        Self::open_with(environment, project, operation, Access::Locked).await
    }

    /// Opens the state of a project.
    ///
    /// *Errors*: states that are locked by somebody else and must not be, cannot be read, or are of another format.
    pub async fn open_with(
        environment: &'w Environment,
        project: &'w Project,
        operation: &str,
        access: Access,
    ) -> Outcome<Self> {
        let store = backend::store(project).await?;
        if access != Access::ReadOnly {
            encryption::prepare(&project.config, project.seals.state()).await?;
        }
        let run: Arc<str> = uuid::Uuid::new_v4().to_string().into();
        let session: Arc<dyn Session> = match access {
            Access::Locked => Self::session(&*store, &run, operation, Guard::Needed).await?,
            Access::Unlocked => Self::session(&*store, &run, operation, Guard::Waived).await?,
            Access::ReadOnly => {
                let glance = Glance::at(&*store).await;
                Arc::new(glance.map_err(|error| Failure::of("Failed to read the state", &error))?)
            }
        };
        let state = Arc::clone(&session.opened().state);
        let is_read_only = access == Access::ReadOnly;
        let unfinished = session.opened().unfinished.clone();
        Ok(Self {
            project,
            catalogue: project.catalogue(environment),
            session,
            state,
            run,
            unfinished,
            account: None,
            is_read_only,
        })
    }

    async fn session(
        store: &dyn StateStore,
        run: &str,
        operation: &str,
        guard: Guard,
    ) -> Outcome<Arc<dyn Session>> {
        let request = LockRequest::new(run, operation).with_guard(guard);
        let session = store.lock(&request).await;
        session.map(Arc::from).map_err(|error| Failure::of("Error acquiring the state lock", &error))
    }

    /// Returns the state as it was found.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Computes a plan.
    pub async fn plan(
        &self,
        options: rinfra_plan::Options,
        observer: &dyn rinfra_plan::Observer,
    ) -> (Option<Plan>, Diagnostics) {
        let functions = self.project.functions(Phase::Planning);
        rinfra_plan::plan(self.request(&functions, options, observer)).await
    }

    /// Computes a plan, or the part of it that could be computed before or beside an error.
    pub async fn plan_in_part(
        &self,
        options: rinfra_plan::Options,
        observer: &dyn rinfra_plan::Observer,
    ) -> (Option<Plan>, Diagnostics) {
        let functions = self.project.functions(Phase::Planning);
        rinfra_plan::plan_in_part(self.request(&functions, options, observer)).await
    }

    /// Adds to a plan what it takes to show and apply it elsewhere: the configuration, and the state as refreshed.
    ///
    /// *Errors*: states that cannot be written down.
    pub async fn complete(&self, plan: &mut Plan) -> Outcome<()> {
        let failed = |error: &dyn std::error::Error| Failure::of("Failed to write plan file", error);
        let prior = rinfra_apply::refreshed(plan, &self.catalogue, State::clone(&self.state)).await;
        let mut prior = prior.map_err(|error| failed(&error))?;
        self.foresee_outputs(plan, &mut prior);
        let bytes = prior.to_json_bytes().map_err(|error| failed(&error))?;
        plan.prior_state = Some(serde_json::from_slice(&bytes).map_err(|error| failed(&error))?);
        plan.configuration = Some(snapshot::of(&self.project.config));
        plan.backend = backend::to_plan(self.project)?;
        plan.fingerprint(&staleness::contents(&self.state)?);
        Ok(())
    }

    /// Sets the root outputs whose values are known already: as in Terraform, they belong to what was before.
    fn foresee_outputs(&self, plan: &Plan, prior: &mut State) {
        let declared = &self.project.config.root().outputs;
        for (name, change) in plan.outputs.iter().filter(|_| plan.mode != Mode::Destroy) {
            match &change.after {
                None => {}
                Some(value) if !value.is_wholly_known() => {}
                Some(value) if !value.is_null() => {
                    let sensitive = declared.get(name.as_str()).is_some_and(|it| it.sensitive);
                    let output = Output { value: value.unmark_deep(), sensitive };
                    prior.outputs.insert(name.as_str().into(), output);
                }
                Some(_) => drop(prior.outputs.remove(name.as_str())),
            }
        }
    }

    /// Looks up an object that is to be imported.
    pub(crate) async fn look_up(
        &self,
        import: &Import,
        observer: &dyn rinfra_plan::Observer,
    ) -> (Option<Imported>, Diagnostics) {
        let functions = self.project.functions(Phase::Planning);
        let request = self.request(&functions, rinfra_plan::Options::default(), observer);
        rinfra_plan::look_up(&request, import).await
    }

    fn request<'r>(
        &'r self,
        functions: &'r Functions,
        options: rinfra_plan::Options,
        observer: &'r dyn rinfra_plan::Observer,
    ) -> rinfra_plan::Request<'r> {
        rinfra_plan::Request {
            config: &self.project.config,
            catalogue: &self.catalogue,
            functions,
            inputs: &self.project.inputs,
            state: &self.state,
            unfinished: &self.unfinished,
            configuration_digest: self.project.config.digest(),
            timestamp: self.project.started().to_owned(),
            options,
            observer,
        }
    }

    /// Returns the project.
    pub(crate) fn project(&self) -> &Project {
        self.project
    }

    /// Returns the session, which holds the lock.
    pub(crate) fn session_held(&self) -> &dyn Session {
        &*self.session
    }

    /// Writes down what becomes of the state, and the state that follows from it.
    ///
    /// *Errors*: when it is not certain that it is safe on disk.
    pub(crate) async fn edit(self, events: Vec<Event>) -> Outcome<()> {
        let failed = |error: &dyn std::error::Error| Failure::of("Failed to write the state", error);
        self.session.record(&events).map_err(|error| failed(&error))?;
        let mut state = fold(Arc::unwrap_or_clone(self.state), events).state;
        let written = self.session.persist(&mut state, self.session.position()).await;
        written.map_err(|error| failed(&error))?;
        Ok(())
    }

    /// Tells whether a saved plan still fits the configuration and the state.
    ///
    /// *Errors*: what has changed since the plan was made.
    pub fn verify(&self, plan: &Plan) -> Outcome<()> {
        let fingerprints = &plan.fingerprints;
        if plan.errored {
            let detail = "Planning failed, so the plan does not say everything that has to be done.";
            let diagnostic = Diagnostic::error("Cannot apply incomplete plan", detail);
            return Err(Failure::new(diagnostic, &self.project.sources));
        }
        staleness::verify_workspace(plan, &self.project.inputs.workspace)?;
        if fingerprints.configuration != self.project.config.digest() {
            return Err(staleness::stale("The configuration has changed since the plan was made."));
        }
        staleness::verify_state(plan, &self.state, self.is_new())
    }

    /// Returns the operations of interrupted runs whose end nobody knows.
    pub(crate) fn unfinished(&self) -> &[Unfinished] {
        &self.unfinished
    }

    /// Tells whether opening it added to the state what an interrupted run had recorded.
    pub(crate) fn has_recovered(&self) -> bool {
        matches!(self.session.opened().origin, Origin::Recovered { .. })
    }

    pub(crate) fn is_new(&self) -> bool {
        matches!(self.session.opened().origin, Origin::New)
    }

    /// Returns how long a plan will take; `None` when nobody can carry it out.
    pub fn outlook(&self, plan: &Plan) -> Option<Outlook> {
        Outlook::new(plan, &self.catalogue)
    }

    /// Executes a plan and writes the state.
    pub async fn apply(
        self,
        plan: &Plan,
        options: ApplyOptions,
        observer: &dyn rinfra_apply::Observer,
        interrupt: watch::Receiver<Interrupt>,
    ) -> Finished {
        let recorder: Arc<dyn Recorder> = Arc::clone(&self.session) as Arc<dyn Recorder>;
        let functions = self.project.functions(Phase::Applying { planned: &plan.timestamp });
        let warrant = Held::of(&self.session);
        let request = rinfra_apply::Request {
            plan,
            config: &self.project.config,
            catalogue: &self.catalogue,
            functions: &functions,
            inputs: &self.project.inputs,
            state: Arc::unwrap_or_clone(self.state),
            recorder,
            unfinished: self.unfinished,
            run: self.run,
            now: &recovering::now,
            programs: options.programs,
            observer,
            shell: &Processes,
            interrupt,
        };
        let mut applied = rinfra_provider::under(warrant, rinfra_apply::apply(request)).await;
        let mut diagnostics = std::mem::take(&mut applied.diagnostics);
        if plan.is_partial() {
            let detail = "The plan was about a part of the configuration only (-target or -exclude), so some of what the configuration asks for may not have been done, and outputs may not be up to date.";
            let warning = Diagnostic::warning("Applied changes may be incomplete", detail);
            diagnostics.push(warning.hint("Run `rinfra plan` to see what is left"));
        }
        let written = self.session.persist(&mut applied.state, self.session.position()).await;
        if let Err(error) = written {
            let forget = || self.session.forget_kept();
            diagnostics.push(last_resort::unwritten(self.project, &applied.state, &error, forget));
        }
        Finished { applied, diagnostics }
    }
}
