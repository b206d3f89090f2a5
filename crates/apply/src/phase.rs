use std::cell::RefCell;
use std::collections::HashMap;

use async_trait::async_trait;
use rinfra_addr::ResourceInstance;
use rinfra_change::{Action, Plan};
use rinfra_diag::Diagnostics;
use rinfra_eval::{Connections, DesiredInstance, DesiredProvider, Poisoned, Results};
use rinfra_provider::Catalogue;
use rinfra_value::Value;

use crate::board::Board;

/// The phase that answers the evaluator with what each instance has become.
///
/// The evaluator and the executor run side by side: the evaluator posts the final arguments of an instance
/// and waits, the executor takes them when the graph says it is time, and posts the result.
pub(crate) struct ApplyPhase<'p> {
    pub(crate) catalogue: &'p Catalogue,
    pub(crate) connections: Connections,
    /// What the plan says of each instance: its position in the plan's changes.
    pub(crate) planned: HashMap<ResourceInstance, usize>,
    pub(crate) plan: &'p Plan,
    pub(crate) desired: Board<ResourceInstance, DesiredInstance<'p>>,
    pub(crate) results: Board<ResourceInstance, Result<Value, Poisoned>>,
    pub(crate) diagnostics: RefCell<Diagnostics>,
}

impl<'p> ApplyPhase<'p> {
    /// Returns the phase of a plan; nothing has happened yet.
    pub(crate) fn new(catalogue: &'p Catalogue, plan: &'p Plan) -> Self {
        let current = plan.changes.iter().enumerate().filter(|(_, change)| change.deposed.is_none());
        Self {
            catalogue,
            connections: Connections::default(),
            planned: current.map(|(position, change)| (change.address.clone(), position)).collect(),
            plan,
            desired: Board::default(),
            results: Board::default(),
            diagnostics: RefCell::default(),
        }
    }

    async fn answer(&self, desired: DesiredInstance<'p>) -> Result<Value, Poisoned> {
        let Some(&position) = self.planned.get(&desired.address) else {
            // Outside the plan's Regions and not there yet: nothing that is executed depends on it.
            return Ok(Value::dynamic());
        };
        let change = &self.plan.changes[position];
        match (change.action, &change.after) {
            (Action::NoOp, Some(value)) => Ok(value.clone()),
            _ => {
                let address = desired.address.clone();
                self.desired.post(&address, desired);
                self.results.get(&address).await.unwrap_or(Err(Poisoned))
            }
        }
    }
}

#[async_trait(?Send)]
impl<'p> Results<'p> for ApplyPhase<'p> {
    async fn provider(&self, desired: DesiredProvider) -> Result<(), Poisoned> {
        match self.connections.open(self.catalogue, &desired).await {
            Ok(()) => Ok(()),
            Err(diagnostic) => {
                self.diagnostics.borrow_mut().push(diagnostic);
                Err(Poisoned)
            }
        }
    }

    async fn managed(&self, desired: DesiredInstance<'p>) -> Result<Value, Poisoned> {
        self.answer(desired).await
    }

    async fn data(&self, desired: DesiredInstance<'p>) -> Result<Value, Poisoned> {
        self.answer(desired).await
    }
}
