use rinfra_change::{Action, ResourceChange};
use rinfra_config::Config;
use rinfra_eval::Evaluation;

use crate::orphans::protection;
use crate::outputs::Remainder;
use crate::planner::Planner;

impl Planner<'_> {
    /// Plans the deletion of everything the state holds in the plan's Regions.
    pub(crate) async fn plan_destruction(&self, config: &Config, evaluation: &Evaluation<'_>) {
        let spared = self.spared();
        for slot in self.refresh.slots().filter(|it| !spared.contains(*it)) {
            self.plan_removal(evaluation, slot, Action::Delete, None).await;
        }
        let mut findings = self.findings.borrow_mut();
        let protected: Vec<_> = findings.changes.keys().filter_map(|it| protection(config, it)).collect();
        protected.into_iter().for_each(|it| findings.diagnostics.push(it));
    }

    /// Tells whether the state holds objects that these changes do not delete and that are not gone.
    pub(crate) fn leaves_something(&self, changes: &[ResourceChange]) -> Remainder {
        let deleted = changes.iter().filter(|it| it.action == Action::Delete).count();
        if self.refresh.slots().count() > deleted + self.refresh.gone() {
            Remainder::Something
        } else {
            Remainder::Nothing
        }
    }
}
