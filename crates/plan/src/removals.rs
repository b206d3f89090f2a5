//! What leaves the state and stays in the cloud.

use rinfra_change::{Action, ResourceChange};
use rinfra_diag::Diagnostic;

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
