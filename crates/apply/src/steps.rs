mod reading;

use std::sync::Arc;

use rinfra_addr::ResourceInstance;
use rinfra_change::{Action, Opcode as PlanOpcode, ResourceChange};
use rinfra_eval::DesiredInstance;
use rinfra_provider::{Error, ErrorClass, Operation, PlanRequest, Planned, Region, ResourceType, Turn};
use rinfra_schema::{Schema, planning};
use rinfra_state::journal::{Effect, Event, Intent, Opcode, Sequence};
use rinfra_state::{InstanceState, Object, Status};
use rinfra_value::{Path, Value};

use crate::conformity::first_contradiction;
use crate::executor::{Done, Executor, Job, StepFailure};
use crate::phase::disagreement;
use crate::preparation::{encode, encode_partial, outline};

type Step<T> = Result<T, StepFailure>;

/// A call that is about to be made.
struct Intended {
    opcode: Opcode,
    region: Option<Region>,
    deposed: Option<String>,
    turn: Turn,
}

impl<'x> Executor<'x> {
    /// Makes a new object.
    pub(crate) async fn create(&self, job: Job<'_>) -> Step<Done> {
        let change = job.change;
        let desired = self.desired(change).await?;
        let failed = |error: Error| self.failure(change, "Creating", Some(&desired), &error);
        let planned = self.final_plan(change, &desired, None).await?;
        let sent = self.sent(change, &desired, &planned)?;
        let connection = self.connection(change).await?;
        self.refuse_doubt(change)?;
        let turn = self.turn(job, &*connection, change.region.as_ref()).await?;
        self.begin(job, PlanOpcode::Create);
        let deposed = match change.action {
            Action::CreateThenDelete => Some(self.depose(change).await.map_err(failed)?),
            _ => None,
        };
        let block = &self.schema(change)?.block;
        let outline = outline(&desired.mark(block, planned.clone()), change);
        let intent = Intended { opcode: Opcode::Create, region: change.region.clone(), deposed: None, turn };
        let intent = (intent, Some(outline));
        let (operation, sequence) = self.intend(change, intent, Some(&planned)).await.map_err(failed)?;
        let created = connection.create(&operation, &sent).await;
        operation.turn.end();
        let identity = match created {
            Ok(identity) => identity,
            Err(error) => {
                self.give_up(sequence, &error, None).await.map_err(failed)?;
                if let Some(key) = deposed {
                    self.restore(change, &key).await.map_err(failed)?;
                }
                return Err(failed(error));
            }
        };
        let schema = self.schema(change)?;
        let ty = schema.block.implied_type();
        let identified = desired.mark(&schema.block, with_id(&planned, &identity));
        let object = encode_partial(&identified, &ty, change).map_err(failed)?;
        let event =
            Event::Identified { sequence, identity: identity.clone(), object: Box::new(object.clone()) };
        self.scribe.write(event).await.map_err(failed)?;
        match connection.settle(&operation, &identity, &planned).await {
            Ok(value) => self.created(job, &desired, sequence, value).await?,
            Err(error) => {
                let tainted = object.with_status(Status::Tainted);
                self.give_up(sequence, &error, Some(tainted)).await.map_err(failed)?;
                return Err(failed(error));
            }
        }
        Ok(Done::Something { identity: Some(identity) })
    }

    /// Changes an object in place.
    pub(crate) async fn update(&self, job: Job<'_>) -> Step<Done> {
        let change = job.change;
        let desired = self.desired(change).await?;
        let failed = |error: Error| self.failure(change, "Updating", Some(&desired), &error);
        let prior = self.stored(change, None)?;
        let planned = self.final_plan(change, &desired, Some(&prior)).await?;
        let sent = self.sent(change, &desired, &planned)?;
        if sent == prior && self.keep(change, &desired, planned.clone()).await? {
            return Ok(Done::Nothing);
        }
        let identity = self.identity(change, &prior)?;
        let connection = self.connection(change).await?;
        let turn = self.turn(job, &*connection, change.region.as_ref()).await?;
        self.begin(job, PlanOpcode::Update);
        let intent = Intended { opcode: Opcode::Update, region: change.region.clone(), deposed: None, turn };
        let intent = (intent, None);
        let (operation, sequence) = self.intend(change, intent, Some(&planned)).await.map_err(failed)?;
        let updated = connection.update(&operation, &prior, &sent).await;
        operation.turn.end();
        // What identifies the object may be among what was changed.
        let identity = self.identity(change, &planned).unwrap_or(identity);
        let settled = match updated {
            Ok(()) => connection.settle(&operation, &identity, &planned).await,
            Err(error) => Err(error),
        };
        match settled {
            Ok(value) => self.settled(change, &desired, sequence, value).await?,
            Err(error) => {
                // What took effect and what did not shows at the next refresh: an update may be repeated.
                self.end_known(sequence, &error).await.map_err(failed)?;
                return Err(failed(error));
            }
        }
        Ok(Done::Something { identity: Some(identity) })
    }

    /// Records an object that turned out to be as it should be, unless what is secret of it changes.
    async fn keep(&self, change: &ResourceChange, desired: &DesiredInstance<'_>, value: Value) -> Step<bool> {
        let schema = self.schema(change)?;
        let value = desired.mark(&schema.block, value);
        let failed = |error: Error| self.failure(change, "Recording", Some(desired), &error);
        let mut object = encode(&value, &schema.block.implied_type(), change).map_err(failed)?;
        let is_same = self.scribe.with_state(|state| {
            let Some(stored) = state.object(&change.address, None) else { return false };
            object.status = stored.status;
            object.private.clone_from(&stored.private);
            let (mut now, mut then) = (object.sensitive_paths.clone(), stored.sensitive_paths.clone());
            now.sort_by_key(ToString::to_string);
            then.sort_by_key(ToString::to_string);
            now == then
        });
        if is_same {
            self.record(change, object).await.map_err(failed)?;
            self.phase.results.post(&change.address, Ok(value));
        }
        Ok(is_same)
    }

    /// Deletes an object.
    pub(crate) async fn delete(&self, job: Job<'_>) -> Step<Done> {
        let change = job.change;
        let failed = |error: Error| self.failure(change, "Deleting", None, &error);
        let deposed = match change.action {
            Action::CreateThenDelete => self.deposed_key(&change.address),
            _ => change.deposed.clone(),
        };
        let prior = self.stored(change, deposed.as_deref())?;
        // What has no name cannot be deleted.
        self.identity(change, &prior)?;
        let connection = self.connection(change).await?;
        // A replacement in another Region deletes where the object is, not where the new one will be.
        let region = connection.region(change.address.kind(), Some(&prior));
        let turn = self.turn(job, &*connection, region.as_ref()).await?;
        self.begin(job, PlanOpcode::Delete);
        self.run_destruction_provisioners(job, &prior).await?;
        let intent = (Intended { opcode: Opcode::Delete, region, deposed, turn }, None);
        let (operation, sequence) = self.intend(change, intent, None).await.map_err(failed)?;
        let deleted = connection.delete(&operation, &prior).await;
        operation.turn.end();
        match deleted {
            Ok(()) => self.scribe.write(Event::Removed { sequence }).await.map_err(failed)?,
            Err(error) => {
                self.end_known(sequence, &error).await.map_err(failed)?;
                return Err(failed(error));
            }
        }
        // Nothing has it any more.
        Ok(Done::Something { identity: None })
    }

    /// Takes an object out of the state and leaves it in the cloud.
    pub(crate) async fn forget(&self, job: Job<'_>) -> Step<Done> {
        let change = job.change;
        let event = Event::Forgotten { address: change.address.clone(), deposed: change.deposed.clone() };
        let failed = |error: Error| self.failure(change, "Forgetting", None, &error);
        self.begin(job, PlanOpcode::Forget);
        self.scribe.write(event).await.map_err(failed)?;
        Ok(Done::Something { identity: None })
    }

    /// Returns the values an instance will have, now that its arguments are known, and makes sure they are
    /// what the plan promised.
    async fn final_plan(
        &self,
        change: &ResourceChange,
        desired: &DesiredInstance<'_>,
        prior: Option<&Value>,
    ) -> Step<Value> {
        let schema = self.schema(change)?;
        let connection = self.connection(change).await?;
        let config = desired.effective_config(&schema.block, prior);
        let request = PlanRequest {
            kind: change.address.kind(),
            prior,
            config: &config,
            proposed: planning::propose(&schema.block, prior, &config),
        };
        let planned = connection
            .plan(request)
            .map_err(|error| self.failure(change, "Planning", Some(desired), &error))?;
        let contradiction = match &change.after {
            Some(promised) => first_contradiction(&promised.unmark_deep(), &planned.value),
            None => None,
        };
        let what = if let Some(path) = contradiction {
            format!("{path} has become another value than the plan said.")
        } else if let Some(path) = prior.and_then(|it| replacing(schema, it, &planned)) {
            format!("{path} has become a value that needs a new object, and the plan said otherwise.")
        } else {
            return Ok(planned.value);
        };
        let diagnostic = disagreement(format!("{what} Nothing was done to this instance."));
        Err(StepFailure::reported(diagnostic.at(desired.span().clone()).address(change.address.to_string())))
    }

    /// Returns the values to send: those planned, with the write-only arguments that no plan holds.
    fn sent(&self, change: &ResourceChange, desired: &DesiredInstance<'_>, planned: &Value) -> Step<Value> {
        let block = &self.schema(change)?.block;
        Ok(planning::with_write_only(block, planned, &desired.config.unmark_deep()))
    }

    pub(crate) async fn settled(
        &self,
        change: &ResourceChange,
        desired: &DesiredInstance<'_>,
        sequence: Sequence,
        value: Value,
    ) -> Step<()> {
        let schema = self.schema(change)?;
        let value = desired.mark(&schema.block, value);
        let failed = |error: Error| self.failure(change, "Recording", Some(desired), &error);
        let object = encode(&value, &schema.block.implied_type(), change).map_err(failed)?;
        self.scribe.write(Event::Settled { sequence, object: Box::new(object) }).await.map_err(failed)?;
        self.phase.results.post(&change.address, Ok(value));
        Ok(())
    }

    /// Writes down what is about to be done.
    async fn intend(
        &self,
        change: &ResourceChange,
        (intended, outline): (Intended, Option<Object>),
        planned: Option<&Value>,
    ) -> Result<(Operation, Sequence), Error> {
        let Intended { opcode, region, deposed, turn } = intended;
        let is_marked = self.resource_type(change).is_some_and(ResourceType::is_marked);
        let sequence = self.scribe.next_sequence();
        let operation = Operation {
            kind: change.address.kind().clone(),
            region,
            address: change.address.to_string(),
            token: format!("{}-{}", self.run, sequence.0),
            turn,
        };
        let intent = Intent {
            sequence,
            run: self.run.clone(),
            opcode,
            address: change.address.clone(),
            deposed,
            provider: change.provider.clone(),
            region: operation.region.as_ref().map(ToString::to_string),
            token: operation.token.clone(),
            identity: None,
            planned: planned.cloned(),
            outline: outline.map(Box::new),
            at: Some((self.now)()),
            marks: opcode == Opcode::Create && is_marked,
        };
        self.scribe.write(Event::Intent(Box::new(intent))).await?;
        Ok((operation, sequence))
    }

    /// Writes down that a creation failed; whether the service made something anyway, or whether what it made is usable,
    /// may stay open.
    async fn give_up(&self, sequence: Sequence, error: &Error, object: Option<Object>) -> Result<(), Error> {
        let is_open = match (&object, error.class) {
            (None, class) => {
                matches!(class, ErrorClass::Transient | ErrorClass::TimedOut | ErrorClass::Internal)
            }
            // Who waited to the end knows enough.
            (Some(_), ErrorClass::TimedOut) => false,
            (Some(_), _) => error.is_unobservable(),
        };
        let effect = if is_open { Effect::Uncertain } else { Effect::Known };
        self.failed_event(sequence, effect, error, object).await
    }

    async fn end_known(&self, sequence: Sequence, error: &Error) -> Result<(), Error> {
        self.failed_event(sequence, Effect::Known, error, None).await
    }

    async fn failed_event(
        &self,
        sequence: Sequence,
        effect: Effect,
        error: &Error,
        object: Option<Object>,
    ) -> Result<(), Error> {
        let (class, message) = (format!("{:?}", error.class), error.to_string());
        let object = object.map(Box::new);
        self.scribe.write(Event::Failed { sequence, effect, class, message, object }).await
    }

    pub(crate) async fn record(&self, change: &ResourceChange, object: Object) -> Result<(), Error> {
        let event = Event::Recorded {
            address: change.address.clone(),
            deposed: None,
            provider: change.provider.clone(),
            object: Box::new(object),
        };
        self.scribe.write(event).await
    }

    /// Makes room for a new object beside the current one, which becomes a deposed one.
    async fn depose(&self, change: &ResourceChange) -> Result<String, Error> {
        let mut instance = self.instance_state(&change.address);
        let key = instance.free_deposed_key(self.random_key(&change.address));
        if let Some(current) = instance.current.take() {
            instance.deposed.insert(key.clone(), current);
        }
        self.arrange(change, instance).await?;
        self.remember_deposed(&change.address, &key);
        Ok(key)
    }

    /// Makes a deposed object the current one again, because no new one could be made.
    async fn restore(&self, change: &ResourceChange, key: &str) -> Result<(), Error> {
        let mut instance = self.instance_state(&change.address);
        if instance.current.is_none() {
            instance.current = instance.deposed.remove(key);
            self.arrange(change, instance).await?;
        }
        Ok(())
    }

    fn instance_state(&self, address: &ResourceInstance) -> InstanceState {
        self.scribe.with_state(|state| state.instance(address).cloned()).unwrap_or_default()
    }

    async fn arrange(&self, change: &ResourceChange, instance: InstanceState) -> Result<(), Error> {
        let event = Event::Arranged {
            address: change.address.clone(),
            provider: change.provider.clone(),
            instance: Box::new(instance),
        };
        self.scribe.write(event).await
    }
}

/// Returns the first place that makes it impossible to change an object in place.
fn replacing(schema: &Schema, prior: &Value, planned: &Planned) -> Option<Path> {
    let difference = planning::difference(&schema.block, prior, &planned.value);
    planned.replace.first().cloned().or_else(|| difference.replace.into_iter().next())
}

/// Returns a planned object with what is known right after its creation: its `id`, where that was to come.
pub(crate) fn with_id(planned: &Value, identity: &str) -> Value {
    let is_to_come = planned.attribute("id").is_some_and(|it| !it.is_known());
    match planned.entries().filter(|_| is_to_come) {
        Some(entries) => {
            let identified = entries.iter().map(|(name, it)| {
                let value = if &**name == "id" { Value::string(identity) } else { it.clone() };
                (Arc::clone(name), value)
            });
            Value::object(identified).with_marks(planned.marks())
        }
        None => planned.clone(),
    }
}
