//! Plans that only take note of what has changed without us.

use rinfra_eval::{DesiredInstance, Poisoned};
use rinfra_schema::{Schema, planning};
use rinfra_value::Value;

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
        Ok(match self.observe(&slot, schema).await? {
            Some(value) => planning::mark_sensitive(&schema.block, self.as_stored(&slot, value)),
            None => Value::dynamic(),
        })
    }

    /// Answers for a data source that cannot be read now: with what the state holds of it.
    pub(crate) fn remembered_data(&self, desired: &DesiredInstance<'_>, schema: &Schema) -> Value {
        let stored = self.state.current(&desired.address);
        stored.and_then(|it| it.decode(&schema.block.implied_type()).ok()).unwrap_or_else(Value::dynamic)
    }

    /// Takes note of the objects that the configuration does not ask for: deposed ones, and those it no longer wants.
    pub(crate) async fn observe_the_rest(&self) {
        let wanted = self.findings.borrow().wanted.clone();
        for slot in self.refresh.slots().filter(|it| self.selection.contains(&it.0)) {
            let (address, deposed) = slot;
            let Some(provider) = self.refresh.provider(slot) else { continue };
            let schema = self.catalogue.schema(&provider.source, address.mode(), address.kind());
            if let (Some(schema), true) = (schema, deposed.is_some() || !wanted.contains(address)) {
                // Where reading it failed, that has been reported.
                let _ = self.observe(slot, schema).await;
            }
        }
    }

    /// Takes note of how an object differs from the state, and returns it; `None` when it is gone.
    async fn observe(&self, slot: &Slot, schema: &Schema) -> Result<Option<Value>, Poisoned> {
        let stored = self.refresh.stored(slot).ok_or(Poisoned)?;
        match self.refresh.observed(slot, self.failures).await.ok_or(Poisoned)? {
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
