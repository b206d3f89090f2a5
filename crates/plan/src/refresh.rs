use std::collections::{BTreeMap, HashMap};
use std::pin::pin;

use futures::future::{Either, join_all, select};
use rinfra_addr::{Mode, ProviderConfig, ResourceInstance};
use rinfra_config::{Config, Removals};
use rinfra_diag::Diagnostic;
use rinfra_eval::{Connections, Evaluation, Poisoned, Selection};
use rinfra_provider::{Catalogue, Error, Region, ResourceType, Wanted};
use rinfra_state::{Object, State};
use rinfra_value::{Path, Value};
use tokio::sync::OnceCell;

use crate::failures::Failures;
use crate::observer::{Event, Observer};
use crate::region_scope::RegionScope;

/// An object of the state: an instance, and the key of the deposed object if it is one.
pub(crate) type Slot = (ResourceInstance, Option<String>);

/// What a refresh found of one object.
#[derive(Clone, Debug)]
pub(crate) enum Observed {
    /// The object as it is.
    Found(Value),
    /// The object is gone.
    Gone,
    /// The object could not be observed: its last known value stands, and nothing is decided about it.
    Unobserved(Value),
    /// The object is outside the plan, or its Regions: its last known value stands.
    Outside(Value),
}

impl Observed {
    /// Returns the object as far as it is known; `None` when it is gone.
    pub(crate) fn value(self) -> Option<Value> {
        match self {
            Self::Found(value) | Self::Unobserved(value) | Self::Outside(value) => Some(value),
            Self::Gone => None,
        }
    }
}

/// One object of the state, and its value.
struct Entry<'r> {
    slot: Slot,
    object: &'r Object,
    stored: Value,
}

/// All objects of one type of one provider configuration.
struct Group<'r> {
    provider: ProviderConfig,
    owner: Owner,
    kind: String,
    entries: Vec<Entry<'r>>,
    /// What became of each of the entries; nothing of what could not be read.
    observed: OnceCell<Vec<Option<Observed>>>,
}

/// Whose objects the objects of a group are.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Owner {
    /// Of the provider configuration that is to manage them.
    Chosen,
    /// Of the one the state names. Another one is to manage them, and which of its instances is not known here.
    Former,
}

/// The bulk refresh: everything the state knows of, grouped so that each group costs few calls.
pub(crate) struct Refresh<'r> {
    groups: Vec<Group<'r>>,
    /// The group of each object, and its position there.
    places: HashMap<Slot, (usize, usize)>,
    /// Objects that cannot be made sense of, and need not be, because they are only forgotten.
    unreadable: Vec<(Slot, ProviderConfig)>,
    context: Context<'r>,
}

/// What reading needs.
#[derive(Clone, Copy)]
pub(crate) struct Context<'r> {
    pub(crate) catalogue: &'r Catalogue,
    pub(crate) connections: &'r Connections,
    pub(crate) scope: &'r RegionScope,
    /// What the plan is about.
    pub(crate) selection: &'r Selection,
    pub(crate) observer: &'r dyn Observer,
    /// What leaves the state without being looked at.
    pub(crate) removals: &'r Removals<'r>,
    /// Whether to read at all, or to believe the state.
    pub(crate) read: bool,
}

impl<'r> Refresh<'r> {
    /// Returns the refresh of a state, and what is wrong with its objects. Nothing is read yet.
    pub(crate) fn new(config: &Config, state: &'r State, context: Context<'r>) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let mut groups: BTreeMap<(ProviderConfig, Owner, String), Vec<Entry<'r>>> = BTreeMap::new();
        let mut unreadable = Vec::new();
        for (address, resource, instance) in state.instances() {
            if address.mode() != Mode::Managed {
                continue;
            }
            let (provider, owner) = provider(config, &address, resource.provider_of(instance));
            for (deposed, object) in instance.objects() {
                let slot = (address.clone(), deposed.map(str::to_owned));
                match decode(context.catalogue, &address, &provider, object) {
                    Ok(stored) => {
                        let key = (provider.clone(), owner, address.kind().to_string());
                        groups.entry(key).or_default().push(Entry { slot, object, stored });
                    }
                    Err(_) if context.removals.forgets(&address.config()) => {
                        unreadable.push((slot, provider.clone()));
                    }
                    Err(diagnostic) => diagnostics.push(diagnostic),
                }
            }
        }
        let groups: Vec<_> = groups
            .into_iter()
            .map(|((provider, owner, kind), entries)| Group {
                provider,
                owner,
                kind,
                entries,
                observed: OnceCell::new(),
            })
            .collect();
        let places = groups.iter().enumerate().flat_map(|(group, it)| {
            let entries = it.entries.iter().enumerate();
            entries.map(move |(position, it)| (it.slot.clone(), (group, position)))
        });
        let places = places.collect();
        (Self { groups, places, unreadable, context }, diagnostics)
    }

    /// Returns the provider configuration that manages an object.
    pub(crate) fn provider(&self, slot: &Slot) -> Option<&ProviderConfig> {
        Some(&self.groups[self.places.get(slot)?.0].provider)
    }

    /// Returns an object as the state has it, without marks.
    pub(crate) fn stored(&self, slot: &Slot) -> Option<&Value> {
        self.entry(slot).map(|it| &it.stored)
    }

    fn entry(&self, slot: &Slot) -> Option<&Entry<'r>> {
        let (group, position) = *self.places.get(slot)?;
        self.groups[group].entries.get(position)
    }

    /// Reads everything, all groups at once, but for what only tells when it is needed who is to read it.
    pub(crate) async fn run(&self, evaluation: &Evaluation<'_>, failures: &Failures) {
        let selected =
            |it: &&Group<'_>| it.entries.iter().any(|it| self.context.selection.contains(&it.slot.0));
        let chosen = self.groups.iter().filter(|it| it.owner == Owner::Chosen);
        join_all(chosen.filter(selected).map(|group| async {
            if !evaluation.has_provider_instance(&group.provider).await {
                return;
            }
            // Looking need not wait until it is certain whose credentials these are.
            let opened = self.context.connections.opened(&group.provider);
            match select(evaluation.provider(&group.provider), pin!(opened)).await {
                Either::Left((Err(Poisoned), _)) => {}
                Either::Left((Ok(_), _)) => drop(self.observe_group(group, failures).await),
                Either::Right(((), provider)) => {
                    // Others may wait for what this drives.
                    let _ = futures::join!(self.observe_group(group, failures), provider);
                }
            }
        }))
        .await;
    }

    /// Returns what became of an object that a provider configuration is to manage, whichever did so far; `None` as
    /// for [`Self::observed`].
    ///
    /// *Assumptions*: that provider configuration is configured.
    pub(crate) async fn observed_by(
        &self,
        provider: &ProviderConfig,
        slot: &Slot,
        failures: &Failures,
    ) -> Option<Observed> {
        let (group, position) = *self.places.get(slot)?;
        let group = &self.groups[group];
        if group.provider == *provider {
            return self.observed(slot, failures).await;
        }
        let Entry { object, stored, .. } = &group.entries[position];
        let own = Group {
            provider: provider.clone(),
            owner: Owner::Chosen,
            kind: group.kind.clone(),
            entries: vec![Entry { slot: slot.clone(), object, stored: stored.clone() }],
            observed: OnceCell::new(),
        };
        self.read_group(&own, failures).await.pop().flatten()
    }

    /// Returns what became of an object; `None` when the state does not know it, or reading it failed.
    ///
    /// *Assumptions*: the object's provider is configured.
    pub(crate) async fn observed(&self, slot: &Slot, failures: &Failures) -> Option<Observed> {
        let (group, position) = *self.places.get(slot)?;
        self.observe_group(&self.groups[group], failures).await.get(position).cloned().flatten()
    }

    async fn observe_group<'g>(&self, group: &'g Group<'_>, failures: &Failures) -> &'g [Option<Observed>] {
        group.observed.get_or_init(|| self.read_group(group, failures)).await
    }

    /// Returns what became of each entry of a group.
    async fn read_group(&self, group: &Group<'_>, failures: &Failures) -> Vec<Option<Observed>> {
        let mut observed = vec![None; group.entries.len()];
        let Some(connection) = self.context.connections.get(&group.provider) else { return observed };
        let Some(resource_type) = self.resource_type(group) else { return observed };
        let mut by_region: BTreeMap<Option<Region>, Vec<(usize, Wanted)>> = BTreeMap::new();
        for (position, entry) in group.entries.iter().enumerate() {
            let region = connection.region(&group.kind, Some(&entry.stored));
            if !self.context.scope.contains(region.as_ref())
                || !self.context.selection.contains(&entry.slot.0)
            {
                observed[position] = Some(Observed::Outside(entry.stored.clone()));
            } else if !self.context.read || self.context.removals.forgets(&entry.slot.0.config()) {
                observed[position] = Some(Observed::Found(entry.stored.clone()));
            } else if let Some(identity) = resource_type.identity(&entry.stored) {
                let wanted = Wanted { identity, prior: Some(entry.stored.clone()) };
                by_region.entry(region).or_default().push((position, wanted));
            } else {
                // Nothing ever told how to find it: the creation failed before the cloud named the object.
                observed[position] = Some(Observed::Gone);
            }
        }
        let reads = join_all(by_region.into_iter().map(|(region, asked)| {
            let connection = connection.clone();
            async move {
                let (positions, wanted): (Vec<_>, Vec<_>) = asked.into_iter().unzip();
                self.tell(group, region.as_ref(), positions.len(), false);
                let read = connection.read(&group.kind, region.as_ref(), wanted).await;
                self.tell(group, region.as_ref(), positions.len(), true);
                (region, positions, read)
            }
        }))
        .await;
        if !self.context.connections.is_verified(&group.provider).await {
            // That the connection cannot be used has been reported; whatever failed failed for that.
            return vec![None; group.entries.len()];
        }
        for (region, positions, read) in reads {
            let entry = |position: usize| &group.entries[position];
            match read {
                Ok(values) if values.len() != positions.len() => {
                    let error = Error::internal(format!(
                        "asked for {} objects, the provider answered for {}",
                        positions.len(),
                        values.len()
                    ));
                    failures.failed(&group.kind, entry(positions[0]).slot.0.to_string(), &error);
                }
                Ok(values) => {
                    for (position, value) in positions.into_iter().zip(values) {
                        let stored = &entry(position).stored;
                        // What did not change is kept once.
                        observed[position] = Some(match value {
                            None => Observed::Gone,
                            Some(value) if value == *stored => Observed::Found(stored.clone()),
                            Some(value) => Observed::Found(value),
                        });
                    }
                    failures.succeeded();
                }
                Err(error) if error.is_unobservable() => {
                    for position in &positions {
                        observed[*position] = Some(Observed::Unobserved(entry(*position).stored.clone()));
                    }
                    failures.unobserved(region, positions.len(), error);
                }
                Err(error) => failures.failed(&group.kind, entry(positions[0]).slot.0.to_string(), &error),
            }
        }
        observed
    }

    fn resource_type(&self, group: &Group<'_>) -> Option<&'r dyn ResourceType> {
        self.context.catalogue.get(&group.provider.source)?.resource_type(&group.kind)
    }

    fn tell(&self, group: &Group<'_>, region: Option<&Region>, objects: usize, done: bool) {
        let (kind, region) = (group.kind.clone(), region.cloned());
        self.context.observer.observe(if done {
            Event::Refreshed { kind, region, objects }
        } else {
            Event::Refreshing { kind, region, objects }
        });
    }

    /// Tells whether an object is marked for replacement.
    pub(crate) fn is_tainted(&self, slot: &Slot) -> bool {
        self.entry(slot).is_some_and(|it| it.object.is_tainted())
    }

    /// Returns which places of an object are sensitive, as the state has it.
    pub(crate) fn sensitive_paths(&self, slot: &Slot) -> &[Path] {
        self.entry(slot).map(|it| it.object.sensitive_paths.as_slice()).unwrap_or_default()
    }

    /// Returns how many objects are gone, of those that were observed.
    pub(crate) fn gone(&self) -> usize {
        let observed = self.groups.iter().filter_map(|it| it.observed.get());
        observed.flatten().filter(|it| matches!(it, Some(Observed::Gone))).count()
    }

    /// Returns the objects that cannot be made sense of and are only forgotten, with their provider configurations.
    pub(crate) fn unreadable(&self) -> &[(Slot, ProviderConfig)] {
        &self.unreadable
    }

    /// Returns all slots of the state's managed objects, ordered by provider and type.
    pub(crate) fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.groups.iter().flat_map(|group| group.entries.iter().map(|it| &it.slot))
    }
}

/// Returns the provider configuration of an object, as far as the text of the configuration tells.
///
/// Which of several instances the configuration wants is known only when its block is evaluated. Until then it is the
/// one that the state names.
fn provider(config: &Config, address: &ResourceInstance, former: ProviderConfig) -> (ProviderConfig, Owner) {
    let key =
        config.resource(&address.config()).and_then(|it| config.provider_of(&address.module().path(), it));
    let Some(key) = key else { return (former, Owner::Chosen) };
    let chosen = key.address();
    if config.provider_block(&key).is_none_or(|it| it.for_each.is_none()) {
        return (chosen, Owner::Chosen);
    }
    let is_same = ProviderConfig { key: chosen.key.clone(), ..former.clone() } == chosen;
    (former, if is_same { Owner::Chosen } else { Owner::Former })
}

/// Returns the value of an object of the state, without marks.
fn decode(
    catalogue: &Catalogue,
    address: &ResourceInstance,
    provider: &ProviderConfig,
    object: &Object,
) -> Result<Value, Diagnostic> {
    let error =
        |summary: &str, detail: String| Diagnostic::error(summary, detail).address(address.to_string());
    let resource_type =
        catalogue.get(&provider.source).and_then(|it| it.resource_type(address.kind())).ok_or_else(|| {
            let detail = format!(
                "The state holds {address}, and this rinfra does not support {} of {}.",
                address.kind(),
                provider.source.short()
            );
            let hint = "To leave it to others, let a \"removed\" block or \"rinfra state rm\" take it out of this state";
            error("Unsupported resource type in state", detail).hint(hint)
        })?;
    let schema = resource_type.schema();
    if object.schema_version > schema.version {
        let detail = format!(
            "{address} was written with version {} of its schema, and this rinfra knows version {}.",
            object.schema_version, schema.version
        );
        return Err(error("Resource instance managed by newer provider version", detail)
            .hint("Use a newer rinfra; the state is untouched"));
    }
    let unreadable = |cause: &dyn std::error::Error| {
        error("Invalid object in state", format!("{address} cannot be read: {cause}"))
    };
    let stored =
        object.decode(&schema.block.implied_type()).map_err(|cause| unreadable(&cause))?.unmark_deep();
    if object.schema_version == schema.version {
        return Ok(stored);
    }
    resource_type.upgrade(stored, object.schema_version).map_err(|cause| unreadable(&cause))
}
