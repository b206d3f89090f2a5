use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rinfra_addr::{AbsResource, ConfigResource, Mode, ModuleInstance, ResourceInstance};
use rinfra_change::{Action, ResourceChange};
use rinfra_state::State;

/// What the state recorded of dependencies, indexed for many questions.
pub(crate) struct Recorded<'s> {
    state: &'s State,
    instances: HashMap<ConfigResource, Vec<&'s AbsResource>>,
    /// What was last told of each resource: most of its instances depend on the same.
    told: RefCell<HashMap<AbsResource, Told<'s>>>,
}

/// What one list of dependencies comes to.
struct Told<'s> {
    list: &'s [ConfigResource],
    set: Arc<BTreeSet<AbsResource>>,
}

impl<'s> Recorded<'s> {
    /// Returns what a state recorded.
    pub(crate) fn new(state: &'s State) -> Self {
        let mut instances: HashMap<ConfigResource, Vec<&AbsResource>> = HashMap::new();
        for resource in state.resources.keys() {
            instances.entry(resource.config()).or_default().push(resource);
        }
        Self { state, instances, told: RefCell::default() }
    }

    /// Returns the resources an object of the state depended on when it was last applied: of those in module
    /// instances around it, only the ones of the same instance.
    pub(crate) fn of(&self, address: &ResourceInstance, deposed: Option<&str>) -> Arc<BTreeSet<AbsResource>> {
        let Some(object) = self.state.object(address, deposed) else { return Arc::default() };
        let list = object.dependencies.as_slice();
        let mut told = self.told.borrow_mut();
        if let Some(Told { set, .. }) = told.get(&address.resource).filter(|it| it.list == list) {
            return Arc::clone(set);
        }
        let named = list.iter().filter_map(|it| self.instances.get(it)).flatten();
        let named = named.filter(|it| agree(address.module(), &it.module)).map(|it| (*it).clone());
        let set: Arc<BTreeSet<_>> = Arc::new(named.collect());
        told.insert(address.resource.clone(), Told { list, set: Arc::clone(&set) });
        set
    }
}

/// Tells whether two module instances are not different instances of the same call.
fn agree(one: &ModuleInstance, other: &ModuleInstance) -> bool {
    for ((call, key), (other_call, other_key)) in one.steps().iter().zip(other.steps()) {
        if call != other_call {
            return true;
        }
        if key != other_key {
            return false;
        }
    }
    true
}

/// Fills in what the state will record as each instance's dependencies: all of them, transitively.
pub(crate) fn record(changes: &mut [ResourceChange]) {
    let mut direct: BTreeMap<AbsResource, BTreeSet<AbsResource>> = BTreeMap::new();
    for change in changes.iter().filter(|it| it.action != Action::Delete) {
        direct
            .entry(change.address.resource.clone())
            .or_default()
            .extend(change.dependencies.iter().cloned());
    }
    let mut closures: BTreeMap<Arc<BTreeSet<AbsResource>>, Arc<[ConfigResource]>> = BTreeMap::new();
    // As in Terraform, nothing is recorded of what a data source depends on.
    for change in changes.iter_mut().filter(|it| it.address.mode() != Mode::Data) {
        let closure = closures.entry(Arc::clone(&change.dependencies)).or_insert_with(|| {
            let all = closure(&direct, &change.dependencies);
            let own = &change.address.resource;
            let distinct: BTreeSet<_> = all.iter().filter(|it| *it != own).map(AbsResource::config).collect();
            // Terraform orders them by their text.
            let mut list: Vec<_> = distinct.into_iter().collect();
            list.sort_by_cached_key(ToString::to_string);
            list.into()
        });
        change.recorded_dependencies = Arc::clone(closure);
    }
}

/// Returns everything reachable from these resources, themselves included.
fn closure(
    direct: &BTreeMap<AbsResource, BTreeSet<AbsResource>>,
    from: &BTreeSet<AbsResource>,
) -> BTreeSet<AbsResource> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<_> = from.iter().collect();
    while let Some(resource) = open.pop() {
        if reached.insert(resource.clone()) {
            open.extend(direct.get(resource).into_iter().flatten());
        }
    }
    reached
}

/// Leaves out the data sources that would be read after something that is missing outside the plan's Regions, and
/// those that would be read after these.
pub(crate) fn leave_out_unreadable(changes: &mut Vec<ResourceChange>, mut missing: BTreeSet<AbsResource>) {
    loop {
        let is_unreadable =
            |it: &ResourceChange| it.action == Action::Read && !it.dependencies.is_disjoint(&missing);
        let unreadable: Vec<_> = changes.extract_if(.., |it| is_unreadable(it)).collect();
        if unreadable.is_empty() {
            return;
        }
        missing.extend(unreadable.into_iter().map(|it| it.address.resource));
    }
}

/// Makes replacements create first wherever the configuration, or a dependent that does so, asks for it.
pub(crate) fn propagate_create_before_destroy(
    changes: &mut [ResourceChange],
    wanted: &BTreeSet<AbsResource>,
) {
    let mut direct: BTreeMap<AbsResource, BTreeSet<AbsResource>> = BTreeMap::new();
    for change in changes.iter() {
        direct
            .entry(change.address.resource.clone())
            .or_default()
            .extend(change.dependencies.iter().cloned());
    }
    let forced = closure(&direct, wanted);
    for change in changes.iter_mut().filter(|it| forced.contains(&it.address.resource)) {
        change.create_before_destroy = true;
        if change.action == Action::DeleteThenCreate {
            change.action = Action::CreateThenDelete;
        }
    }
}
