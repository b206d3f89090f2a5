//! The states a file held before.

use std::fs::{self, FileTimes};
use std::time::{Duration, SystemTime};

use crate::support::{Place, ids, persist, wait};
use rinfra_state::State;
use rinfra_store::{Moment, StateStore, Version};

fn versions(place: &Place) -> Vec<Version> {
    wait(place.store.versions(usize::MAX)).unwrap()
}

fn serials(place: &Place) -> Vec<u64> {
    versions(place).iter().map(|it| it.serial).collect()
}

/// Makes the state file look as if it had been written so many days ago.
fn age(place: &Place, days: u64) -> SystemTime {
    let time = SystemTime::now() - Duration::from_secs(days * 24 * 60 * 60);
    let file = fs::File::options().write(true).open(place.path("terraform.tfstate")).unwrap();
    file.set_times(FileTimes::new().set_modified(time)).unwrap();
    time
}

#[test]
fn every_state_that_was_replaced_is_kept_and_can_be_read() {
    let place = Place::new();
    assert_eq!(serials(&place), [0_u64; 0]);
    let mut written = Vec::new();
    for (index, id) in ["a", "b", "c"].into_iter().enumerate() {
        written.push(place.with_objects(&[id]));
        age(&place, 3 - index as u64);
    }
    let kept = versions(&place);
    assert_eq!(kept.iter().map(|it| it.serial).collect::<Vec<_>>(), [3, 2, 1]);
    assert!(kept.windows(2).all(|it| it[0].written > it[1].written), "{kept:?}");
    for (version, state) in kept.iter().rev().zip(&written) {
        assert_eq!(wait(place.store.version(&version.id)).unwrap(), *state);
    }
    assert_eq!(wait(place.store.versions(2)).unwrap(), kept[..2]);
    let found = Moment::Serial(2).find(&kept).unwrap();
    assert_eq!(ids(&wait(place.store.version(&found.id)).unwrap()), ["a", "b"]);
}

#[test]
fn what_is_written_by_others_is_kept_too_and_nothing_twice() {
    let place = Place::new();
    let state = place.with_objects(&["a"]);
    let theirs = State { serial: 7, ..state.clone() };
    fs::write(place.path("terraform.tfstate"), theirs.to_json_bytes().unwrap()).unwrap();
    let session = place.open();
    let mut next = State::clone(&session.opened().state);
    assert_eq!(persist(&*session, &mut next), rinfra_store::Persisted::Unchanged);
    assert_eq!(serials(&place), [7], "nothing was replaced through us yet");
    wait(session.replace(state.clone())).unwrap();
    wait(session.replace(theirs)).unwrap();
    wait(session.replace(state)).unwrap();
    let mut kept = serials(&place);
    kept.sort_unstable();
    assert!(kept.starts_with(&[1]) && kept.contains(&7), "{kept:?}");
}

#[test]
fn a_state_is_replaced_only_when_it_is_kept() {
    let place = Place::new();
    let state = place.with_objects(&["a"]);
    fs::write(place.path(".terraform.tfstate.history"), "a file where the directory belongs").unwrap();
    let session = place.open();
    let mut next = State::clone(&state);
    next.set_current(&crate::support::address("b"), &crate::support::provider(), crate::support::object("b"));
    let refused = wait(session.persist(&mut next, session.position())).unwrap_err();
    assert!(refused.to_string().contains(".terraform.tfstate.history"), "{refused}");
    assert_eq!(State::parse(place.read("terraform.tfstate").as_bytes()).unwrap(), state);
}

#[test]
fn other_files_in_the_directory_are_no_states() {
    let place = Place::new();
    place.with_objects(&["a"]);
    place.with_objects(&["b"]);
    let directory = place.path(".terraform.tfstate.history");
    for name in
        ["notes.txt", "1.gz", "1-2.gz", "x-20261123T000000Z-01234567.gz", "1-20261123T000000Z-0123.gz"]
    {
        fs::write(directory.join(name), "x").unwrap();
    }
    assert_eq!(serials(&place), [2, 1]);
    fs::write(directory.join("0000000009-20261123T000000Z-01234567.gz"), "not compressed").unwrap();
    let broken = versions(&place).into_iter().find(|it| it.serial == 9).unwrap();
    let error = wait(place.store.version(&broken.id)).unwrap_err();
    assert!(error.to_string().contains("0000000009"), "{error}");
}
