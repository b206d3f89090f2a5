use std::cell::RefCell;
use std::collections::HashMap;

use async_trait::async_trait;
use rinfra_addr::ResourceInstance;
use rinfra_change::{Action, Plan};
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_eval::{Answers, DesiredInstance, DesiredProvider, Poisoned, Results, Unanswered};
use rinfra_provider::Catalogue;
use rinfra_value::Value;

use crate::board::Board;
use crate::opener::Opener;
use crate::pace::Pace;

/// The phase that answers the evaluator with what each instance has become.
///
/// The evaluator and the executor run side by side: the evaluator posts the final arguments of an instance
/// and waits, the executor takes them when the graph says it is time, and posts the result.
pub(crate) struct ApplyPhase<'p> {
    pub(crate) catalogue: &'p Catalogue,
    /// What the plan says of each instance: its position in the plan's changes.
    pub(crate) planned: HashMap<ResourceInstance, usize>,
    pub(crate) plan: &'p Plan,
    pub(crate) desired: Board<ResourceInstance, Result<DesiredInstance<'p>, Poisoned>>,
    pub(crate) results: Board<ResourceInstance, Result<Value, Poisoned>>,
    /// When the evaluator goes on with another instance.
    pub(crate) pace: Pace,
    pub(crate) diagnostics: RefCell<Diagnostics>,
    /// The objects a plan of a part leaves alone.
    pub(crate) left_out: HashMap<ResourceInstance, Value>,
    /// What data sources answered.
    pub(crate) answers: Answers,
    /// What opens ephemeral objects.
    pub(crate) opener: Opener<'p>,
    /// Why the data sources of `check` blocks could not be read.
    pub(crate) unread: RefCell<HashMap<ResourceInstance, String>>,
}

impl<'p> ApplyPhase<'p> {
    /// Returns the phase of a plan; nothing has happened yet.
    pub(crate) fn new(catalogue: &'p Catalogue, plan: &'p Plan, opener: Opener<'p>) -> Self {
        let current = plan.changes.iter().enumerate().filter(|(_, change)| change.deposed.is_none());
        Self {
            catalogue,
            planned: current.map(|(position, change)| (change.address.clone(), position)).collect(),
            plan,
            desired: Board::default(),
            results: Board::default(),
            pace: Pace::default(),
            diagnostics: RefCell::default(),
            answers: Answers::default(),
            opener,
            left_out: HashMap::new(),
            unread: RefCell::default(),
        }
    }

    async fn answer(&self, desired: DesiredInstance<'p>) -> Result<Value, Poisoned> {
        let address = desired.address.clone();
        let Some(&position) = self.planned.get(&address) else { return self.unplanned(&desired) };
        let change = &self.plan.changes[position];
        match (change.action, &change.after) {
            (Action::NoOp, Some(value)) => Ok(value.clone()),
            _ => {
                self.desired.post(&address, Ok(desired));
                self.results.take(&address).await.unwrap_or(Err(Poisoned))
            }
        }
    }

    /// Answers for an instance the plan does not mention: it is outside the plan's Regions and not there yet, and
    /// nothing that is executed depends on it.
    fn unplanned(&self, desired: &DesiredInstance<'_>) -> Result<Value, Poisoned> {
        if self.plan.regions.is_empty() {
            let detail = format!(
                "The configuration wants {}, and the plan does not know it. Nothing was done to it.",
                desired.address
            );
            self.diagnostics
                .borrow_mut()
                .push(disagreement(detail).at(desired.span().clone()).address(desired.address.to_string()));
            return Err(Poisoned);
        }
        let (address, source) = (&desired.address, &desired.provider.source);
        let schema = self.catalogue.schema(source, address.mode(), address.kind()).ok_or(Poisoned)?;
        Ok(desired.proposal(&schema.block))
    }
}

/// Returns a diagnostic about an apply that would have to do something else than the plan says.
pub(crate) fn disagreement(detail: impl Into<String>) -> Diagnostic {
    let hint = "Plan again; if it persists, this is a bug of rinfra";
    Diagnostic::error("Plan and apply disagree", detail).hint(hint)
}

#[async_trait(?Send)]
impl<'p> Results<'p> for ApplyPhase<'p> {
    /// Does nothing: connections are opened when the first step needs them.
    async fn provider(&self, _desired: DesiredProvider) -> Result<(), Poisoned> {
        Ok(())
    }

    async fn turn(&self) {
        self.pace.turn().await;
    }

    async fn managed(&self, desired: DesiredInstance<'p>) -> Result<Value, Poisoned> {
        self.answer(desired).await
    }

    async fn data(&self, desired: DesiredInstance<'p>) -> Result<Value, Poisoned> {
        self.answer(desired).await
    }

    async fn ephemeral(&self, desired: DesiredInstance<'p>) -> Result<Value, Poisoned>
    where
        'p: 'async_trait,
    {
        self.opener.open(&desired).await.map_err(|diagnostic| {
            self.diagnostics.borrow_mut().extend(diagnostic);
            Poisoned
        })
    }

    fn is_applying(&self) -> bool {
        true
    }

    fn unread(&self, address: &ResourceInstance) -> Option<String> {
        self.unread.borrow().get(address).cloned()
    }

    fn left_out(&self, address: &ResourceInstance) -> Option<Value> {
        self.left_out.get(address).cloned()
    }

    fn unanswered(&self, what: Unanswered<'_>) {
        for address in self.planned.keys().filter(|it| what.contains(it)) {
            self.desired.post(address, Err(Poisoned));
        }
    }
}
