use std::sync::Arc;

use rinfra_addr::{InstanceKey, Mode, ProviderConfig, ResourceInstance};
use rinfra_change::{Action, Reason, ResourceChange};
use rinfra_config::{Config, Repetition};
use rinfra_diag::Diagnostic;
use rinfra_eval::Evaluation;
use rinfra_provider::Region;
use rinfra_value::Value;

use crate::planner::Planner;
use crate::refresh::{Observed, Slot};

/// How an object leaves the state.
pub(crate) struct Removal {
    pub(crate) provider: ProviderConfig,
    pub(crate) region: Option<Region>,
    pub(crate) action: Action,
    pub(crate) reason: Option<Reason>,
    pub(crate) before: Value,
    pub(crate) schema_version: u64,
}

impl Planner<'_> {
    /// Plans the end of everything the state holds and the configuration does not want: instances that are no longer
    /// declared, and deposed objects. What is not to be destroyed is only forgotten.
    pub(crate) async fn plan_orphans(&self, config: &Config, evaluation: &Evaluation<'_>) {
        self.forget_unreadable(config, evaluation);
        for slot in self.refresh.slots().filter(|it| self.selection.contains(&it.0)) {
            let (address, deposed) = slot;
            let is_forgotten = self.removals.forgets(&address.config());
            let action = if is_forgotten { Action::Forget } else { Action::Delete };
            if deposed.is_some() {
                self.plan_removal(evaluation, slot, action, None).await;
            } else if !self.is_wanted(address) {
                let reason = self.reason(config, evaluation, address);
                self.plan_removal(evaluation, slot, action, Some(reason)).await;
                if is_forgotten {
                    continue;
                }
                let mut findings = self.findings.borrow_mut();
                if findings.changes.contains_key(address)
                    && let Some(diagnostic) = protection(config, address)
                {
                    findings.diagnostics.push(diagnostic);
                }
            }
        }
    }

    /// Tells whether the configuration wants an instance.
    pub(crate) fn is_wanted(&self, address: &ResourceInstance) -> bool {
        self.findings.borrow().wanted.contains(address)
    }

    /// Plans that one object of the state is deleted, or forgotten.
    pub(crate) async fn plan_removal(
        &self,
        evaluation: &Evaluation<'_>,
        slot: &Slot,
        action: Action,
        reason: Option<Reason>,
    ) {
        let (address, _) = slot;
        let Some(stored) = self.refresh.stored(slot) else { return };
        let Some(provider) = self.refresh.provider(slot).cloned() else { return };
        if !evaluation.has_provider_instance(&provider).await {
            self.findings.borrow_mut().diagnostics.push(abandoned(slot, &provider));
            return;
        }
        if evaluation.provider(&provider).await.is_err() {
            return;
        }
        let Some(observed) = self.refresh.observed(slot, self.failures).await else { return };
        let Some(connection) = self.connections.get(&provider) else { return };
        let schema = self.catalogue.schema(&provider.source, address.mode(), address.kind());
        let Some(schema) = schema else { return };
        let region = connection.region(address.kind(), Some(stored));
        let before = match observed {
            Observed::Gone => {
                self.note_observation(slot, stored, None, schema);
                return;
            }
            Observed::Found(value) => {
                if *stored != value {
                    self.note_observation(slot, stored, Some(value.clone()), schema);
                }
                value
            }
            // What is outside the plan or could not be read stays as it is.
            Observed::Unobserved(_) | Observed::Outside(_) => return,
        };
        let schema_version = schema.version;
        self.note_removal(slot, Removal { provider, region, action, reason, before, schema_version });
    }

    /// Notes that one object of the state is deleted, or forgotten.
    pub(crate) fn note_removal(&self, slot: &Slot, removal: Removal) {
        let (address, deposed) = slot;
        let Removal { provider, region, action, reason, before, schema_version } = removal;
        let prior_dependencies = self.recorded.of(address, deposed.as_deref());
        let change = ResourceChange {
            address: address.clone(),
            previous_address: self.moves.origin(address).cloned(),
            importing: None,
            generated_config: None,
            deposed: deposed.clone(),
            provider,
            region,
            action,
            reason,
            before: Some(self.as_stored(slot, before)),
            after: None,
            replace_paths: Vec::new(),
            dependencies: Arc::default(),
            prior_dependencies,
            recorded_dependencies: Arc::default(),
            create_before_destroy: self
                .state
                .object(address, deposed.as_deref())
                .is_some_and(|it| it.create_before_destroy),
            left_alone: false,
            verifies_check: false,
            schema_version,
        };
        let mut findings = self.findings.borrow_mut();
        if deposed.is_some() {
            findings.deposed.push(change);
        } else {
            findings.changes.insert(address.clone(), Box::new(change));
        }
    }

    /// Returns why the configuration no longer wants an instance.
    pub(crate) fn reason(
        &self,
        config: &Config,
        evaluation: &Evaluation<'_>,
        address: &ResourceInstance,
    ) -> Reason {
        let Some(resource) = config.resource(&address.config()) else {
            return match self.moves.origin(address) {
                Some(_) => Reason::DeleteBecauseNoMoveTarget,
                None => Reason::DeleteBecauseNoResourceConfig,
            };
        };
        if !evaluation.wants_module(address.module()) {
            return Reason::DeleteBecauseNoModule;
        }
        match (&address.key, &resource.repetition) {
            (InstanceKey::Int(_), Repetition::Count(_)) => Reason::DeleteBecauseCountIndex,
            (InstanceKey::String(_), Repetition::ForEach(_)) => Reason::DeleteBecauseEachKey,
            (InstanceKey::None, Repetition::Enabled(_)) => Reason::DeleteBecauseEnabledFalse,
            _ => Reason::DeleteBecauseWrongRepetition,
        }
    }
}

/// Returns what an object of the state is called.
pub(crate) fn shown((address, deposed): &Slot) -> String {
    match deposed {
        Some(key) => format!("the deposed object {key} of {address}"),
        None => address.to_string(),
    }
}

/// Says that the provider instance is gone which made an object, and with which alone the object can be deleted.
fn abandoned(slot: &Slot, provider: &ProviderConfig) -> Diagnostic {
    let (object, address) = (shown(slot), &slot.0);
    let (cause, way_out) = match &provider.key {
        InstanceKey::None => (
            "The provider configuration has \"for_each\" now, and had not when the object was made",
            "Let the resource choose an instance while it still wants the object, or take \"for_each\" out of the \
             provider block until the object is deleted",
        ),
        _ => (
            "Its key was taken out of the provider's \"for_each\" while the object exists, as it happens when the \
             resource and the provider have the same \"for_each\"",
            "Put the key back, delete the object first, and then take the key out",
        ),
    };
    let detail = format!("To delete {object}, {provider} is needed, and it is gone. {cause}.");
    let forget = format!("; or leave the object to others: rinfra state rm '{address}'");
    Diagnostic::error("Provider instance not present", detail)
        .address(address.to_string())
        .hint(format!("{way_out}{forget}"))
}

/// Returns the diagnostic about an instance that must not be destroyed, if it is one.
pub(crate) fn protection(config: &Config, address: &ResourceInstance) -> Option<Diagnostic> {
    let module = config.module(&address.module().path())?;
    let resource = module.resources.get(&address.resource.resource)?;
    (address.mode() == Mode::Managed && resource.lifecycle.prevent_destroy).then(|| {
        Diagnostic::error(
            "Instance cannot be destroyed",
            format!(
                "Resource {address} has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed."
            ),
        )
        .at(resource.header.clone())
        .address(address.to_string())
        .hint("Take it out of the plan, or set prevent_destroy to false")
    })
}
