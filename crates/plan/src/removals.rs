//! What leaves the state and stays in the cloud.

use rinfra_change::{Action, ResourceChange};
use rinfra_config::Config;
use rinfra_diag::Diagnostic;
use rinfra_eval::Evaluation;
use rinfra_value::json;

use crate::orphans::Removal;
use crate::planner::Planner;

impl Planner<'_> {
    /// Plans that objects of types nobody here knows are forgotten: for that they need not be understood.
    pub(crate) fn forget_unreadable(&self, config: &Config, evaluation: &Evaluation<'_>) {
        // Without their type nobody can say where they are.
        if self.scope.is_limited() {
            return;
        }
        for (slot, provider) in self.refresh.unreadable() {
            let (address, deposed) = slot;
            let Some(object) = self.state.object(address, deposed.as_deref()) else { continue };
            let reason = deposed.is_none().then(|| self.reason(config, evaluation, address));
            let removal = Removal {
                provider: provider.clone(),
                region: None,
                action: Action::Forget,
                reason,
                before: json::decode_implied(&object.attributes.to_json()),
                schema_version: object.schema_version,
            };
            self.note_removal(slot, removal);
        }
    }
}

/// Returns a warning about the objects that nobody manages any more after the apply.
pub(crate) fn warning(changes: &[ResourceChange]) -> Option<Diagnostic> {
    let line = |it: &ResourceChange| match &it.deposed {
        Some(key) => format!("\n  - {} (deposed object {key})", it.address),
        None => format!("\n  - {}", it.address),
    };
    let list: String = changes.iter().filter(|it| it.action == Action::Forget).map(line).collect();
    let detail = format!(
        "An apply of this plan takes the following objects out of the state, and does not delete them:{list}\n\n\
         After that rinfra no longer manages them; an import brings them back."
    );
    let summary = "Some objects will no longer be managed by Terraform";
    (!list.is_empty()).then(|| Diagnostic::warning(summary, detail))
}
