//! What becomes of a data source.

use std::sync::Arc;

use rinfra_change::{Action, Mode, Reason};
use rinfra_diag::Diagnostic;
use rinfra_eval::{DesiredInstance, Poisoned, Question};
use rinfra_provider::{Connection, Region};
use rinfra_schema::Schema;
use rinfra_value::Value;

use crate::observer::Event;
use crate::planner::{Outcome, Planner};

impl Planner<'_> {
    /// Reads a data source, or leaves that to the apply where its arguments or what it waits for are to come.
    pub(crate) async fn plan_data(&self, desired: &DesiredInstance<'_>) -> Result<Value, Poisoned> {
        let kind = desired.address.kind();
        let connection = self.connections.get(&desired.provider).ok_or(Poisoned)?;
        let data_source = self.catalogue.get(&desired.provider.source).and_then(|it| it.data_source(kind));
        let schema = data_source.ok_or(Poisoned)?.schema();
        let config = desired.config.unmark_deep();
        let region = connection.region(kind, Some(&config));
        let waits = self.has_pending(&desired.explicit_dependencies) || self.has_pending(&desired.awaited);
        let reason = if !config.is_wholly_known() {
            Reason::ReadBecauseConfigUnknown
        } else if waits {
            Reason::ReadBecauseDependencyPending
        } else if desired.resource.check.is_some() {
            return self.plan_check_data(desired, connection.as_ref(), region, schema).await;
        } else {
            let value = self.read_data(desired, connection.as_ref(), region.as_ref(), schema).await?;
            let (before, after) = (Some(value.unmark_deep()), value);
            let outcome = Outcome {
                action: Action::NoOp,
                reason: None,
                before,
                after,
                replace_paths: Vec::new(),
                importing: None,
                generated_config: None,
            };
            return Ok(self.note_change(desired, schema, region, outcome));
        };
        if self.mode == Mode::RefreshOnly {
            return Ok(self.remembered_data(desired, schema));
        }
        let after = desired.proposal(&schema.block);
        let outcome = Outcome {
            action: Action::Read,
            reason: Some(reason),
            before: None,
            after,
            replace_paths: Vec::new(),
            importing: None,
            generated_config: None,
        };
        Ok(self.note_change(desired, schema, region, outcome))
    }

    /// Plans to read the data source of a `check` block, whatever reading it now comes to.
    ///
    /// A failure fails the check and nothing else.
    async fn plan_check_data(
        &self,
        desired: &DesiredInstance<'_>,
        connection: &dyn Connection,
        region: Option<Region>,
        schema: &Schema,
    ) -> Result<Value, Poisoned> {
        let read = self.try_to_read(desired, connection, region.as_ref(), schema).await;
        let answer = read.map_err(|diagnostic| {
            let message = format!("{}: {}", diagnostic.summary, diagnostic.detail);
            let mut findings = self.findings.borrow_mut();
            findings.unread.insert(desired.address.clone(), message);
            findings.diagnostics.push(diagnostic.into_warning().provisional());
            Poisoned
        });
        let outcome = Outcome {
            action: Action::Read,
            reason: Some(Reason::ReadBecauseCheckNested),
            before: None,
            after: answer.clone().unwrap_or_else(|_| desired.proposal(&schema.block)),
            replace_paths: Vec::new(),
            importing: None,
            generated_config: None,
        };
        self.note_change(desired, schema, region, outcome);
        answer
    }

    /// Reads a data source whose arguments are known.
    pub(crate) async fn read_data(
        &self,
        desired: &DesiredInstance<'_>,
        connection: &dyn Connection,
        region: Option<&Region>,
        schema: &Schema,
    ) -> Result<Value, Poisoned> {
        let read = self.try_to_read(desired, connection, region, schema).await;
        read.or_else(|diagnostic| self.fail(diagnostic))
    }

    async fn try_to_read(
        &self,
        desired: &DesiredInstance<'_>,
        connection: &dyn Connection,
        region: Option<&Region>,
        schema: &Schema,
    ) -> Result<Value, Diagnostic> {
        let kind = desired.address.kind();
        self.observer.observe(Event::Reading(desired.address.clone()));
        // Nothing is changed while a plan is made: whenever it is asked, it is the same question.
        let question = Question {
            provider: desired.provider.clone(),
            kind: kind.to_owned(),
            config: desired.config.unmark_deep(),
            after: Arc::default(),
        };
        let read = self.answers.ask(self.catalogue, connection, &desired.address, question).await;
        let address = desired.address.clone();
        self.observer.observe(if read.is_ok() { Event::Read(address) } else { Event::Unread(address) });
        match (read, self.remembered(desired, schema)) {
            (Ok(value), _) => {
                self.failures.succeeded();
                Ok(desired.mark(&schema.block, value))
            }
            (Err(error), Some(remembered)) if error.is_unobservable() => {
                self.failures.unobserved(region.cloned(), 1, error);
                Ok(desired.mark(&schema.block, remembered))
            }
            (Err(error), _) => Err(desired.failure(format!("Reading data source {kind} failed"), &error)),
        }
    }

    /// Returns what the state holds of a data source, if it was read with the same arguments.
    fn remembered(&self, desired: &DesiredInstance<'_>, schema: &Schema) -> Option<Value> {
        let stored = self.state.current(&desired.address)?.decode(&schema.block.implied_type()).ok()?;
        let stored = stored.unmark_deep();
        let config = desired.config.unmark_deep();
        let same = |(name, value): (&Arc<str>, &Value)| {
            value.is_null() || stored.attribute(name).is_some_and(|it| it == value)
        };
        config.entries()?.iter().all(same).then_some(stored)
    }
}
