//! The journal of the local store: what a crash leaves, and what the next session makes of it.

use std::fs;

use crate::support::{
    Place, address, ids, intent, object, persist, provider, record_at_once, recorded, wait,
};
use rinfra_state::State;
use rinfra_state::journal::{Event, Sequence, line, read};
use rinfra_store::{Origin, Persisted, StateStore, StoreError};

const JOURNAL: &str = ".terraform.tfstate.journal";

#[test]
fn what_was_recorded_is_in_the_state_of_the_next_session() {
    let place = Place::new();
    place.with_objects(&["a"]);
    let session = place.open();
    session.record(&[recorded("b")]).unwrap();
    session.record(&[intent(4, "c"), intent(5, "d"), Event::Removed { sequence: Sequence(5) }]).unwrap();
    drop(session);
    let seen = wait(place.store.load()).unwrap().unwrap();
    assert_eq!((ids(&seen.state), seen.unfinished.len()), (vec!["a".to_owned(), "b".to_owned()], 1));
    assert_eq!(State::parse(place.read("terraform.tfstate").as_bytes()).unwrap().serial, 1, "only looked at");

    for (origin, next) in [
        (Origin::Recovered { events: 4, torn: None }, 6),
        // The intent is unfinished still, and nothing else is left of the journal.
        (Origin::Recovered { events: 1, torn: None }, 5),
    ] {
        let session = place.open();
        let opened = session.opened();
        assert_eq!(opened.origin, origin);
        assert_eq!((ids(&opened.state), opened.state.serial), (vec!["a".to_owned(), "b".to_owned()], 2));
        let [unfinished] = &opened.unfinished[..] else { panic!("{:?}", opened.unfinished) };
        assert_eq!(unfinished.intent.token, "token-4");
        assert_eq!(opened.next_sequence, Sequence(next));
    }

    let session = place.open();
    let mut state = State::clone(&session.opened().state);
    session.record(&[Event::Settled { sequence: Sequence(4), object: object("c").into() }]).unwrap();
    state.set_current(&address("c"), &provider(), object("c"));
    assert_eq!(persist(&*session, &mut state), Persisted::Written { serial: 3 });
    drop(session);
    assert_eq!(place.names(), ["terraform.tfstate", "terraform.tfstate.backup"]);
    assert_eq!(place.open().opened().origin, Origin::Stored);
}

#[test]
fn the_first_run_may_crash_too() {
    let place = Place::new();
    let session = place.open();
    let lineage = session.opened().state.lineage.clone();
    session.record(&[recorded("a")]).unwrap();
    drop(session);
    assert_eq!(place.names(), [JOURNAL], "the empty file was there for the lock only");
    assert_eq!(ids(&wait(place.store.load()).unwrap().unwrap().state), ["a"]);
    let session = place.open();
    assert_eq!(ids(&session.opened().state), ["a"]);
    assert_eq!((&session.opened().state.lineage, session.opened().state.serial), (&lineage, 1));
}

#[test]
fn a_crash_at_any_byte_of_the_journal_loses_what_nobody_was_told_of() {
    let place = Place::new();
    place.with_objects(&["a"]);
    let session = place.open();
    session.record(&[recorded("b"), intent(1, "c")]).unwrap();
    let safe = fs::metadata(place.path(JOURNAL)).unwrap().len() as usize;
    session.record(&[recorded("d")]).unwrap();
    drop(session);
    let journal = fs::read(place.path(JOURNAL)).unwrap();
    let state = fs::read(place.path("terraform.tfstate")).unwrap();
    // Every byte is tried where journals are read; here it is about the files, and flushing takes its time.
    for end in (0..=journal.len())
        .filter(|it| it % 97 == 0 || [0, safe, journal.len()].iter().any(|at| at.abs_diff(*it) < 2))
    {
        fs::write(place.path("terraform.tfstate"), &state).unwrap();
        fs::write(place.path(JOURNAL), &journal[..end]).unwrap();
        let session = place.open();
        let opened = session.opened();
        let expected: &[&str] = match end {
            _ if end < safe => &["a"],
            _ if end < journal.len() => &["a", "b"],
            _ => &["a", "b", "d"],
        };
        assert_eq!(ids(&opened.state), expected, "cut at {end}");
        assert_eq!(opened.unfinished.len(), usize::from(end >= safe), "cut at {end}");
        let torn = match opened.origin {
            Origin::Recovered { torn, .. } => torn.map_or(0, |it| it.bytes),
            _ => 0,
        };
        assert_eq!(torn, end - [0, safe, journal.len()].into_iter().rfind(|it| *it <= end).unwrap());
        // What follows is not glued to what was torn.
        session.record(&[recorded("e")]).unwrap();
        drop(session);
        let session = place.open();
        assert_eq!(ids(&session.opened().state), [expected, &["e"]].concat(), "cut at {end}");
    }
}

/// The places between the steps of writing the state, each with what a crash there leaves on the disk.
#[test]
fn a_crash_while_the_state_is_written_is_harmless() {
    let place = Place::new();
    let before = place.with_objects(&["a"]);
    let old = place.read("terraform.tfstate");
    let session = place.open();
    session.record(&[recorded("b"), intent(1, "c")]).unwrap();
    let journal = fs::read(place.path(JOURNAL)).unwrap();
    let mut state = before;
    state.set_current(&address("b"), &provider(), object("b"));
    // Something that is in the state only, such as the result of a check.
    state.check_results = Some(Vec::new());
    persist(&*session, &mut state);
    drop(session);
    let new = place.read("terraform.tfstate");
    let compacted = fs::read(place.path(JOURNAL)).unwrap();
    let digest = sha256(new.as_bytes());
    let announced = [journal.clone(), line(&[Event::Projected { serial: 2, digest }]).unwrap()].concat();
    for (step, state, journal, serial) in [
        ("recorded", &old, &journal, 2),
        ("announced", &old, &announced, 2),
        ("replaced", &new, &announced, 2),
        ("compacted", &new, &compacted, 2),
    ] {
        fs::write(place.path("terraform.tfstate"), state).unwrap();
        fs::write(place.path(JOURNAL), journal).unwrap();
        let seen = wait(place.store.load()).unwrap().unwrap();
        assert_eq!(
            (ids(&seen.state), seen.unfinished.len()),
            (vec!["a".to_owned(), "b".to_owned()], 1),
            "{step}"
        );
        let session = place.open();
        let opened = session.opened();
        assert_eq!(ids(&opened.state), ["a", "b"], "{step}");
        assert_eq!((opened.state.serial, opened.unfinished.len()), (serial, 1), "{step}");
    }
}

#[test]
fn a_state_somebody_else_went_on_with_is_not_overwritten() {
    let place = Place::new();
    place.with_objects(&["a"]);
    let session = place.open();
    session.record(&[recorded("b")]).unwrap();
    drop(session);
    let journal = fs::read(place.path(JOURNAL)).unwrap();
    let original = place.read("terraform.tfstate");
    let check = |state: Option<&str>, expected: &str| {
        match state {
            Some(state) => fs::write(place.path("terraform.tfstate"), state).unwrap(),
            None => fs::remove_file(place.path("terraform.tfstate")).unwrap(),
        }
        for error in [wait(place.store.load()).unwrap_err(), place.lock().map(drop).unwrap_err()] {
            let StoreError::Diverged { found, expected: serial, .. } = &error else { panic!("{error}") };
            assert_eq!((found.as_str(), *serial), (expected, 1));
        }
        assert_eq!(fs::read(place.path(JOURNAL)).unwrap(), journal);
    };
    let lineage = State::parse(original.as_bytes()).unwrap().lineage;
    let later = original.replace("\"serial\": 1", "\"serial\": 2");
    check(Some(&later), &format!("the state has serial 2 of lineage {lineage:?}"));
    check(Some(&original.replace(&lineage, "x")), "the state has serial 1 of lineage \"x\"");
    check(None, "there is no state");
}

#[test]
fn what_is_only_unfinished_does_not_stand_in_the_way_of_a_later_state() {
    let place = Place::new();
    place.with_objects(&["a"]);
    let session = place.open();
    session.record(&[intent(1, "b")]).unwrap();
    drop(session);
    let later = place.read("terraform.tfstate").replace("\"serial\": 1", "\"serial\": 2");
    fs::write(place.path("terraform.tfstate"), later).unwrap();
    let session = place.open();
    assert_eq!((session.opened().state.serial, session.opened().unfinished.len()), (2, 1));
}

#[test]
fn events_after_the_state_was_taken_stay() {
    let place = Place::new();
    let session = place.open();
    let mut state = State::clone(&session.opened().state);
    let upto = session.record(&[recorded("a")]).unwrap();
    state.set_current(&address("a"), &provider(), object("a"));
    session.record(&[recorded("b")]).unwrap();
    wait(session.persist(&mut state, upto)).unwrap();
    drop(session);
    assert_eq!(ids(&State::parse(place.read("terraform.tfstate").as_bytes()).unwrap()), ["a"]);
    assert_eq!(ids(&place.open().opened().state), ["a", "b"]);
}

#[test]
fn many_record_at_once_and_share_their_flushes() {
    let place = Place::new();
    let session = place.open();
    let (threads, each) = (16, 25);
    record_at_once(&*session, threads, each);
    drop(session);
    let journal = fs::read(place.path(JOURNAL)).unwrap();
    assert_eq!(read(&journal).unwrap().events.len() as u64, threads * each + 1);
    let lines = journal.iter().filter(|it| **it == b'\n').count() as u64;
    assert!(lines < threads * each, "{lines} flushes");
    assert_eq!(place.open().opened().state.instances().count() as u64, threads * each);
}

#[test]
fn a_journal_that_failed_refuses_until_the_state_is_written() {
    let place = Place::new();
    let session = place.open();
    let mut state = State::clone(&session.opened().state);
    fs::create_dir(place.path(JOURNAL)).unwrap();
    let refused = || {
        let error = session.record(&[recorded("a")]).unwrap_err();
        assert_eq!(error.to_string(), "failed to write the journal");
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.starts_with("failed to record in the journal"), "{source}");
        assert!(source.ends_with("it is a directory"), "{source}");
    };
    refused();
    fs::remove_dir(place.path(JOURNAL)).unwrap();
    refused();
    state.set_current(&address("a"), &provider(), object("a"));
    persist(&*session, &mut state);
    session.record(&[recorded("b")]).unwrap();
    drop(session);
    assert_eq!(ids(&place.open().opened().state), ["a", "b"], "what was refused is not there");
}

#[test]
fn a_damaged_journal_is_not_touched() {
    let place = Place::new();
    let session = place.open();
    session.record(&[recorded("a")]).unwrap();
    session.record(&[recorded("b")]).unwrap();
    drop(session);
    let mut journal = fs::read(place.path(JOURNAL)).unwrap();
    journal[60] ^= 1;
    fs::write(place.path(JOURNAL), &journal).unwrap();
    let error = place.lock().map(drop).unwrap_err();
    let StoreError::Journal { source, .. } = &error else { panic!("{error}") };
    assert_eq!(source.to_string(), "line 1 of the journal is damaged");
    assert_eq!(fs::read(place.path(JOURNAL)).unwrap(), journal);
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
