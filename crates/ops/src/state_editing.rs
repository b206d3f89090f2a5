//! Changing what the state says without touching what exists.

use std::collections::{BTreeMap, BTreeSet};

use rinfra_addr::{AbsResource, InstanceKey, ModuleInstance, ObjectAddress, ResourceInstance};
use rinfra_diag::Diagnostic;
use rinfra_state::State;
use rinfra_state::journal::{Event, fold};

use crate::addresses;
use crate::failure::{Failure, Outcome};
use crate::workbench::Workbench;

/// Something in the state gets another address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relocation {
    /// The old address: of a module instance, a resource or a resource instance.
    pub from: String,
    /// The new one.
    pub to: String,
    instances: Vec<(ResourceInstance, ResourceInstance)>,
}

impl Workbench<'_> {
    /// Returns what moves in the state when one address becomes another: a module with all that is in it, a resource
    /// with all its instances, or one instance.
    ///
    /// *Errors*: addresses that cannot be read, of different kinds or types, of nothing, or taken.
    pub fn relocations(&self, from: &str, to: &str) -> Outcome<Vec<Relocation>> {
        let known = self.known();
        relocations(&known, &known, from, to)
    }

    /// Returns what moves from this state into another one.
    ///
    /// *Errors*: as for [`relocations`](Self::relocations), and what is in doubt: only this state's journal knows how
    /// to look it up.
    pub fn relocations_into(&self, there: &State, from: &str, to: &str) -> Outcome<Vec<Relocation>> {
        let relocations = relocations(&self.known(), there, from, to)?;
        let moving: BTreeSet<_> =
            relocations.iter().flat_map(|it| &it.instances).map(|(from, _)| from).collect();
        match self.lost().find(|it| moving.contains(it)) {
            Some(lost) => Err(in_doubt(lost)),
            None => Ok(relocations),
        }
    }

    /// Carries out relocations and writes the state. What is in doubt at the old addresses is in doubt at the new.
    pub async fn relocate(self, relocations: &[Relocation]) -> Outcome<()> {
        let mut state = self.state().clone();
        let mut events = Vec::new();
        let moves: Vec<_> = relocations.iter().flat_map(|it| &it.instances).collect();
        for (from, to) in &moves {
            events.extend(self.moved_in_doubt(from, to));
            let Some(provider) = state.provider(from) else { continue };
            let Some(instance) = state.instance(from).cloned() else { continue };
            let event =
                Event::Moved { from: from.clone(), to: to.clone(), provider, instance: Box::new(instance) };
            state = fold(state, [event.clone()]).state;
            events.push(event);
        }
        for address in state.follow_moves(moves.iter().map(|(from, to)| (from, to))) {
            if let (Some(provider), Some(instance)) = (state.provider(&address), state.instance(&address)) {
                let instance = Box::new(instance.clone());
                events.push(Event::Arranged { address, provider, instance });
            }
        }
        self.edit(events).await
    }

    /// Carries out relocations into another state and writes both. It is written first: an interruption leaves what
    /// moves in both states, and nothing in neither.
    pub async fn relocate_into(self, there: Self, relocations: &[Relocation]) -> Outcome<()> {
        let (mut arrived, mut gone) = (Vec::new(), Vec::new());
        for (from, to) in relocations.iter().flat_map(|it| &it.instances) {
            let Some(provider) = self.state().provider(from) else { continue };
            let Some(instance) = self.state().instance(from) else { continue };
            let (address, instance) = (to.clone(), Box::new(instance.clone()));
            arrived.push(Event::Arranged { address, provider, instance });
            gone.push(from.clone());
        }
        there.edit(arrived).await?;
        self.forget(&gone).await
    }

    /// Returns the instances of the state at these addresses, and inside them.
    ///
    /// *Errors*: addresses that cannot be read, and when there is nothing at any of them.
    pub fn instances_at(&self, addresses: &[String]) -> Outcome<Vec<ResourceInstance>> {
        let wanted = addresses.iter().map(|it| addresses::given(it)).collect::<Outcome<Vec<_>>>()?;
        let all = self.state().instances().map(|(address, ..)| address).chain(self.lost().cloned());
        let found: BTreeSet<_> = all.filter(|it| wanted.iter().any(|address| address.covers(it))).collect();
        if found.is_empty() {
            let detail = "Nothing in the state is at this address, or inside it.";
            let hint = "\"rinfra state list\" lists what there is";
            return Err(Failure::said(Diagnostic::error("Invalid target address", detail).hint(hint)));
        }
        Ok(found.into_iter().collect())
    }

    /// Takes instances out of the state and writes it. What they stand for goes on existing. What is in doubt about
    /// them is settled by that.
    pub async fn forget(self, instances: &[ResourceInstance]) -> Outcome<()> {
        let state = self.state();
        let mut events = Vec::new();
        for address in instances {
            events.extend(self.without_doubt(address));
            let Some(instance) = state.instance(address) else { continue };
            let objects = instance.objects();
            events.extend(objects.map(|(deposed, _)| Event::Forgotten {
                address: address.clone(),
                deposed: deposed.map(str::to_owned),
            }));
        }
        self.edit(events).await
    }
}

/// Returns what moves from one state into another, or within it where it is the same.
fn relocations(state: &State, there: &State, from: &str, to: &str) -> Outcome<Vec<Relocation>> {
    let (source, target) = (addresses::given(from)?, addresses::given(to)?);
    match (source, target) {
        (ObjectAddress::Module(from), ObjectAddress::Module(to)) => modules(state, there, &from, &to),
        (ObjectAddress::Module(_), _) => Err(invalid_target(from, to, "the target must also be a module")),
        // Without a key it is the only instance that is meant, where there is one.
        (ObjectAddress::Resource(resource), target) if !has_single(state, &resource) => match target {
            ObjectAddress::Resource(target) => whole_resource(state, there, &resource, &target),
            _ => Err(invalid_target(from, to, "a whole resource can only become a whole resource")),
        },
        (ObjectAddress::Resource(resource), target) => {
            let instance = resource.instance(InstanceKey::None);
            one_instance(state, there, &instance, target, (from, to))
        }
        (ObjectAddress::Instance(instance), target) => {
            one_instance(state, there, &instance, target, (from, to))
        }
    }
}

fn has_single(state: &State, resource: &AbsResource) -> bool {
    state.instance(&resource.instance(InstanceKey::None)).is_some()
}

fn modules(
    state: &State,
    there: &State,
    from: &ModuleInstance,
    to: &ModuleInstance,
) -> Outcome<Vec<Relocation>> {
    let mut relocations: BTreeMap<ModuleInstance, Relocation> = BTreeMap::new();
    for (instance, ..) in state.instances().filter(|(it, ..)| from.contains(it.module())) {
        let module = instance.module();
        let target: ModuleInstance =
            to.steps().iter().chain(&module.steps()[from.steps().len()..]).cloned().collect();
        if there.resources.keys().any(|it| it.module == target) {
            let detail = format!("There is something in {target} already.");
            return Err(Failure::said(Diagnostic::error("Invalid target address", detail)));
        }
        let relocation = relocations.entry(module.clone()).or_insert_with(|| Relocation {
            from: module.to_string(),
            to: target.to_string(),
            instances: Vec::new(),
        });
        let resource = instance.resource.resource.clone().in_instance(target);
        relocation.instances.push((instance.clone(), resource.instance(instance.key.clone())));
    }
    match relocations.is_empty() {
        true => Err(nothing_at(&from.to_string())),
        false => Ok(relocations.into_values().collect()),
    }
}

fn whole_resource(
    state: &State,
    there: &State,
    from: &AbsResource,
    to: &AbsResource,
) -> Outcome<Vec<Relocation>> {
    let Some(resource) = state.resource(from) else { return Err(nothing_at(&from.to_string())) };
    same_type(from, to)?;
    if there.resource(to).is_some() {
        return Err(taken(&to.to_string()));
    }
    let keys = resource.instances.keys();
    let instances = keys.map(|key| (from.instance(key.clone()), to.instance(key.clone()))).collect();
    Ok(vec![Relocation { from: from.to_string(), to: to.to_string(), instances }])
}

fn one_instance(
    state: &State,
    there: &State,
    from: &ResourceInstance,
    target: ObjectAddress,
    written: (&str, &str),
) -> Outcome<Vec<Relocation>> {
    if state.instance(from).is_none() {
        return Err(nothing_at(&from.to_string()));
    }
    let to = match target {
        ObjectAddress::Resource(resource) => resource.instance(InstanceKey::None),
        ObjectAddress::Instance(instance) => instance,
        ObjectAddress::Module(_) => {
            return Err(invalid_target(written.0, written.1, "the target must also be a resource instance"));
        }
    };
    same_type(&from.resource, &to.resource)?;
    if there.instance(&to).is_some() {
        return Err(taken(&to.to_string()));
    }
    let relocation =
        Relocation { from: from.to_string(), to: to.to_string(), instances: vec![(from.clone(), to)] };
    Ok(vec![relocation])
}

fn same_type(from: &AbsResource, to: &AbsResource) -> Outcome<()> {
    let kind = |it: &AbsResource| (it.resource.mode, it.resource.kind.clone());
    if kind(from) == kind(to) {
        return Ok(());
    }
    let detail = format!("{from} cannot become {to}: the resource types do not match.");
    Err(Failure::said(Diagnostic::error("Invalid state move request", detail)))
}

fn in_doubt(address: &ResourceInstance) -> Failure {
    let detail = format!(
        "An earlier run was interrupted while it made {address}, and nobody knows what became of that. It cannot go to another state before somebody does."
    );
    let hint = "`rinfra plan` looks it up";
    Failure::said(Diagnostic::error("Creation in doubt", detail).hint(hint))
}

fn nothing_at(address: &str) -> Failure {
    let detail = format!("There is no {address} in the state.");
    let hint = "\"rinfra state list\" lists what there is";
    Failure::said(Diagnostic::error("Invalid source address", detail).hint(hint))
}

fn taken(address: &str) -> Failure {
    let detail = format!("There is something at {address} in the state already.");
    Failure::said(Diagnostic::error("Invalid target address", detail))
}

fn invalid_target(from: &str, to: &str, why: &str) -> Failure {
    Failure::said(Diagnostic::error("Invalid target address", format!("{from} cannot become {to}: {why}.")))
}
