//! What became of the conditions.

use rinfra_addr::Mode as ResourceMode;
use rinfra_change::{Action, Mode, Plan, ResourceChange};
use rinfra_diag::checks::{CheckKind, CheckResult, CheckStatus};
use rinfra_eval::{DesiredInstance, Evaluation, Poisoned};
use rinfra_provider::Error;
use rinfra_state::journal::Event;

use crate::executor::{Done, Executor, StepFailure};
use crate::preparation::encode_partial;
use crate::scribe::Scribe;

/// Records what became of every condition.
///
/// *Errors*: when the journal cannot be written.
pub(crate) async fn record(plan: &Plan, scribe: &Scribe, evaluation: &Evaluation<'_>) -> Result<(), Error> {
    let mut results = evaluation.check_results();
    match plan.mode {
        Mode::Normal => forget_what_was_read_before(plan, &mut results),
        Mode::Destroy => results.iter_mut().for_each(CheckResult::expect_root_output),
        // Nothing was evaluated since.
        Mode::RefreshOnly => results.clone_from(&plan.checks),
    }
    let unchanged = scribe.with_state(|state| state.check_results.as_deref().unwrap_or_default() == results);
    if unchanged { Ok(()) } else { scribe.write(Event::Checked { results }).await }
}

/// Takes back the results of data sources that were read while planning: as in Terraform, an apply says nothing of
/// them.
fn forget_what_was_read_before(plan: &Plan, results: &mut [CheckResult]) {
    let read_before = |it: &&ResourceChange| {
        it.address.mode() == ResourceMode::Data && it.action == Action::NoOp && it.deposed.is_none()
    };
    let read_before: Vec<_> =
        plan.changes.iter().filter(read_before).map(|it| it.address.to_string()).collect();
    for result in results.iter_mut().filter(|it| it.kind == CheckKind::Resource) {
        let mut is_touched = false;
        for object in result.objects.iter_mut().filter(|it| read_before.contains(&it.address)) {
            object.status = CheckStatus::Unknown;
            object.failure_messages.clear();
            is_touched = true;
        }
        if is_touched {
            result.status = CheckStatus::worst(result.objects.iter().map(|it| it.status));
        }
    }
}

impl Executor<'_> {
    /// Lets a check fail because its data source could not be read, which fails nothing else.
    pub(crate) async fn fail_check(
        &self,
        change: &ResourceChange,
        desired: &DesiredInstance<'_>,
        error: &Error,
    ) -> Result<Done, StepFailure> {
        let failed = |error: Error| self.failure(change, "Recording", Some(desired), &error);
        let summary = format!("Reading data source {} failed", change.address.kind());
        let diagnostic = desired.failure(summary, error).into_warning();
        let message = format!("{}: {}", diagnostic.summary, diagnostic.detail);
        self.progress.borrow_mut().diagnostics.push(diagnostic);
        self.phase.unread.borrow_mut().insert(change.address.clone(), message);
        let block = &self.schema(change)?.block;
        let object =
            encode_partial(&desired.proposal(block), &block.implied_type(), change).map_err(failed)?;
        self.record(change, object).await.map_err(failed)?;
        self.phase.results.post(&change.address, Err(Poisoned));
        // As in Terraform, nobody is told that it was read.
        Ok(Done::Nothing)
    }
}
