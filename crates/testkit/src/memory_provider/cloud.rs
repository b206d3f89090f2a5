use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rinfra_provider::{Error, ErrorClass, Region, Typical};
use rinfra_state::State;
use rinfra_value::{Entries, Value};

use super::schemas::THING;
use super::script::{Call, Gate, Moment, Script};

/// The world outside, shared by all connections to it.
#[derive(Clone, Debug, Default)]
pub struct Cloud(Arc<Mutex<World>>);

/// One object of the world.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    pub(crate) account: String,
    pub(crate) region: Region,
    pub(crate) value: Value,
    /// The token of the operation that made it, as long as the cloud remembers.
    pub(crate) token: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) things: BTreeMap<String, Thing>,
    /// What was ever made to hang on a thing.
    children: BTreeMap<String, BTreeSet<String>>,
    pub(crate) script: Script,
    pub(crate) log: Vec<String>,
    pub(crate) calls: u64,
    made: u64,
}

impl World {
    /// Returns an identity nothing ever had.
    pub(crate) fn identity(&mut self, kind: &str) -> String {
        self.made += 1;
        format!("{}-{}", kind.trim_start_matches("mem_"), self.made)
    }

    /// Makes a thing what it is, or has it made.
    pub(crate) fn put(&mut self, identity: String, thing: Thing) {
        if let Some(parent) = text(&thing.value, "parent") {
            self.children.entry(parent).or_default().insert(identity.clone());
        }
        self.things.insert(identity, thing);
    }

    /// Returns a thing that hangs on another one.
    pub(crate) fn child(&self, identity: &str) -> Option<&str> {
        let hangs_on = |it: &&String| {
            self.things.get(*it).is_some_and(|it| text(&it.value, "parent").as_deref() == Some(identity))
        };
        self.children.get(identity)?.iter().find(hangs_on).map(String::as_str)
    }

    /// Writes a call down, and fails it when the Region cannot be reached.
    pub(crate) fn receive(&mut self, text: String, region: Option<&Region>) -> Result<(), Error> {
        self.calls += 1;
        self.log.push(text);
        match region.filter(|it| self.script.unreachable.contains(it)) {
            Some(region) => Err(Error::new(ErrorClass::Unreachable, format!("{region} does not answer"))),
            None => Ok(()),
        }
    }
}

impl Cloud {
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the objects that a state records, as if an earlier run had made them.
    ///
    /// # Panics
    /// When an object of the state is no `mem_thing`.
    pub fn adopt(&self, state: &State) {
        let ty = THING.block.implied_type();
        let mut world = self.world();
        for (address, _, instance) in state.instances() {
            for (_, object) in instance.objects() {
                let value = object.decode(&ty).unwrap_or_else(|error| panic!("{address}: {error}"));
                let value = value.unmark_deep();
                let identity = text(&value, "id").unwrap_or_default();
                let region = Region::new(text(&value, "region").unwrap_or_default());
                world.put(identity, Thing { account: "main".to_owned(), region, value, token: None });
            }
        }
    }

    /// Makes the next call of this kind for an address fail before it has any effect.
    pub fn fail(&self, call: Call, address: &str, class: ErrorClass) {
        self.plan_failure(call, address, Moment::Before, class);
    }

    /// Makes the next call of this kind for an address have its effect and then fail.
    pub fn lose_answer(&self, call: Call, address: &str, class: ErrorClass) {
        self.plan_failure(call, address, Moment::After, class);
    }

    fn plan_failure(&self, call: Call, address: &str, moment: Moment, class: ErrorClass) {
        let error = Error::new(class, format!("{call:?} was told to fail"));
        let key = (call, address.to_owned());
        self.world().script.failures.entry(key).or_default().push_back((moment, error));
    }

    /// Holds back calls of this kind for an address until the gate is opened.
    pub fn hold(&self, call: Call, address: &str) -> Gate {
        let gate = Gate::closed();
        self.world().script.gates.insert((call, address.to_owned()), gate.clone());
        gate
    }

    /// Makes objects of an address take so many rounds of the scheduler until they are usable.
    pub fn settle_slowly(&self, address: &str, rounds: usize) {
        self.world().script.settling_rounds.insert(address.to_owned(), rounds);
    }

    /// Makes every call take so long.
    pub fn answer_after(&self, latency: Duration) {
        self.world().script.latency = latency;
    }

    /// Makes its provider say that operations on things usually take so long.
    pub fn usually_takes(&self, typical: Typical) {
        self.world().script.typical = typical;
    }

    /// Makes creations leave marks on their objects, to be taken away; without them the cloud remembers forever which
    /// operation made what.
    pub fn mark_creations(&self) {
        self.world().script.marks = true;
    }

    /// Returns how many objects carry a mark.
    pub fn marked(&self) -> usize {
        let world = self.world();
        if world.script.marks { world.things.values().filter(|it| it.token.is_some()).count() } else { 0 }
    }

    /// Makes something of a name that others made, and that occupies the place of what is to have it.
    pub fn occupy(&self, name: &str) {
        let mut world = self.world();
        let identity = world.identity("foreign");
        let attributes = [("id", Value::string(&*identity)), ("name", Value::string(name))];
        let value = THING.block.complete(&Value::object(attributes));
        let (account, region) = ("main".to_owned(), Region::new("home"));
        world.put(identity, Thing { account, region, value, token: None });
    }

    /// Cuts a Region off.
    pub fn cut_off(&self, region: &str) {
        self.world().script.unreachable.insert(Region::new(region));
    }

    /// Connects a Region again.
    pub fn reconnect(&self, region: &str) {
        self.world().script.unreachable.remove(&Region::new(region));
    }

    /// Deletes the object whose `name` is this, as if someone did it by hand.
    pub fn vanish(&self, name: &str) {
        let mut world = self.world();
        let identity = named(&world, name);
        world.things.remove(&identity);
    }

    /// Changes an attribute of the object whose `name` is this, as if someone did it by hand.
    pub fn drift(&self, name: &str, attribute: &str, value: Value) {
        let mut world = self.world();
        let identity = named(&world, name);
        let thing = world.things.get(&identity).expect("it was just found").clone();
        let mut entries = thing.value.entries().map(Entries::to_map).unwrap_or_default();
        entries.insert(attribute.into(), value);
        world.put(identity, Thing { value: Value::object(entries), ..thing });
    }

    /// Returns the names of the objects that exist, sorted.
    pub fn names(&self) -> Vec<String> {
        let world = self.world();
        let names = world.things.values().filter_map(|it| text(&it.value, "name"));
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    /// Returns an attribute of the object whose `name` is this, as it was last sent.
    pub fn value_of(&self, name: &str, attribute: &str) -> Option<Value> {
        let world = self.world();
        world.things.get(&named(&world, name))?.value.attribute(attribute).cloned()
    }

    /// Returns the calls that changed or read something since they were last taken, in order.
    pub fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut self.world().log)
    }

    /// Returns the calls since they were last taken that changed something, in order.
    pub fn take_changes(&self) -> Vec<String> {
        let changing =
            |it: &String| ["create ", "update ", "delete "].iter().any(|verb| it.starts_with(verb));
        self.take_log().into_iter().filter(changing).collect()
    }
}

fn named(world: &World, name: &str) -> String {
    let found = world.things.iter().find(|(_, it)| text(&it.value, "name").as_deref() == Some(name));
    found.map(|(identity, _)| identity.clone()).unwrap_or_else(|| panic!("nothing is named {name}"))
}

/// Returns an attribute of an object as text.
pub(crate) fn text(value: &Value, attribute: &str) -> Option<String> {
    value.attribute(attribute).and_then(Value::as_str).map(str::to_owned)
}
