//! What holds for every run that is cut short anywhere, with the files as they are on the disk then.

use std::fs;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::sample::Index;
use proptest::test_runner::Config;
use rinfra_state::State;
use rinfra_state::journal::{Event, Folded, Sequence, fold, line};
use rinfra_store::{StateStore, StoreError};
use sha2::{Digest, Sha256};

use crate::support::{Place, address, intent, object, persist, recorded, wait};

const JOURNAL: &str = ".terraform.tfstate.journal";
const STATE: &str = "terraform.tfstate";

/// What a run does.
#[derive(Clone, Debug)]
enum Action {
    Record(Vec<Event>),
    Persist,
}

fn event() -> impl Strategy<Value = Event> {
    let sequence = || (1_u64..4).prop_map(Sequence);
    prop_oneof![
        3 => "[a-d]".prop_map(|id| recorded(&id)),
        1 => "[a-d]".prop_map(|id| Event::Forgotten { address: address(&id), deposed: None }),
        2 => (1_u64..4, "[a-d]").prop_map(|(sequence, id)| intent(sequence, &id)),
        1 => (sequence(), "[a-d]").prop_map(|(sequence, id)| {
            Event::Identified { sequence, identity: id.clone(), object: object(&id).into() }
        }),
        1 => (sequence(), "[a-d]").prop_map(|(sequence, id)| {
            Event::Settled { sequence, object: object(&id).into() }
        }),
        1 => sequence().prop_map(|sequence| Event::Removed { sequence }),
    ]
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    vec(prop_oneof![3 => vec(event(), 1..4).prop_map(Action::Record), 1 => Just(Action::Persist)], 1..7)
}

/// The files as they are on the disk at one moment.
#[derive(Clone, Debug, Default)]
struct Files {
    state: Option<Vec<u8>>,
    journal: Option<Vec<u8>>,
}

impl Files {
    fn of(place: &Place) -> Self {
        // An empty state is there for the lock only.
        let state = fs::read(place.path(STATE)).ok().filter(|it| !it.is_empty());
        Self { state, journal: fs::read(place.path(JOURNAL)).ok() }
    }

    fn put(&self, place: &Place) {
        for (name, bytes) in [(STATE, &self.state), (JOURNAL, &self.journal)] {
            match bytes {
                Some(bytes) => fs::write(place.path(name), bytes).unwrap(),
                None => drop(fs::remove_file(place.path(name))),
            }
        }
    }

    /// Returns the files with the journal cut there.
    fn cut(&self, end: usize) -> Self {
        let journal = self.journal.as_ref().map(|it| it[..end].to_vec());
        Self { state: self.state.clone(), journal }
    }

    fn with_journal(&self, more: &[u8]) -> Self {
        let journal = [self.journal.as_deref().unwrap_or_default(), more].concat();
        Self { state: self.state.clone(), journal: Some(journal) }
    }
}

/// Runs actions and returns the files and what is so before each of them and at the end.
fn run(actions: &[Action]) -> Vec<(Files, Folded)> {
    let place = Place::new();
    let session = place.open();
    let mut so_far = fold(State::clone(&session.opened().state), []);
    let mut moments = vec![(Files::of(&place), so_far.clone())];
    for action in actions {
        match action {
            Action::Record(events) => {
                session.record(events).unwrap();
                events.iter().cloned().for_each(|it| so_far.apply(it));
            }
            Action::Persist => {
                let mut state = so_far.state.clone();
                persist(&*session, &mut state);
                so_far = Folded::resume(state, so_far.unfinished.into_values().collect());
            }
        }
        moments.push((Files::of(&place), so_far.clone()));
    }
    moments
}

/// Checks that a session that opens these files finds what it should.
fn check(files: &Files, expected: &Folded) {
    let place = Place::new();
    files.put(&place);
    let seen = wait(place.store.load()).unwrap();
    let session = place.open();
    let opened = session.opened();
    let now: Vec<_> = opened.unfinished.iter().map(|it| (it.intent.sequence, it.identity.clone())).collect();
    let then: Vec<_> = expected.unfinished.iter().map(|(it, of)| (*it, of.identity.clone())).collect();
    assert_eq!(now, then);
    assert_eq!(opened.state.resources, expected.state.resources);
    if let Some(seen) = seen {
        assert_eq!(seen.state.resources, expected.state.resources, "without the lock");
        assert_eq!(seen.unfinished.len(), then.len());
    }
}

proptest! {
    #![proptest_config(Config { cases: 40, failure_persistence: None, ..Config::default() })]

    #[test]
    fn a_crash_anywhere_loses_nothing_that_was_recorded(actions in actions(), at in any::<Index>(), cut in any::<Index>()) {
        let moments = run(&actions);
        let step = at.index(actions.len());
        let ((files, so_far), (later, with_it)) = (&moments[step], &moments[step + 1]);
        match &actions[step] {
            Action::Record(_) => {
                let from = files.journal.as_ref().map_or(0, Vec::len);
                let to = later.journal.as_ref().map_or(0, Vec::len);
                let end = from + cut.index(to - from + 1);
                check(&later.cut(end), if end == to { with_it } else { so_far });
            }
            Action::Persist => {
                check(later, with_it);
                let Some(written) = &later.state else { return Ok(()) };
                let digest = Sha256::digest(written).iter().map(|it| format!("{it:02x}")).collect();
                let announced = line(&[Event::Projected { serial: with_it.state.serial, digest }]).unwrap();
                if files.journal.is_some() {
                    check(&files.with_journal(&announced[..cut.index(announced.len() + 1)]), so_far);
                    let replaced = Files { state: Some(written.clone()), ..files.with_journal(&announced) };
                    check(&replaced, so_far);
                }
            }
        }
    }

    /// A changed byte is found and nothing is touched, or it is in the last line, which then counts as torn.
    #[test]
    fn a_changed_byte_of_the_journal_is_never_believed(batches in vec(vec(event(), 1..3), 1..4), at in any::<Index>(), flip in 1_u8..) {
        let actions: Vec<_> = batches.into_iter().map(Action::Record).collect();
        let moments = run(&actions);
        let (files, _) = &moments[actions.len()];
        let mut journal = files.journal.clone().unwrap();
        let place = at.index(journal.len());
        journal[place] ^= flip;
        let damaged = Files { journal: Some(journal.clone()), ..files.clone() };
        let store = Place::new();
        damaged.put(&store);
        match store.lock() {
            Ok(session) => {
                let found = &session.opened().state.resources;
                let known = |(_, it): &(Files, Folded)| it.state.resources == *found;
                assert!(moments[..actions.len()].iter().any(known), "{found:?}");
            }
            Err(StoreError::Journal { .. } | StoreError::Diverged { .. }) => {
                assert_eq!(fs::read(store.path(JOURNAL)).unwrap(), journal);
            }
            Err(error) => panic!("{error}"),
        }
    }
}
