//! The local store: files, locks and backups.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::support::{Place, address, ids, object, persist, provider, recorded, wait};
use rinfra_state::State;
use rinfra_state::journal::Recorder;
use rinfra_store::{
    Glance, Guard, LocalStore, LockInfo, LockRequest, Origin, Persisted, Session, StateStore, StoreError,
};

#[tokio::test]
async fn it_does_what_every_store_does() {
    crate::conformance::check_all(&mut || {
        let place = Place::new();
        let open = place.store.clone();
        // The directory goes with the process.
        std::mem::forget(place);
        Box::new(move || Box::new(open.clone()))
    })
    .await;
}

#[test]
fn the_first_session_makes_the_state() {
    let place = Place::new();
    assert_eq!(wait(place.store.load()).unwrap(), None);
    let session = place.open();
    let opened = session.opened();
    assert_eq!((opened.origin, opened.state.serial), (Origin::New, 0));
    assert_eq!(opened.state.lineage.len(), 36, "a uuid");
    let mut state = State::clone(&opened.state);
    state.set_current(&address("a"), &provider(), object("a"));
    assert_eq!(persist(&*session, &mut state), Persisted::Written { serial: 1 });
    assert_eq!(state.serial, 1);
    wait(session.close()).unwrap();
    assert_eq!(place.names(), ["terraform.tfstate"]);
    assert_eq!(wait(place.store.load()).unwrap().unwrap().state, state);
    assert_eq!(State::parse(place.read("terraform.tfstate").as_bytes()).unwrap(), state);
}

#[test]
fn a_session_that_writes_nothing_leaves_nothing() {
    let place = Place::new();
    let session = place.open();
    assert_eq!(place.names(), [".terraform.tfstate.lock.info", "terraform.tfstate"]);
    assert_eq!(wait(place.store.load()).unwrap(), None, "the empty file is there for the lock only");
    drop(session);
    assert_eq!(place.names(), [""; 0]);
}

#[test]
fn an_empty_file_of_somebody_else_stays() {
    let place = Place::new();
    fs::write(place.path("terraform.tfstate"), "").unwrap();
    let session = place.open();
    assert_eq!(session.opened().origin, Origin::New);
    drop(session);
    assert_eq!(place.names(), ["terraform.tfstate"]);
}

#[test]
fn only_one_session_at_a_time() {
    let place = Place::new();
    let session = place.open();
    let told: LockInfo = serde_json::from_str(&place.read(".terraform.tfstate.lock.info")).unwrap();
    assert_eq!(&told, session.holder());
    assert_eq!(told.operation, "OperationTypeApply");
    assert_eq!(told.path, place.path("terraform.tfstate").display().to_string());
    let refused = |when: &str| match place.lock() {
        Err(StoreError::Locked { holder, .. }) => assert_eq!(holder.as_deref(), Some(&told), "{when}"),
        other => panic!("{when}: {:?}", other.map(|it| it.holder().clone())),
    };
    refused("at first");
    let mut state = State::clone(&session.opened().state);
    persist(&*session, &mut state);
    refused("when the file was replaced");
    drop(session);
    drop(place.open());
}

#[test]
fn a_word_of_somebody_who_died_is_no_lock() {
    let place = Place::new();
    fs::write(place.path(".terraform.tfstate.lock.info"), "{\"ID\":\"old\"}").unwrap();
    fs::write(place.path(".terraform.tfstate.x1.rinfra-new"), "half a state").unwrap();
    let session = place.open();
    assert_ne!(session.holder().id, "old");
    assert_eq!(place.names(), [".terraform.tfstate.lock.info", "terraform.tfstate"]);
}

#[test]
fn who_holds_the_lock_is_told() {
    let holder = LockInfo {
        id: "1234".to_owned(),
        operation: "OperationTypePlan".to_owned(),
        info: String::new(),
        who: "me@here".to_owned(),
        version: "1.11.4".to_owned(),
        created: "2026-01-02T03:04:05Z".to_owned(),
        path: "terraform.tfstate".to_owned(),
        lease: None,
    };
    let check = |holder: Option<LockInfo>, expected: &str| {
        let error = StoreError::Locked { path: "a".into(), holder: holder.map(Box::new) };
        assert_eq!(error.to_string(), expected);
    };
    check(
        Some(holder),
        "the state \"a\" is locked by me@here since 2026-01-02T03:04:05Z (OperationTypePlan, version 1.11.4, lock \
         1234)",
    );
    check(None, "the state \"a\" is locked by another program that left no word of itself");
}

#[test]
fn the_serial_counts_changes_only() {
    let place = Place::new();
    let mut state = place.with_objects(&["a"]);
    let session = place.open();
    assert_eq!(session.opened().origin, Origin::Stored);
    assert_eq!(persist(&*session, &mut state), Persisted::Unchanged);
    state.set_current(&address("b"), &provider(), object("b"));
    assert_eq!(persist(&*session, &mut state), Persisted::Written { serial: 2 });
    assert_eq!(persist(&*session, &mut state), Persisted::Unchanged);
    assert_eq!(wait(place.store.load()).unwrap().unwrap().state.serial, 2);
}

#[test]
fn the_backup_is_the_state_before_the_session() {
    let place = Place::new();
    place.with_objects(&["a"]);
    assert!(!place.path("terraform.tfstate.backup").exists(), "there was nothing before");
    let before = place.read("terraform.tfstate");
    let session = place.open();
    let mut state = State::clone(&session.opened().state);
    persist(&*session, &mut state);
    assert!(!place.path("terraform.tfstate.backup").exists(), "nothing changed");
    for id in ["b", "c"] {
        state.set_current(&address(id), &provider(), object(id));
        persist(&*session, &mut state);
        assert_eq!(place.read("terraform.tfstate.backup"), before);
    }
}

#[test]
fn the_backup_may_be_elsewhere_or_nowhere() {
    let check = |backup: Option<&str>, expected: &[&str]| {
        let mut place = Place::new();
        place.with_objects(&["a"]);
        let backup = backup.map(|name| place.path(name));
        place.store = LocalStore::new(place.path("terraform.tfstate")).with_backup(backup);
        place.with_objects(&["b"]);
        assert_eq!(place.names(), expected);
    };
    check(None, &["terraform.tfstate"]);
    check(Some("other"), &["other", "terraform.tfstate"]);
}

#[test]
fn a_stale_state_is_not_written() {
    let place = Place::new();
    let state = place.with_objects(&["a"]);
    let session = place.open();
    let check = |change: &dyn Fn(&mut State), expected: &str| {
        let mut other = state.clone();
        change(&mut other);
        let error = wait(session.persist(&mut other, session.position())).unwrap_err();
        let expected = expected.replace("LINEAGE", &state.lineage);
        assert_eq!(error.to_string(), expected);
    };
    check(
        &|it| it.serial = 0,
        "the state to be written is serial 0 of lineage \"LINEAGE\", not the serial 1 that was read",
    );
    check(
        &|it| it.lineage = "other".to_owned(),
        "the state to be written is serial 1 of lineage \"other\", not the serial 1 that was read",
    );
}

#[test]
fn what_somebody_wrote_in_spite_of_the_lock_stays() {
    let place = Place::new();
    place.with_objects(&["a"]);
    let check = |interfere: &dyn Fn()| {
        let before = place.read("terraform.tfstate");
        let session = place.open();
        interfere();
        let theirs = place.read("terraform.tfstate");
        let mut state = State::clone(&session.opened().state);
        state.set_current(&address("b"), &provider(), object("b"));
        let error = wait(session.persist(&mut state, session.position())).unwrap_err();
        assert!(matches!(error, StoreError::Changed { .. }), "{error}");
        assert_eq!(place.read("terraform.tfstate"), theirs);
        drop(session);
        fs::write(place.path("terraform.tfstate"), before).unwrap();
    };
    let path = place.path("terraform.tfstate");
    check(&|| fs::write(&path, place.read("terraform.tfstate") + "\n").unwrap());
    check(&|| {
        fs::copy(&path, place.path("other")).unwrap();
        fs::rename(place.path("other"), &path).unwrap();
    });
}

#[test]
fn a_link_stays_a_link() {
    let place = Place::new();
    fs::create_dir(place.path("real")).unwrap();
    symlink("real/state", place.path("terraform.tfstate")).unwrap();
    fs::write(place.path("real/state"), "").unwrap();
    place.with_objects(&["a"]);
    assert!(place.path("terraform.tfstate").is_symlink());
    assert_eq!(ids(&State::parse(place.read("real/state").as_bytes()).unwrap()), ["a"]);
    assert_eq!(place.store.journal_path(), place.path("real").canonicalize().unwrap().join(".state.journal"));
}

#[test]
fn permissions_of_the_state_are_kept() {
    let place = Place::new();
    place.with_objects(&["a"]);
    let path = place.path("terraform.tfstate");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    place.with_objects(&["b"]);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn names_of_the_files_beside_follow_the_state() {
    let check = |path: &str, info: &str, journal: &str| {
        let store = LocalStore::new(path);
        assert_eq!(store.lock_info_path().to_str(), Some(info));
        assert_eq!(store.journal_path().to_str(), Some(journal));
    };
    check("terraform.tfstate", ".terraform.tfstate.lock.info", ".terraform.tfstate.journal");
    check("/a/.hidden", "/a/.hidden.lock.info", "/a/.hidden.journal");
}

#[test]
fn what_is_wrong_with_the_files_is_told() {
    let place = Place::new();
    fs::create_dir(place.path("directory")).unwrap();
    fs::write(place.path("broken"), "{\n  \"version\": 4,\n  \"serial\": x").unwrap();
    fs::write(place.path("old"), "{\"version\": 3}").unwrap();
    let check = |name: &str, expected: &str| {
        let store = LocalStore::new(place.path(name));
        let error =
            wait(store.lock(&LockRequest::new("run", "test"))).map(|it| it.holder().clone()).unwrap_err();
        let source = std::error::Error::source(&error).map(|it| format!(": {it}")).unwrap_or_default();
        let text = format!("{error}{source}").replace(&place.directory.path().display().to_string(), "DIR");
        assert_eq!(text, expected);
    };
    check("broken/state", "failed to open \"DIR/broken/state\": \"DIR/broken\" is not an existing directory");
    check("directory", "failed to open \"DIR/directory\": it is a directory");
    check(
        "broken",
        "failed to read the state \"DIR/broken\": invalid state at line 3, column 13: expected value",
    );
    check(
        "old",
        "failed to read the state \"DIR/old\": the state has format version 3, written by Terraform 0.11 or earlier; \
         upgrade it with \"terraform apply -refresh-only\" of Terraform 0.13 or later, which writes version 4",
    );
    assert_eq!(place.names(), ["broken", "directory", "old"], "the locks left no trace");
    assert_eq!(place.read("old"), "{\"version\": 3}");
}

#[test]
fn whoever_waives_the_lock_goes_on_without_it() {
    let place = Place::new();
    place.with_objects(&["a"]);
    let request = LockRequest::new("run-2", "taint").with_guard(Guard::Waived);
    let alone = wait(place.store.lock(&request)).unwrap();
    assert!(matches!(place.lock(), Err(StoreError::Locked { .. })), "a free lock is taken all the same");
    drop(alone);
    let holder = place.open();
    holder.record(&[recorded("b")]).unwrap();
    let journal = place.read(".terraform.tfstate.journal");
    let second = wait(place.store.lock(&request)).unwrap();
    second.record(&[recorded("c")]).unwrap();
    assert!(place.names().contains(&".terraform.tfstate.journal-run-2".to_owned()));
    assert_eq!(place.read(".terraform.tfstate.journal"), journal, "nobody writes into it but its holder");
    let mut state = State::clone(&second.opened().state);
    state.set_current(&address("c"), &provider(), object("c"));
    assert_eq!(persist(&*second, &mut state), Persisted::Written { serial: 2 });
    drop(second);
    let mut late = State::clone(&holder.opened().state);
    late.set_current(&address("b"), &provider(), object("b"));
    let refused = wait(holder.persist(&mut late, holder.position())).unwrap_err();
    assert!(matches!(refused, StoreError::Changed { .. }), "{refused}");
    drop(holder);
    assert_eq!(
        place.names(),
        [".terraform.tfstate.journal", "terraform.tfstate", "terraform.tfstate.backup"],
        "what could not be written is in the journal"
    );
}

#[test]
fn a_glance_leaves_everything_as_it_is() {
    let place = Place::new();
    let nothing = wait(Glance::at(&place.store)).unwrap();
    assert_eq!((nothing.opened().origin, place.names()), (Origin::New, Vec::new()));
    place.with_objects(&["a"]);
    let holder = place.open();
    holder.record(&[recorded("b")]).unwrap();
    let before = place.names();
    let glance = wait(Glance::at(&place.store)).unwrap();
    assert!(glance.opened().state.current(&address("b")).is_some(), "it sees what the journal holds");
    assert!(glance.record(&[recorded("c")]).is_err());
    let mut state = State::clone(&glance.opened().state);
    let refused = wait(glance.persist(&mut state, glance.position())).unwrap_err();
    assert!(matches!(refused, StoreError::ReadOnly { .. }), "{refused}");
    assert_eq!(place.names(), before);
}

#[test]
fn another_state_takes_the_place_of_the_stored_one() {
    let place = Place::new();
    let stored = place.with_objects(&["a"]);
    let other = State { serial: 7, ..State::new("another lineage") };
    let session = place.open();
    wait(session.replace(other.clone())).unwrap();
    drop(session);
    assert_eq!(wait(place.store.load()).unwrap().unwrap().state, other);
    assert_eq!(State::parse(place.read("terraform.tfstate.backup").as_bytes()).unwrap(), stored);
    assert_eq!(place.names(), ["terraform.tfstate", "terraform.tfstate.backup"]);
}
