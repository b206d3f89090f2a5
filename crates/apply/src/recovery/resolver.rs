use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use rinfra_addr::{ProviderConfig, ResourceInstance};
use rinfra_eval::Connections;
use rinfra_provider::{
    Catalogue, Connection, Error, ErrorClass, Fate, Interrupted, Marked, Operation, Region, ResourceType,
    Turn, Wanted,
};
use rinfra_schema::planning;
use rinfra_state::journal::{Effect, Event, Intent, Opcode, Unfinished};
use rinfra_state::{Object, Status};
use rinfra_value::Value;

use super::outcome::{Outcome, Resolved};
use crate::run::Now;
use crate::scribe::Scribe;
use crate::steps::with_id;

/// How long what a service named may be invisible to its readers.
const APPEARS_WITHIN: Duration = Duration::from_secs(120);

/// Where operations were made: what is looked up together.
type Place = (ProviderConfig, String, Option<String>);

/// Finds out what became of interrupted operations, and writes it down.
#[derive(Clone, Copy)]
pub(crate) struct Resolver<'x> {
    pub(crate) catalogue: &'x Catalogue,
    pub(crate) connections: &'x Connections,
    pub(crate) scribe: &'x Scribe,
    /// Why connections are not open.
    pub(crate) closed: &'x BTreeMap<ProviderConfig, Error>,
    pub(crate) now: Now<'x>,
}

/// Operations on objects of one type in one Region.
struct Group<'x> {
    connection: Arc<dyn Connection>,
    resource_type: &'x dyn ResourceType,
    kind: String,
    region: Option<Region>,
}

impl Resolver<'_> {
    /// Resolves operations; everything of one type in one Region in a call or two.
    ///
    /// *Errors*: when the journal cannot be written.
    pub(crate) async fn resolve(&self, unfinished: Vec<Unfinished>) -> Result<Vec<Resolved>, Error> {
        let mut places: BTreeMap<Place, Vec<Unfinished>> = BTreeMap::new();
        for it in unfinished {
            let Intent { provider, address, region, .. } = &it.intent;
            let place = (provider.clone(), address.kind().to_string(), region.clone());
            places.entry(place).or_default().push(it);
        }
        let all = places.into_iter().map(|(place, operations)| self.resolve_place(place, operations));
        let mut resolved = Vec::new();
        for place in join_all(all).await {
            resolved.extend(place?);
        }
        resolved.sort_by_key(|it| it.intent.sequence);
        Ok(resolved)
    }

    async fn resolve_place(&self, place: Place, operations: Vec<Unfinished>) -> Result<Vec<Resolved>, Error> {
        let (provider, kind, region) = place;
        let resource_type = self.catalogue.get(&provider.source).and_then(|it| it.resource_type(&kind));
        let group = match (self.connections.get(&provider), resource_type) {
            (Some(connection), Some(resource_type)) => {
                Group { connection, resource_type, kind, region: region.map(Region::new) }
            }
            (None, _) => {
                let closed = || Error::internal(format!("{provider} is not open"));
                let error = self.closed.get(&provider).cloned().unwrap_or_else(closed);
                return Ok(all_unknown(operations, &error));
            }
            (_, None) => {
                let error = Error::internal(format!("this rinfra does not know the type {kind}"));
                return Ok(all_unknown(operations, &error));
            }
        };
        let (lost, named): (Vec<_>, Vec<_>) = operations.into_iter().partition(Unfinished::is_lost);
        let (lost, named) = futures::join!(self.look_for(&group, lost), self.look_at(&group, named));
        Ok(lost?.into_iter().chain(named?).collect())
    }

    /// Resolves creations that gave no answer.
    async fn look_for(&self, group: &Group<'_>, lost: Vec<Unfinished>) -> Result<Vec<Resolved>, Error> {
        let (whole, unplanned): (Vec<_>, Vec<_>) =
            lost.into_iter().partition(|it| it.intent.planned.is_some());
        let untold = Error::internal("the journal does not say what was to be made");
        let mut resolved = all_unknown(unplanned, &untold);
        if whole.is_empty() {
            return Ok(resolved);
        }
        let interrupted = whole.iter().map(|it| Interrupted {
            token: it.intent.token.clone(),
            planned: it.intent.planned.clone().unwrap_or_else(Value::dynamic_null),
            at: it.intent.at,
            age: self.age(&it.intent),
        });
        let answers =
            group.connection.look_for(&group.kind, group.region.as_ref(), interrupted.collect()).await;
        let fates = match answers {
            Ok(fates) if fates.len() == whole.len() => fates,
            Ok(_) => return Ok(all_unknown(whole, &Error::internal("the provider did not answer for all"))),
            Err(error) => {
                resolved.extend(all_unknown(whole, &error));
                return Ok(resolved);
            }
        };
        let each = whole.into_iter().zip(fates).map(|(unfinished, fate)| async move {
            let intent = unfinished.intent;
            let outcome = match fate {
                Fate::Made(identity) => self.adopt(group, &intent, identity).await?,
                Fate::Nothing => self.end(&intent, Outcome::NotStarted).await?,
                Fate::Occupied(identity) => self.end(&intent, Outcome::Occupied(identity)).await?,
                Fate::Unknown(error) => Outcome::Unknown(error),
            };
            Ok::<_, Error>(Resolved { intent, outcome })
        });
        for it in join_all(each).await {
            resolved.push(it?);
        }
        Ok(resolved)
    }

    /// Resolves operations on objects whose identity is known.
    async fn look_at(&self, group: &Group<'_>, named: Vec<Unfinished>) -> Result<Vec<Resolved>, Error> {
        let mut resolved = Vec::new();
        let (mut asked, mut wanted) = (Vec::new(), Vec::new());
        for unfinished in named {
            let stored = self.stored(group, &unfinished.intent);
            let known = stored.as_ref().and_then(|it| group.resource_type.identity(it));
            let identity = unfinished.identity.clone().or_else(|| known.clone());
            let is_same = stored.is_some() && (known.is_none() || known == identity);
            match identity.filter(|_| is_same) {
                Some(identity) => {
                    wanted.push(Wanted { identity: identity.clone(), prior: stored });
                    asked.push((unfinished, identity));
                }
                None => {
                    let outcome = self.end(&unfinished.intent, Outcome::Superseded).await?;
                    resolved.push(Resolved { intent: unfinished.intent, outcome });
                }
            }
        }
        if asked.is_empty() {
            return Ok(resolved);
        }
        let read = group.connection.read(&group.kind, group.region.as_ref(), wanted).await;
        let found = match read {
            Ok(found) if found.len() == asked.len() => found,
            Ok(_) => {
                let error = Error::internal("the provider did not answer for all");
                resolved.extend(all_unknown(asked.into_iter().map(|(it, _)| it), &error));
                return Ok(resolved);
            }
            Err(error) => {
                resolved.extend(all_unknown(asked.into_iter().map(|(it, _)| it), &error));
                return Ok(resolved);
            }
        };
        let each = asked.into_iter().zip(found).map(|((unfinished, identity), found)| async move {
            let intent = unfinished.intent;
            let outcome = self.conclude(group, &intent, identity, found).await?;
            Ok::<_, Error>(Resolved { intent, outcome })
        });
        for it in join_all(each).await {
            resolved.push(it?);
        }
        Ok(resolved)
    }

    /// Writes down what became of an operation on an object that was just looked at.
    async fn conclude(
        &self,
        group: &Group<'_>,
        intent: &Intent,
        identity: String,
        found: Option<Value>,
    ) -> Result<Outcome, Error> {
        let sequence = intent.sequence;
        match (intent.opcode, found) {
            (Opcode::Create, Some(found)) => self.settle(group, intent, identity, Some(found), false).await,
            (Opcode::Create, None) if self.age(intent).is_some_and(|it| it < APPEARS_WITHIN) => {
                self.settle(group, intent, identity, None, false).await
            }
            (Opcode::Update, Some(found)) => {
                let object = Box::new(self.encode(group, intent, &found)?);
                self.scribe.write(Event::Settled { sequence, object }).await?;
                Ok(Outcome::Observed(identity))
            }
            (Opcode::Delete, Some(_)) => self.end(intent, Outcome::Kept(identity)).await,
            (Opcode::Delete, None) => {
                self.scribe.write(Event::Removed { sequence }).await?;
                Ok(Outcome::Deleted(identity))
            }
            (Opcode::Create | Opcode::Update, None) => {
                self.scribe.write(Event::Removed { sequence }).await?;
                Ok(Outcome::Gone(identity))
            }
        }
    }

    /// Records an object that was found, and waits until it is usable.
    async fn adopt(&self, group: &Group<'_>, intent: &Intent, identity: String) -> Result<Outcome, Error> {
        if let Some(address) = self.holder(group, intent, &identity) {
            // Whoever recorded it knew nothing of the mark.
            let (kind, token) = (group.kind.clone(), intent.token.clone());
            let marked = Marked { kind, identity: identity.clone(), token };
            if intent.marks
                && let Err(error) = group.connection.unmark(group.region.as_ref(), vec![marked]).await
            {
                return Ok(Outcome::Unknown(error));
            }
            return self.end(intent, Outcome::Recorded(identity, address)).await;
        }
        self.make_room(intent).await?;
        let planned = intent.planned.clone().unwrap_or_else(Value::dynamic_null);
        let block = &group.resource_type.schema().block;
        let object = self.object(group, intent, |outline| {
            let known = with_id(&planned, &identity);
            Object::from_partial_value(&known, &block.implied_type(), outline.schema_version, Vec::new())
        })?;
        let (sequence, object) = (intent.sequence, Box::new(object));
        self.scribe.write(Event::Identified { sequence, identity: identity.clone(), object }).await?;
        self.settle(group, intent, identity, None, true).await
    }

    /// Returns the instance that has an object already: somebody imported it while nobody knew where it came from.
    fn holder(&self, group: &Group<'_>, intent: &Intent, identity: &str) -> Option<ResourceInstance> {
        let ty = group.resource_type.schema().block.implied_type();
        let is_it = |object: &Object| {
            let value = object.decode(&ty).ok().map(|it| it.unmark_deep());
            value.is_some_and(|it| {
                group.resource_type.identity(&it).as_deref() == Some(identity)
                    && group.connection.region(&group.kind, Some(&it)) == group.region
            })
        };
        self.scribe.with_state(|state| {
            let alike = state.instances().filter(|(address, ..)| {
                address.kind() == intent.address.kind()
                    && state.provider(address).as_ref() == Some(&intent.provider)
            });
            let mut holders = alike.filter(|(.., it)| it.objects().any(|(_, object)| is_it(object)));
            holders.next().map(|(address, ..)| address)
        })
    }

    /// Deposes the object that has the place of one that was found: it was put back when nobody knew of the other.
    async fn make_room(&self, intent: &Intent) -> Result<(), Error> {
        let instance = self.scribe.with_state(|state| state.instance(&intent.address).cloned());
        let Some(mut instance) = instance else { return Ok(()) };
        let Some(current) = instance.current.take() else { return Ok(()) };
        let mut hasher = DefaultHasher::new();
        intent.token.hash(&mut hasher);
        let key = instance.free_deposed_key(u32::try_from(hasher.finish() >> 32).unwrap_or_default());
        instance.deposed.insert(key, current);
        let (address, provider) = (intent.address.clone(), intent.provider.clone());
        self.scribe.write(Event::Arranged { address, provider, instance: Box::new(instance) }).await
    }

    /// Waits until an object that a creation made is usable, and writes down what came of that.
    async fn settle(
        &self,
        group: &Group<'_>,
        intent: &Intent,
        identity: String,
        found: Option<Value>,
        is_found: bool,
    ) -> Result<Outcome, Error> {
        let sequence = intent.sequence;
        let operation = Operation {
            kind: group.kind.as_str().into(),
            region: group.region.clone(),
            address: intent.address.to_string(),
            token: intent.token.clone(),
            turn: Turn::default(),
        };
        let Some(planned) = intent.planned.clone().or(found) else {
            return Ok(Outcome::Unknown(Error::internal("the journal does not say what was to be made")));
        };
        group.connection.resume(&operation, &identity);
        match group.connection.settle(&operation, &identity, &planned).await {
            Ok(value) => {
                let object = Box::new(self.encode(group, intent, &value)?);
                self.scribe.write(Event::Settled { sequence, object }).await?;
                Ok(if is_found { Outcome::Adopted(identity) } else { Outcome::Completed(identity) })
            }
            Err(error) if error.class == ErrorClass::NotFound => {
                self.scribe.write(Event::Removed { sequence }).await?;
                Ok(Outcome::Gone(identity))
            }
            Err(error)
                if error.class != ErrorClass::TimedOut && (error.is_unobservable() || is_denied(&error)) =>
            {
                Ok(Outcome::Unknown(error))
            }
            Err(error) => {
                let object = self.scribe.with_state(|state| state.current(&intent.address).cloned());
                let object = object.map(|it| Box::new(it.with_status(Status::Tainted)));
                let (class, message) = (format!("{:?}", error.class), error.to_string());
                let effect = Effect::Known;
                self.scribe.write(Event::Failed { sequence, effect, class, message, object }).await?;
                Ok(Outcome::Unusable(identity, error))
            }
        }
    }

    async fn end(&self, intent: &Intent, outcome: Outcome) -> Result<Outcome, Error> {
        self.scribe.write(Event::Ended { sequence: intent.sequence }).await?;
        Ok(outcome)
    }

    /// Returns the object of the state that an operation is about, as far as its type knows it.
    fn stored(&self, group: &Group<'_>, intent: &Intent) -> Option<Value> {
        let ty = group.resource_type.schema().block.implied_type();
        let decoded = |object: &Object| Some(object.decode(&ty).ok()?.unmark_deep());
        self.scribe.with_state(|state| decoded(state.object(&intent.address, intent.deposed.as_deref())?))
    }

    /// Returns the stored form of an object that was read.
    fn encode(&self, group: &Group<'_>, intent: &Intent, value: &Value) -> Result<Object, Error> {
        let block = &group.resource_type.schema().block;
        self.object(group, intent, |outline| {
            Object::from_value(value, &block.implied_type(), outline.schema_version, Vec::new())
        })
        .map(|mut object| {
            for path in planning::sensitive_paths(block, value) {
                if !object.sensitive_paths.contains(&path) {
                    object.sensitive_paths.push(path);
                }
            }
            object.sensitive_paths.sort();
            object
        })
    }

    /// Returns an object with what is known of it besides its attributes: from the state, else from the intent.
    fn object(
        &self,
        group: &Group<'_>,
        intent: &Intent,
        attributes: impl FnOnce(&Object) -> Result<Object, rinfra_state::EncodeError>,
    ) -> Result<Object, Error> {
        let stored = self
            .scribe
            .with_state(|state| state.object(&intent.address, intent.deposed.as_deref()).cloned())
            .filter(|_| intent.opcode != Opcode::Create);
        let bare = || Object::new(group.resource_type.schema().version, serde_json::Value::Null);
        let outline = stored.or_else(|| intent.outline.as_deref().cloned()).unwrap_or_else(bare);
        let outline = Object { schema_version: group.resource_type.schema().version, ..outline };
        let object = attributes(&outline)
            .map_err(|error| Error::internal(format!("{} cannot be recorded: {error}", intent.address)))?;
        Ok(Object { attributes: object.attributes, ..outline })
    }

    /// Returns how long ago an operation was about to begin.
    fn age(&self, intent: &Intent) -> Option<Duration> {
        intent.at.map(|at| Duration::from_secs((self.now)().saturating_sub(at)))
    }
}

/// Tells whether somebody else could do what failed.
fn is_denied(error: &Error) -> bool {
    matches!(error.class, ErrorClass::AccessDenied | ErrorClass::Credentials | ErrorClass::Expired)
}

/// Returns operations none of which could be looked up.
fn all_unknown(operations: impl IntoIterator<Item = Unfinished>, error: &Error) -> Vec<Resolved> {
    let unknown = |it: Unfinished| Resolved { intent: it.intent, outcome: Outcome::Unknown(error.clone()) };
    operations.into_iter().map(unknown).collect()
}
