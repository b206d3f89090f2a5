use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use rinfra_addr::{AbsResource, Mode as ResourceMode, ResourceInstance};
use rinfra_change::{Action, Mode, Observation, Reason, ResourceChange};
use rinfra_config::Removals;
use rinfra_diag::{Diagnostic, Diagnostics, Severity, Span};
use rinfra_eval::{
    Answers, Connections, DesiredInstance, DesiredProvider, Ephemerals, Poisoned, Results, Selection,
    Unanswered,
};
use rinfra_provider::{Catalogue, Region};
use rinfra_schema::Schema;
use rinfra_state::State;
use rinfra_value::{Marks, Path, Value};

use crate::dependencies::Recorded;
use crate::failures::Failures;
use crate::imports::ImportReader;
use crate::moves::Moves;
use crate::observer::Observer;
use crate::refresh::{Refresh, Slot};
use crate::region_scope::RegionScope;
use crate::run::Options;

/// How many instances of one resource are planned at a time: enough to read data sources side by side, and few
/// enough that what is evaluated for them need not be held for all of them.
const AT_ONCE: usize = 1_024;

/// The phase that answers the evaluator with what each instance will be.
pub(crate) struct Planner<'p> {
    pub(crate) mode: Mode,
    pub(crate) options: &'p Options,
    /// What the plan is about.
    pub(crate) selection: &'p Selection,
    pub(crate) catalogue: &'p Catalogue,
    pub(crate) state: &'p State,
    /// What data sources answered.
    pub(crate) answers: Answers,
    /// Where objects that are to be imported are read.
    pub(crate) imports: ImportReader,
    /// What is not to be destroyed when it is no longer wanted.
    pub(crate) removals: &'p Removals<'p>,
    /// What moved before the state became what it is here.
    pub(crate) moves: &'p Moves<'p>,
    pub(crate) recorded: &'p Recorded<'p>,
    pub(crate) connections: &'p Connections,
    pub(crate) ephemerals: &'p Ephemerals<'p>,
    pub(crate) refresh: &'p Refresh<'p>,
    pub(crate) failures: &'p Failures,
    pub(crate) scope: &'p RegionScope,
    pub(crate) observer: &'p dyn Observer,
    pub(crate) findings: RefCell<Findings>,
}

/// What planning found so far.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) changes: BTreeMap<ResourceInstance, Box<ResourceChange>>,
    /// What the instances of each resource depend on, which most of them share.
    pub(crate) dependencies: HashMap<AbsResource, Arc<BTreeSet<AbsResource>>>,
    /// The instances the configuration wants, whether they can be planned or not.
    pub(crate) wanted: BTreeSet<ResourceInstance>,
    pub(crate) deposed: Vec<ResourceChange>,
    pub(crate) observations: Vec<Observation>,
    pub(crate) diagnostics: Diagnostics,
    /// The resources whose configuration wants `create_before_destroy`.
    pub(crate) create_before_destroy: BTreeSet<AbsResource>,
    /// Instances outside the plan's Regions that do not exist yet, with their Region.
    pub(crate) missing: BTreeMap<ResourceInstance, Option<Region>>,
    /// What was opened.
    pub(crate) opened: BTreeMap<ResourceInstance, Value>,
    /// Why the data sources of `check` blocks could not be read.
    pub(crate) unread: BTreeMap<ResourceInstance, String>,
    /// What was asked for, where the plan is limited to some Regions.
    pub(crate) requests: BTreeMap<ResourceInstance, Wish>,
}

impl Findings {
    /// Returns what an instance of a resource depends on, kept once for all that depend on the same.
    fn shared(&mut self, resource: &AbsResource, set: &BTreeSet<AbsResource>) -> Arc<BTreeSet<AbsResource>> {
        match self.dependencies.get(resource) {
            Some(known) if **known == *set => Arc::clone(known),
            _ => {
                let set = Arc::new(set.clone());
                self.dependencies.insert(resource.clone(), Arc::clone(&set));
                set
            }
        }
    }
}

/// An instance as it was asked for.
pub(crate) struct Wish {
    pub(crate) config: Value,
    pub(crate) span: Span,
}

/// What was decided about one instance.
pub(crate) struct Outcome {
    pub(crate) action: Action,
    pub(crate) reason: Option<Reason>,
    pub(crate) before: Option<Value>,
    pub(crate) after: Value,
    pub(crate) replace_paths: Vec<Path>,
    /// What the provider calls the object, if the plan imports it.
    pub(crate) importing: Option<String>,
    /// The resource block that was written for it.
    pub(crate) generated_config: Option<String>,
}

#[async_trait(?Send)]
impl<'c> Results<'c> for Planner<'_> {
    async fn provider(&self, desired: DesiredProvider) -> Result<(), Poisoned> {
        match self.connections.open(self.catalogue, &desired).await {
            Ok(()) => Ok(()),
            Err(diagnostic) => self.fail(diagnostic),
        }
    }

    async fn managed(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned> {
        self.findings.borrow_mut().wanted.insert(desired.address.clone());
        match self.mode {
            Mode::Normal => self.plan_managed(&desired).await,
            Mode::RefreshOnly => self.observe_managed(&desired).await,
            Mode::Destroy => self.recall(&desired),
        }
    }

    async fn data(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned> {
        match self.mode {
            Mode::Normal | Mode::RefreshOnly => self.plan_data(&desired).await,
            Mode::Destroy => self.look_up(&desired).await,
        }
    }

    async fn ephemeral(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned>
    where
        'c: 'async_trait,
    {
        let (address, source) = (&desired.address, &desired.provider.source);
        let schema = self.catalogue.schema(source, address.mode(), address.kind()).ok_or(Poisoned)?;
        let connection = self.connections.get(&desired.provider).ok_or(Poisoned)?;
        let opened = self.ephemerals.value(&desired, &schema.block, connection).await;
        let value = opened.or_else(|diagnostic| self.fail(diagnostic))?;
        self.findings.borrow_mut().opened.insert(address.clone(), value.clone());
        Ok(value)
    }

    fn conditions(&self) -> Severity {
        match self.mode {
            Mode::Normal | Mode::Destroy => Severity::Error,
            // They are about what an apply makes, and this one makes nothing.
            Mode::RefreshOnly => Severity::Warning,
        }
    }

    fn instances_at_once(&self) -> usize {
        AT_ONCE
    }

    fn unread(&self, address: &ResourceInstance) -> Option<String> {
        self.findings.borrow().unread.get(address).cloned()
    }

    fn left_out(&self, address: &ResourceInstance) -> Option<Value> {
        let slot = (address.clone(), None);
        Some(self.as_stored(&slot, self.refresh.stored(&slot)?.clone()))
    }

    fn unanswered(&self, what: Unanswered<'_>) {
        let known = self.refresh.slots().map(|(address, _)| address).filter(|it| what.contains(it));
        self.findings.borrow_mut().wanted.extend(known.cloned());
    }
}

impl Planner<'_> {
    /// Answers while everything is to be deleted, when only provider configurations ask: with what the state has.
    fn recall(&self, desired: &DesiredInstance<'_>) -> Result<Value, Poisoned> {
        let (address, source) = (&desired.address, &desired.provider.source);
        let schema = self.catalogue.schema(source, address.mode(), address.kind()).ok_or(Poisoned)?;
        let stored = self.refresh.stored(&(address.clone(), None)).cloned();
        Ok(match stored {
            Some(stored) => desired.mark(&schema.block, stored),
            None => desired.proposal(&schema.block),
        })
    }

    async fn look_up(&self, desired: &DesiredInstance<'_>) -> Result<Value, Poisoned> {
        let (address, source) = (&desired.address, &desired.provider.source);
        let schema = self.catalogue.schema(source, address.mode(), address.kind()).ok_or(Poisoned)?;
        let connection = self.connections.get(&desired.provider).ok_or(Poisoned)?;
        if !desired.config.is_wholly_known() {
            return Ok(desired.proposal(&schema.block));
        }
        let region = connection.region(address.kind(), Some(&desired.config.unmark_deep()));
        self.read_data(desired, connection.as_ref(), region.as_ref(), schema).await
    }

    /// Returns the value of an object with its secrets where the state says that there are some.
    pub(crate) fn as_stored(&self, slot: &Slot, value: Value) -> Value {
        let paths = self.refresh.sensitive_paths(slot).iter();
        let marks: Vec<_> = paths.map(|it| (it.clone(), Marks::SENSITIVE)).collect();
        value.mark_paths(&marks)
    }

    /// Reports an error.
    pub(crate) fn fail<T>(&self, diagnostic: Diagnostic) -> Result<T, Poisoned> {
        self.findings.borrow_mut().diagnostics.push(diagnostic);
        Err(Poisoned)
    }

    /// Tells whether one of these resources is about to change, or is to come from elsewhere.
    pub(crate) fn has_pending(&self, resources: &BTreeSet<AbsResource>) -> bool {
        let findings = self.findings.borrow();
        let pending =
            |it: &ResourceChange| it.action != Action::NoOp && resources.contains(&it.address.resource);
        let changes = !resources.is_empty() && findings.changes.values().any(|it| pending(it));
        drop(findings);
        changes || self.is_missing(resources)
    }

    /// Tells whether one of these resources is outside the plan's Regions and not there yet.
    pub(crate) fn is_missing(&self, resources: &BTreeSet<AbsResource>) -> bool {
        let findings = self.findings.borrow();
        !resources.is_empty() && findings.missing.keys().any(|it| resources.contains(&it.resource))
    }

    /// Notes that an object is not as the state says; `after` is `None` when it is gone.
    pub(crate) fn note_observation(
        &self,
        (address, deposed): &Slot,
        stored: &Value,
        after: Option<Value>,
        schema: &Schema,
    ) {
        self.findings.borrow_mut().observations.push(Observation {
            address: address.clone(),
            deposed: deposed.clone(),
            before: stored.clone(),
            after,
            schema_version: schema.version,
        });
    }

    /// Notes what becomes of an instance that the configuration wants, and returns the value it will have.
    pub(crate) fn note_change(
        &self,
        desired: &DesiredInstance<'_>,
        schema: &Schema,
        region: Option<Region>,
        outcome: Outcome,
    ) -> Value {
        let mut findings = self.findings.borrow_mut();
        let create_before_destroy = desired.resource.lifecycle.create_before_destroy == Some(true);
        if create_before_destroy {
            findings.create_before_destroy.insert(desired.address.resource.clone());
        }
        // A data source that was read is as if it had always been where it is.
        let is_read = desired.address.mode() == ResourceMode::Data && outcome.action == Action::NoOp;
        let previous_address = self.moves.origin(&desired.address).filter(|_| !is_read).cloned();
        let before = outcome.before.map(|it| self.as_stored(&(desired.address.clone(), None), it));
        // What does not change is kept once.
        let after = match &before {
            Some(before) if *before == outcome.after => before.clone(),
            _ => outcome.after,
        };
        let change = ResourceChange {
            address: desired.address.clone(),
            previous_address,
            importing: outcome.importing,
            generated_config: outcome.generated_config,
            deposed: None,
            provider: desired.provider.clone(),
            region,
            action: outcome.action,
            reason: outcome.reason,
            before,
            after: Some(after.clone()),
            replace_paths: outcome.replace_paths,
            dependencies: findings.shared(&desired.address.resource, &desired.dependencies),
            prior_dependencies: self.recorded.of(&desired.address, None),
            recorded_dependencies: Arc::default(),
            create_before_destroy,
            left_alone: false,
            verifies_check: desired.resource.check.is_some(),
            schema_version: schema.version,
        };
        findings.changes.insert(desired.address.clone(), Box::new(change));
        if self.scope.is_limited() {
            let wish = Wish { config: desired.config.clone(), span: desired.span().clone() };
            findings.requests.insert(desired.address.clone(), wish);
        }
        after
    }

    /// Keeps an instance and its record as they are, because nothing can be decided about it.
    pub(crate) fn leave_alone(
        &self,
        desired: &DesiredInstance<'_>,
        schema: &Schema,
        region: Option<Region>,
        value: Value,
    ) -> Value {
        let after = desired.mark(&schema.block, value.clone());
        let outcome = Outcome {
            action: Action::NoOp,
            reason: None,
            before: Some(value),
            after,
            replace_paths: Vec::new(),
            importing: None,
            generated_config: None,
        };
        let after = self.note_change(desired, schema, region, outcome);
        if let Some(change) = self.findings.borrow_mut().changes.get_mut(&desired.address) {
            change.left_alone = true;
        }
        after
    }
}
