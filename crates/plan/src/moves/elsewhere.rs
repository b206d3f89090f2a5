//! Moves of what lies outside the Regions of a plan.

use std::collections::BTreeSet;

use rinfra_diag::Diagnostic;

use crate::planner::Planner;
use crate::probe::placed;
use crate::refresh::Observed;

impl Planner<'_> {
    /// Refuses to give another address to what is outside the plan's Regions: its record is not the plan's to change.
    pub(crate) async fn refuse_moves_elsewhere(&self) {
        if !self.scope.is_limited() {
            return;
        }
        let (mut list, mut flags) = (Vec::new(), BTreeSet::new());
        for slot in self.refresh.slots() {
            let Some(from) = self.moves.origin(&slot.0) else { continue };
            if let Some(Observed::Outside(_)) = self.refresh.observed(slot, self.failures).await {
                let region = self.region_in_state(slot);
                list.push(format!("\n  - {from} is {} now", placed(&slot.0, region.as_ref())));
                flags.extend(region.map(|it| format!("--region {it}")));
            }
        }
        if list.is_empty() {
            return;
        }
        let detail = format!(
            "Resource instances outside the chosen Regions have moved to new addresses in the configuration:{}",
            list.concat()
        );
        let flags: Vec<_> = flags.into_iter().collect();
        let hint = format!("Let them move first: rinfra apply {}", flags.join(" "));
        let diagnostic = Diagnostic::error("Moved resource instances outside the chosen Regions", detail);
        self.findings.borrow_mut().diagnostics.push(diagnostic.hint(hint));
    }
}
