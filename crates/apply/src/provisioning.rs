//! Provisioners: what runs once an instance was made, and before it is deleted.

use rinfra_change::Action;
use rinfra_config::{OnFailure, Provisioner, Removals, When};
use rinfra_diag::Diagnostic;
use rinfra_eval::DesiredInstance;
use rinfra_provider::Error;
use rinfra_state::Status;
use rinfra_state::journal::{Event, Sequence};
use rinfra_value::{Marks, Value};

use crate::executor::{Executor, Job, StepFailure};
use crate::local_exec::LocalExec;
use crate::observer::Event as Progress;
use crate::preparation::encode;

/// Said instead of what a provisioner writes.
const SENSITIVE: &str = "(output suppressed due to sensitive value in config)";
const EPHEMERAL: &str = "(output suppressed due to ephemeral value in config)";

impl Executor<'_> {
    /// Records a new object that is usable, and runs what is to run then: until that is done, it counts as half made.
    pub(crate) async fn created(
        &self,
        job: Job<'_>,
        desired: &DesiredInstance<'_>,
        sequence: Sequence,
        value: Value,
    ) -> Result<(), StepFailure> {
        let change = job.change;
        let all = desired.resource.provisioners.iter();
        let provisioners: Vec<_> = all.filter(|it| it.when == When::Create).collect();
        if provisioners.is_empty() {
            return self.settled(change, desired, sequence, value).await;
        }
        let failed = |error: Error| self.failure(change, "Recording", Some(desired), &error);
        let block = &self.schema(change)?.block;
        let value = desired.mark(block, value);
        let object = encode(&value, &block.implied_type(), change).map_err(failed)?;
        let half_made = Box::new(object.clone().with_status(Status::Tainted));
        self.scribe.write(Event::Settled { sequence, object: half_made }).await.map_err(failed)?;
        self.run_provisioners(job, &provisioners, &value).await?;
        self.record(change, object).await.map_err(failed)?;
        self.phase.results.post(&change.address, Ok(value));
        Ok(())
    }

    /// Runs what is to run before an object is deleted.
    ///
    /// As in Terraform that is nothing for a deposed object, for one that is marked for replacement, and for one
    /// whose block is gone and was not replaced by a `removed` block.
    pub(crate) async fn run_destruction_provisioners(
        &self,
        job: Job<'_>,
        object: &Value,
    ) -> Result<(), StepFailure> {
        let change = job.change;
        let address = &change.address;
        let is_deposed = change.deposed.is_some() || change.action == Action::CreateThenDelete;
        let stored = self.scribe.with_state(|state| state.current(address).cloned());
        let Some(stored) = stored.filter(|it| !is_deposed && !it.is_tainted()) else { return Ok(()) };
        let all = match self.config.resource(&address.config()) {
            Some(resource) => resource.provisioners.as_slice(),
            None => {
                let removed = Removals::of(self.config).of_resource(&address.config());
                removed.map_or(&[][..], |it| &it.provisioners)
            }
        };
        let provisioners: Vec<_> = all.iter().filter(|it| it.when == When::Destroy).collect();
        if provisioners.is_empty() {
            return Ok(());
        }
        let sensitive: Vec<_> =
            stored.sensitive_paths.iter().map(|it| (it.clone(), Marks::SENSITIVE)).collect();
        let object = object.clone().mark_paths(&sensitive);
        self.run_provisioners(job, &provisioners, &object).await
    }

    /// Runs provisioners one after the other; the first failure that counts ends it.
    pub(crate) async fn run_provisioners(
        &self,
        job: Job<'_>,
        provisioners: &[&Provisioner],
        object: &Value,
    ) -> Result<(), StepFailure> {
        let address = &job.change.address;
        for provisioner in provisioners {
            let arguments = self.evaluation.provisioner(address, provisioner, object.clone()).await;
            let arguments = arguments.map_err(|_| StepFailure::Skipped)?;
            let (address, kind) = (address.clone(), provisioner.kind.clone());
            self.observer.observe(Progress::Provisioning { address: address.clone(), kind: kind.clone() });
            match self.run_local_exec(job, provisioner, &arguments).await {
                Ok(()) => self.observer.observe(Progress::Provisioned { address, kind }),
                Err(failure) => {
                    self.observer.observe(Progress::ProvisioningFailed { address, kind });
                    if provisioner.on_failure == OnFailure::Fail {
                        return Err(failure);
                    }
                }
            }
        }
        Ok(())
    }

    async fn run_local_exec(
        &self,
        job: Job<'_>,
        provisioner: &Provisioner,
        arguments: &Value,
    ) -> Result<(), StepFailure> {
        let address = &job.change.address;
        let failed = |summary: &str, detail: String| {
            let place = provisioner.body.missing_item();
            StepFailure::reported(Diagnostic::error(summary, detail).at(place).address(address.to_string()))
        };
        let marks = arguments.marks_deep();
        let arguments = arguments.unmark_deep();
        if !arguments.is_wholly_known() {
            let detail = "An argument depends on a value that is not known even now.".to_owned();
            return Err(failed("local-exec provisioner error", detail));
        }
        let Some(program) = LocalExec::read(&arguments) else {
            let detail = "The command must be a non-empty string.".to_owned();
            return Err(failed("Invalid local-exec provisioner command", detail));
        };
        let tell = |line: &str| {
            let line = if marks.contains(Marks::SENSITIVE) {
                SENSITIVE
            } else if marks.contains(Marks::EPHEMERAL) {
                EPHEMERAL
            } else {
                line
            };
            let (address, kind) = (address.clone(), provisioner.kind.clone());
            self.observer.observe(Progress::ProvisionerOutput { address, kind, line: line.to_owned() });
        };
        let _pass = self.programs.enter(job.rank).await;
        self.go_on()?;
        tell(&program.announcement());
        let run = self.shell.run(&program.command, &tell, self.interrupt.clone()).await;
        run.map_err(|failure| {
            let detail = if marks.is_empty() {
                format!(
                    "Error running command '{}': {}. Output: {}",
                    program.text, failure.reason, failure.output
                )
            } else {
                // Terraform shows both here.
                format!(
                    "Error running a command: {}. Neither it nor its output is shown, because it uses a value that \
                     must not be disclosed.",
                    failure.reason
                )
            };
            failed("local-exec provisioner error", detail)
        })
    }
}
