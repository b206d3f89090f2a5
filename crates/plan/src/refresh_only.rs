//! Plans that only take note of what has changed without us.

use rinfra_addr::ProviderConfig;
use rinfra_diag::Diagnostic;
use rinfra_eval::{DesiredInstance, Evaluation, Poisoned};
use rinfra_schema::{Schema, planning};
use rinfra_value::Value;

use crate::orphans::shown;
use crate::planner::Planner;
use crate::refresh::{Observed, Slot};

impl Planner<'_> {
    /// Answers with an object as it is. What is not there is unknown, since nothing is going to make it.
    pub(crate) async fn observe_managed(&self, desired: &DesiredInstance<'_>) -> Result<Value, Poisoned> {
        let (address, source) = (&desired.address, &desired.provider.source);
        let schema = self.catalogue.schema(source, address.mode(), address.kind()).ok_or(Poisoned)?;
        let slot = (address.clone(), None);
        if self.refresh.stored(&slot).is_none() {
            return Ok(Value::dynamic());
        }
        Ok(match self.observe(&slot, &desired.provider, schema).await? {
            Some(value) => planning::mark_sensitive(&schema.block, self.as_stored(&slot, value)),
            None => Value::dynamic(),
        })
    }

    /// Answers for a data source that cannot be read now: with what the state holds of it.
    pub(crate) fn remembered_data(&self, desired: &DesiredInstance<'_>, schema: &Schema) -> Value {
        let stored = self.state.current(&desired.address);
        let stored = stored.and_then(|it| it.decode(&schema.block.implied_type()).ok());
        stored.map_or_else(Value::dynamic, |it| desired.mark(&schema.block, it))
    }

    /// Takes note of the objects that the configuration does not ask for: deposed ones, and those it no longer wants.
    pub(crate) async fn observe_the_rest(&self, evaluation: &Evaluation<'_>) {
        for slot in self.refresh.slots().filter(|it| self.selection.contains(&it.0)) {
            let (address, deposed) = slot;
            let Some(provider) = self.refresh.provider(slot) else { continue };
            let schema = self.catalogue.schema(&provider.source, address.mode(), address.kind());
            if deposed.is_none() && self.is_wanted(address) {
                continue;
            }
            if !evaluation.has_provider_instance(provider).await {
                self.findings.borrow_mut().diagnostics.push(unread(slot, provider));
            } else if let (Some(schema), Ok(_)) = (schema, evaluation.provider(provider).await) {
                // Where reading it failed, that has been reported.
                let _ = self.observe(slot, provider, schema).await;
            }
        }
    }

    /// Takes note of how an object, which a provider configuration manages, differs from the state, and returns it;
    /// `None` when it is gone.
    async fn observe(
        &self,
        slot: &Slot,
        provider: &ProviderConfig,
        schema: &Schema,
    ) -> Result<Option<Value>, Poisoned> {
        let stored = self.refresh.stored(slot).ok_or(Poisoned)?;
        // Where reading it failed, that has been reported.
        let observed = self.refresh.observed_by(provider, slot, self.failures).await.ok_or(Poisoned)?;
        match observed {
            Observed::Found(value) => {
                if *stored != value {
                    self.note_observation(slot, stored, Some(value.clone()), schema);
                }
                Ok(Some(value))
            }
            Observed::Gone => {
                self.note_observation(slot, stored, None, schema);
                Ok(None)
            }
            Observed::Unobserved(value) | Observed::Outside(value) => Ok(Some(value)),
        }
    }
}

/// Says that an object was left as the state has it, since the provider instance is gone which made it.
fn unread(slot: &Slot, provider: &ProviderConfig) -> Diagnostic {
    let object = shown(slot);
    let detail =
        format!("To read {object}, {provider} is needed, and it is gone. What the state says of it stays.");
    Diagnostic::warning("Provider instance not present", detail)
        .address(slot.0.to_string())
        .hint("Put its key back into the \"for_each\" of the provider block until the object is deleted")
}
