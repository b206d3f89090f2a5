use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use rinfra_addr::{AbsResource, ProviderConfig, ResourceInstance};
use rinfra_change::{Action, Observation, Reason, ResourceChange};
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_eval::{Connections, DesiredInstance, DesiredProvider, Poisoned, Results};
use rinfra_provider::{Catalogue, Connection, Region, ResourceType};
use rinfra_schema::{Schema, planning};
use rinfra_state::State;
use rinfra_value::{Marks, Path, Value};

use crate::decision::{Circumstances, decide};
use crate::dependencies;
use crate::observer::{Event, Observer};
use crate::refresh::{Failures, Observed, Refresh};
use crate::region_scope::RegionScope;

/// The phase that answers the evaluator with what each instance will be.
pub(crate) struct Planner<'p> {
    pub(crate) catalogue: &'p Catalogue,
    pub(crate) state: &'p State,
    pub(crate) connections: &'p Connections,
    pub(crate) refresh: &'p Refresh<'p>,
    pub(crate) failures: &'p Failures,
    pub(crate) scope: &'p RegionScope,
    pub(crate) observer: &'p dyn Observer,
    pub(crate) findings: RefCell<Findings>,
}

/// What planning found so far.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) changes: BTreeMap<ResourceInstance, ResourceChange>,
    pub(crate) deposed: Vec<ResourceChange>,
    pub(crate) observations: Vec<Observation>,
    pub(crate) diagnostics: Diagnostics,
    /// The resources whose configuration wants `create_before_destroy`.
    pub(crate) create_before_destroy: BTreeSet<AbsResource>,
    /// Instances outside the plan's Regions that do not exist yet, with their Region.
    pub(crate) missing_outside: BTreeMap<ResourceInstance, Option<Region>>,
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
        let (connection, resource_type) = self.resource_type(&desired)?;
        let schema = resource_type.schema();
        let marks = all_marks(schema, &desired.config);
        let config = desired.config.unmark_deep();
        let region = connection.region(desired.address.kind(), Some(&config));
        let slot = (desired.address.clone(), None);
        let observed = match self.refresh.stored(&slot) {
            None => None,
            Some(stored) => match self.refresh.observed(&slot, self.failures).await {
                Some(observed) => Some((stored, observed)),
                // Reading it failed, which has been reported; nothing can be decided.
                None => return Err(Poisoned),
            },
        };
        if !self.scope.contains(region.as_ref()) {
            return self.leave_outside(&desired, schema, region, observed.map(|it| it.1), &marks);
        }
        let prior = match observed {
            None => None,
            Some((_, Observed::Unobserved(value) | Observed::Outside(value))) => {
                return Ok(self.leave_alone(&desired, schema, region, value, &marks));
            }
            Some((stored, Observed::Gone)) => {
                self.note_observation(&desired.address, stored, None, schema);
                None
            }
            Some((stored, Observed::Found(value))) => {
                if *stored != value {
                    self.note_observation(&desired.address, stored, Some(value.clone()), schema);
                }
                Some(value)
            }
        };
        self.refuse_missing_outside(&desired, region.as_ref())?;
        let config = desired.effective_config(&schema.block, prior.as_ref());
        let decision = decide(&Circumstances {
            kind: desired.address.kind(),
            schema,
            connection: connection.as_ref(),
            prior: prior.as_ref(),
            tainted: self.refresh.is_tainted(&slot),
            config: &config,
        });
        let decision = match decision {
            Ok(decision) => decision,
            Err(error) => {
                let diagnostic = error.to_diagnostic(format!("Planning {} failed", desired.address.kind()));
                return self.fail(diagnostic.at(desired.span().clone()).address(desired.address.to_string()));
            }
        };
        if decision.action.is_replace() && desired.resource.lifecycle.prevent_destroy {
            return self.fail(protected(&desired, &decision.replace_paths));
        }
        let after = decision.after.mark_paths(&marks);
        self.note_change(
            &desired,
            schema,
            region,
            ResourceOutcome {
                action: decision.action,
                reason: decision.reason,
                before: prior,
                after: after.clone(),
                replace_paths: decision.replace_paths,
            },
        );
        Ok(after)
    }

    async fn data(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned> {
        let kind = desired.address.kind().clone();
        let Some(connection) = self.connections.get(&desired.provider) else { return Err(Poisoned) };
        let data_source = self.catalogue.get(&desired.provider.source).and_then(|it| it.data_source(&kind));
        let Some(schema) = data_source.map(|it| it.schema()) else { return Err(Poisoned) };
        let marks = all_marks(schema, &desired.config);
        let config = desired.config.unmark_deep();
        let region = connection.region(&kind, Some(&config));
        let pending = self.has_pending(&desired.explicit_dependencies);
        if pending || !config.is_wholly_known() {
            let reason =
                if pending { Reason::ReadBecauseDependencyPending } else { Reason::ReadBecauseConfigUnknown };
            let after = planning::propose(&schema.block, None, &config).mark_paths(&marks);
            self.note_change(
                &desired,
                schema,
                region,
                ResourceOutcome {
                    action: Action::Read,
                    reason: Some(reason),
                    before: None,
                    after: after.clone(),
                    replace_paths: Vec::new(),
                },
            );
            return Ok(after);
        }
        self.observer.observe(Event::Reading(desired.address.clone()));
        let read = connection.read_data(&kind, &config).await;
        self.observer.observe(Event::Read(desired.address.clone()));
        match read {
            Ok(value) => {
                let value = value.mark_paths(&marks);
                self.note_change(
                    &desired,
                    schema,
                    region,
                    ResourceOutcome {
                        action: Action::NoOp,
                        reason: None,
                        before: Some(value.unmark_deep()),
                        after: value.clone(),
                        replace_paths: Vec::new(),
                    },
                );
                Ok(value)
            }
            Err(error) => {
                let diagnostic = error.to_diagnostic(format!("Reading data source {kind} failed"));
                self.fail(diagnostic.at(desired.span().clone()).address(desired.address.to_string()))
            }
        }
    }
}

/// What was decided about one instance.
struct ResourceOutcome {
    action: Action,
    reason: Option<Reason>,
    before: Option<Value>,
    after: Value,
    replace_paths: Vec<Path>,
}

impl Planner<'_> {
    fn resource_type(
        &self,
        desired: &DesiredInstance<'_>,
    ) -> Result<(std::sync::Arc<dyn Connection>, &dyn ResourceType), Poisoned> {
        let connection = self.connections.get(&desired.provider).ok_or(Poisoned)?;
        let provider = self.catalogue.get(&desired.provider.source).ok_or(Poisoned)?;
        Ok((connection, provider.resource_type(desired.address.kind()).ok_or(Poisoned)?))
    }

    fn fail<T>(&self, diagnostic: Diagnostic) -> Result<T, Poisoned> {
        self.findings.borrow_mut().diagnostics.push(diagnostic);
        Err(Poisoned)
    }

    fn has_pending(&self, resources: &BTreeSet<AbsResource>) -> bool {
        let findings = self.findings.borrow();
        let pending =
            |it: &ResourceChange| it.action != Action::NoOp && resources.contains(&it.address.resource);
        !resources.is_empty() && findings.changes.values().any(pending)
    }

    fn note_observation(
        &self,
        address: &ResourceInstance,
        stored: &Value,
        after: Option<Value>,
        schema: &Schema,
    ) {
        self.findings.borrow_mut().observations.push(Observation {
            address: address.clone(),
            deposed: None,
            before: stored.clone(),
            after,
            schema_version: schema.version,
        });
    }

    fn note_change(
        &self,
        desired: &DesiredInstance<'_>,
        schema: &Schema,
        region: Option<Region>,
        outcome: ResourceOutcome,
    ) {
        let mut findings = self.findings.borrow_mut();
        let create_before_destroy = desired.resource.lifecycle.create_before_destroy == Some(true);
        if create_before_destroy {
            findings.create_before_destroy.insert(desired.address.resource.clone());
        }
        let change = ResourceChange {
            address: desired.address.clone(),
            previous_address: None,
            deposed: None,
            provider: desired.provider.clone(),
            region,
            action: outcome.action,
            reason: outcome.reason,
            before: outcome.before,
            after: Some(outcome.after),
            replace_paths: outcome.replace_paths,
            dependencies: desired.dependencies.clone(),
            prior_dependencies: dependencies::recorded(self.state, &desired.address, None),
            recorded_dependencies: Vec::new(),
            create_before_destroy,
            schema_version: schema.version,
        };
        findings.changes.insert(desired.address.clone(), change);
    }

    /// Keeps an instance as the state has it because it could not be observed.
    fn leave_alone(
        &self,
        desired: &DesiredInstance<'_>,
        schema: &Schema,
        region: Option<Region>,
        value: Value,
        marks: &[(Path, Marks)],
    ) -> Value {
        let after = value.clone().mark_paths(marks);
        self.note_change(
            desired,
            schema,
            region,
            ResourceOutcome {
                action: Action::NoOp,
                reason: None,
                before: Some(value),
                after: after.clone(),
                replace_paths: Vec::new(),
            },
        );
        after
    }

    /// Answers for an instance outside the plan's Regions: with what the state knows, or not at all.
    fn leave_outside(
        &self,
        desired: &DesiredInstance<'_>,
        schema: &Schema,
        region: Option<Region>,
        observed: Option<Observed>,
        marks: &[(Path, Marks)],
    ) -> Result<Value, Poisoned> {
        match observed {
            Some(Observed::Found(value) | Observed::Unobserved(value) | Observed::Outside(value)) => {
                Ok(self.leave_alone(desired, schema, region, value, marks))
            }
            Some(Observed::Gone) | None => {
                self.findings.borrow_mut().missing_outside.insert(desired.address.clone(), region);
                Ok(planning::propose(&schema.block, None, &desired.config.unmark_deep()).mark_paths(marks))
            }
        }
    }

    /// Reports an instance that needs something outside the plan's Regions that does not exist yet.
    fn refuse_missing_outside(
        &self,
        desired: &DesiredInstance<'_>,
        region: Option<&Region>,
    ) -> Result<(), Poisoned> {
        let diagnostic = {
            let findings = self.findings.borrow();
            let missing: Vec<_> = findings
                .missing_outside
                .iter()
                .filter(|(address, _)| desired.dependencies.contains(&address.resource))
                .collect();
            if missing.is_empty() {
                return Ok(());
            }
            let list: Vec<_> = missing
                .iter()
                .map(|(address, region)| match region {
                    Some(region) => format!("{address} ({region})"),
                    None => address.to_string(),
                })
                .collect();
            let regions: BTreeSet<_> =
                missing.iter().filter_map(|(_, region)| region.as_ref().map(ToString::to_string)).collect();
            let flags: Vec<_> = regions.iter().map(|it| format!("--region {it}")).collect();
            let place = region.map_or_else(String::new, |it| format!(" ({it})"));
            Diagnostic::error(
                "Needed outside the chosen Regions",
                format!("{}{place} needs what does not exist yet: {}.", desired.address, list.join(", ")),
            )
            .at(desired.span().clone())
            .address(desired.address.to_string())
            .hint(format!("create it first: rinfra apply {}", flags.join(" ")))
        };
        self.fail(diagnostic)
    }
}

/// Returns the places of an instance that are sensitive or ephemeral, by its configuration and its schema.
fn all_marks(schema: &Schema, config: &Value) -> Vec<(Path, Marks)> {
    let mut marks = config.unmark_deep_with_paths().1;
    marks.extend(
        planning::sensitive_paths(&schema.block, config).into_iter().map(|it| (it, Marks::SENSITIVE)),
    );
    marks
}

fn protected(desired: &DesiredInstance<'_>, replace_paths: &[Path]) -> Diagnostic {
    let causes: Vec<_> = replace_paths.iter().map(ToString::to_string).collect();
    let because = match causes.as_slice() {
        [] => String::new(),
        _ => format!(" It would be replaced because of {}.", causes.join(", ")),
    };
    Diagnostic::error(
        "Instance cannot be destroyed",
        format!(
            "Resource {} has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed.{because}",
            desired.address
        ),
    )
    .at(desired.span().clone())
    .address(desired.address.to_string())
    .hint("change the configuration so that it stays, or set prevent_destroy to false")
}

/// Returns the provider configuration that manages an object of the state.
pub(crate) fn provider_in_state(state: &State, address: &ResourceInstance) -> Option<ProviderConfig> {
    state.provider(address).cloned()
}
