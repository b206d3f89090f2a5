//! What becomes of a managed resource instance that the configuration wants.

use rinfra_change::{Action, Reason};
use rinfra_diag::Diagnostic;
use rinfra_eval::{DesiredInstance, Poisoned};
use rinfra_provider::Region;
use rinfra_schema::{Schema, planning};
use rinfra_value::{Marks, Path, Value};

use crate::decision::{Circumstances, Decision, decide};
use crate::generation::Generated;
use crate::planner::{Outcome, Planner};
use crate::refresh::{Observed, Slot};

impl Planner<'_> {
    /// Decides about one instance and returns the value it will have.
    pub(crate) async fn plan_managed(&self, desired: &DesiredInstance<'_>) -> Result<Value, Poisoned> {
        let kind = desired.address.kind();
        let connection = self.connections.get(&desired.provider).ok_or(Poisoned)?;
        let provider = self.catalogue.get(&desired.provider.source).ok_or(Poisoned)?;
        let schema = provider.resource_type(kind).ok_or(Poisoned)?.schema();
        let region = connection.region(kind, Some(&desired.config.unmark_deep()));
        let slot = (desired.address.clone(), None);
        let observed = match self.refresh.stored(&slot) {
            None => None,
            // Where reading it failed, that has been reported, and nothing can be decided.
            Some(stored) => {
                let observed = self.refresh.observed_by(&desired.provider, &slot, self.failures).await;
                let observed = observed.ok_or(Poisoned)?;
                Some((stored, observed))
            }
        };
        if !self.scope.contains(region.as_ref()) {
            let known = observed.and_then(|(_, it)| it.value());
            return Ok(self.leave_outside(desired, schema, region, known));
        }
        let mut importing = None;
        let prior = match observed {
            None => match self.wanted_import(desired) {
                Some(request) => {
                    importing = Some(request.id.to_string());
                    Some(self.import(desired, request, connection.as_ref(), region.as_ref()).await?)
                }
                None => None,
            },
            Some((_, Observed::Unobserved(value) | Observed::Outside(value))) => {
                return Ok(self.leave_alone(desired, schema, region, value));
            }
            Some((stored, Observed::Gone)) => {
                self.note_observation(&slot, stored, None, schema);
                None
            }
            Some((stored, Observed::Found(value))) => {
                if *stored != value {
                    self.note_observation(&slot, stored, Some(value.clone()), schema);
                }
                Some(value)
            }
        };
        let generated = match &prior {
            Some(object) if desired.resource.is_awaited => {
                Some(Generated::of(desired, schema, object, importing.clone()))
            }
            _ => None,
        };
        let (config, effective_config) = match &generated {
            Some(generated) => {
                let config = self.generated_config(desired, schema, generated)?;
                (config.clone(), config)
            }
            None => (
                desired.effective_config(&schema.block, None),
                desired.effective_config(&schema.block, prior.as_ref()),
            ),
        };
        let triggered = self.is_triggered(desired)?.then_some(Reason::ReplaceByTriggers);
        let requested = prior.as_ref().and_then(|_| self.requested(&slot));
        let forced = triggered.or(requested);
        let decision = decide(&Circumstances {
            kind,
            schema,
            connection: connection.as_ref(),
            prior: prior.as_ref(),
            tainted: self.refresh.is_tainted(&slot),
            forced,
            config: &config,
            effective_config: &effective_config,
        });
        let decision = decision.or_else(|error| {
            self.keep_generated(desired, schema, generated.as_ref());
            self.fail(desired.failure(format!("Planning {kind} failed"), &error))
        })?;
        let is_protected = decision.action.is_replace() && desired.resource.lifecycle.prevent_destroy;
        let protection = is_protected.then(|| protected(desired, &decision.replace_paths));
        let Decision { mut action, reason, after, replace_paths } = decision;
        let after = desired.mark(&schema.block, after);
        if action == Action::NoOp && self.sensitivity_changed(&slot, schema, &after) {
            action = Action::Update;
        }
        let generated_config = generated.map(|it| it.text);
        let outcome =
            Outcome { action, reason, before: prior, after, replace_paths, importing, generated_config };
        let after = self.note_change(desired, schema, region, outcome);
        match protection {
            Some(protection) => self.fail(protection),
            None => Ok(after),
        }
    }

    /// Tells whether other places are sensitive than the state says, beside those the schema calls so.
    fn sensitivity_changed(&self, slot: &Slot, schema: &Schema, after: &Value) -> bool {
        let declared = planning::sensitive_paths(&schema.block, after);
        let by_choice = |mut paths: Vec<Path>| {
            paths.retain(|it| !declared.contains(it));
            paths.sort_by_key(ToString::to_string);
            paths
        };
        let marked = after.unmark_deep_with_paths().1.into_iter();
        let wanted = marked.filter(|(_, it)| it.contains(Marks::SENSITIVE)).map(|(path, _)| path).collect();
        by_choice(wanted) != by_choice(self.refresh.sensitive_paths(slot).to_vec())
    }

    /// Answers for an instance outside the plan's Regions: with what the state knows, or with a proposal.
    fn leave_outside(
        &self,
        desired: &DesiredInstance<'_>,
        schema: &Schema,
        region: Option<Region>,
        known: Option<Value>,
    ) -> Value {
        match known {
            Some(value) => self.leave_alone(desired, schema, region, value),
            None => {
                self.findings.borrow_mut().missing.insert(desired.address.clone(), region);
                desired.proposal(&schema.block)
            }
        }
    }
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
    .hint("Change the configuration so that it stays, or set prevent_destroy to false")
}
