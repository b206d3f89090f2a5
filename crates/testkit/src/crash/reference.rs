//! What every stage does and leaves when nothing goes wrong.

use std::collections::{BTreeMap, BTreeSet};

use super::CrashError;
use super::backend::{Backend, Subject};
use super::holdings::Holdings;
use super::stages::Stage;
use super::world::World;
use crate::Moto;
use crate::proxy::Logged;

/// What is there after a stage.
#[derive(Clone, Debug, Default)]
pub(super) struct Aftermath {
    /// How much of everything was added to what an account holds from its beginning.
    pub(super) added: BTreeMap<String, i64>,
    /// The kinds of which the state knows every object.
    pub(super) known_kinds: BTreeSet<String>,
    /// Every object of the state.
    pub(super) addresses: BTreeSet<String>,
}

/// How many requests a stage makes, and how long its journal becomes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Requests {
    /// Those that change something.
    pub mutating: usize,
    /// The others.
    pub looking: usize,
    /// Those of the store that change something.
    pub store_mutating: usize,
    /// The others of the store.
    pub store_looking: usize,
    /// The bytes of the journal.
    pub journal: u64,
}

/// What every stage does and leaves when nothing goes wrong.
#[derive(Clone, Debug, Default)]
pub struct Reference {
    pub(super) aftermaths: BTreeMap<Stage, Aftermath>,
    /// How many requests each stage makes.
    pub requests: BTreeMap<Stage, Requests>,
}

impl Reference {
    /// Takes an undisturbed tour.
    ///
    /// # Errors
    /// When a command fails, or finds something to do after it ended well.
    pub fn learn(subject: &Subject, moto: &Moto) -> Result<Self, CrashError> {
        let world = World::new(subject, moto)?;
        let mut reference = Self::default();
        let mut known_kinds = BTreeSet::new();
        for stage in Stage::ALL {
            world.proxy.take_log();
            world.undisturbed(stage.command())?;
            let log = world.proxy.take_log();
            let now = world.holdings()?;
            let state = world.state()?;
            if stage != Stage::Destroy {
                known_kinds = kinds_known(&world.before, &now, |it| state.mentions(it));
            }
            let aftermath = Aftermath {
                added: now.added(&world.before),
                known_kinds: known_kinds.clone(),
                addresses: state.addresses,
            };
            reference.aftermaths.insert(stage, aftermath);
            let count = |store: bool, mutates: bool| {
                log.iter().filter(|it: &&Logged| it.is_of_store == store && it.mutates == mutates).count()
            };
            let mutating = count(false, true);
            // What it grows to before it is folded into the state: a deletion takes few words.
            let each = if stage == Stage::Destroy { 400 } else { 3_000 };
            let journal = if subject.backend == Backend::Local { mutating as u64 * each } else { 0 };
            let requests = Requests {
                mutating,
                looking: count(false, false),
                store_mutating: count(true, true),
                store_looking: count(true, false),
                journal,
            };
            reference.requests.insert(stage, requests);
            if let Some(check) = stage.check() {
                world.undisturbed(check)?;
            }
        }
        Ok(reference)
    }

    /// Returns how many resource instances the configuration has, and of how many types.
    pub fn size(&self) -> (usize, usize) {
        let Some(made) = self.aftermaths.get(&Stage::Create) else { return (0, 0) };
        let kind = |address: &String| {
            let plain = address.split('[').next().unwrap_or_default();
            plain.rsplit('.').nth(1).unwrap_or_default().to_owned()
        };
        (made.addresses.len(), made.addresses.iter().map(kind).collect::<BTreeSet<_>>().len())
    }
}

/// Returns the kinds of which every new object is known.
fn kinds_known(before: &Holdings, now: &Holdings, knows: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let (known, unknown): (Vec<_>, Vec<_>) = now.since(before).partition(|(_, identity)| knows(identity));
    let unknown: BTreeSet<&str> = unknown.into_iter().map(|(kind, _)| kind).collect();
    known.into_iter().map(|(kind, _)| kind).filter(|it| !unknown.contains(it)).map(str::to_owned).collect()
}
