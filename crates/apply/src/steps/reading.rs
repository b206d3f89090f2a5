//! Reading data sources that had to wait for the apply.

use std::sync::Arc;

use rinfra_change::Opcode as PlanOpcode;
use rinfra_eval::Question;
use rinfra_provider::Error;

use super::Step;
use crate::executor::{Done, Executor, Job};
use crate::preparation::encode;

impl Executor<'_> {
    /// Reads a data source whose arguments are known by now.
    pub(crate) async fn read(&self, job: Job<'_>) -> Step<Done> {
        let change = job.change;
        let desired = self.desired(change).await?;
        let schema = self.schema(change)?;
        let config = desired.config.unmark_deep();
        let failed = |error: Error| self.failure(change, "Reading", Some(&desired), &error);
        if !config.is_wholly_known() {
            return Err(failed(Error::internal("the arguments are still unknown")));
        }
        let connection = self.connection(change).await?;
        self.go_on()?;
        self.begin(job, PlanOpcode::Read);
        let read = if change.verifies_check {
            // It is to tell how things are by now.
            connection.read_data_for(&change.address, &config).await
        } else {
            let (provider, kind) = (change.provider.clone(), change.address.kind().to_owned());
            let after = Arc::clone(&change.dependencies);
            let question = Question { provider, kind, config, after };
            self.phase.answers.ask(self.catalogue, &*connection, &change.address, question).await
        };
        let value = match read {
            Err(error) if change.verifies_check => {
                return self.fail_check(change, &desired, &error).await;
            }
            read => read.map_err(failed)?,
        };
        let value = desired.mark(&schema.block, value);
        let object = encode(&value, &schema.block.implied_type(), change).map_err(failed)?;
        self.record(change, object).await.map_err(failed)?;
        self.phase.results.post(&change.address, Ok(value));
        Ok(Done::Something { identity: None })
    }
}
