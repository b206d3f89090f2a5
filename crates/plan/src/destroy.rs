use std::collections::BTreeSet;

use rinfra_config::Config;
use rinfra_diag::Diagnostic;

use crate::dependencies;
use crate::orphans::protection;
use crate::planner::Planner;

impl Planner<'_> {
    /// Plans the deletion of everything the state holds in the plan's Regions.
    pub(crate) async fn plan_destruction(&self, config: &Config) {
        for slot in self.refresh.slots() {
            self.plan_deletion(slot, None).await;
        }
        let mut findings = self.findings.borrow_mut();
        let doomed: Vec<_> = findings.changes.keys().cloned().collect();
        for diagnostic in doomed.iter().filter_map(|it| protection(config, it)) {
            findings.diagnostics.push(diagnostic);
        }
        let resources: BTreeSet<_> = doomed.iter().map(|it| it.resource.clone()).collect();
        for (address, deposed) in self.refresh.slots() {
            if deposed.is_some() || findings.changes.contains_key(address) {
                continue;
            }
            let gone = findings.observations.iter().any(|it| it.address == *address && it.after.is_none());
            let dependencies = dependencies::recorded(self.state, address, None);
            let needed: Vec<_> = dependencies.intersection(&resources).map(ToString::to_string).collect();
            if !gone && !needed.is_empty() {
                findings.diagnostics.push(
                    Diagnostic::error(
                        "Needed outside the chosen Regions",
                        format!(
                            "{address} stays, and it needs what would be destroyed: {}.",
                            needed.join(", ")
                        ),
                    )
                    .address(address.to_string())
                    .hint("destroy it first, or destroy without --region"),
                );
            }
        }
    }
}
