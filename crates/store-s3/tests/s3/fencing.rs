//! Who holds the lock, who held it, and what the latter can still do: nothing.

use std::time::Duration;

use rinfra_state::State;
use rinfra_state::journal::{Event, Sequence};
use rinfra_store::{Guard, LockInfo, LockRequest, Origin, Persisted, Session, StoreError, Unlocked};
use rinfra_value::Value;

use crate::conformance;
use crate::place::{KEY, Place};
use crate::samples::{address, ids, intent, object, provider, recorded};

const LOCK: &str = "nets/main.tfstate.tflock";

fn add(state: &mut State, id: &str) {
    state.set_current(&address(id), &provider(), object(id));
}

async fn with_object(place: &Place, id: &str) -> State {
    let session = place.open("before").await;
    let mut state = State::clone(&session.opened().state);
    add(&mut state, id);
    session.persist(&mut state, session.position()).await.unwrap();
    session.close().await.unwrap();
    state
}

fn programs(place: Place) -> conformance::Programs {
    let runtime = tokio::runtime::Handle::current();
    let place: &'static Place = Box::leak(Box::new(place));
    Box::new(move || {
        let runtime = runtime.clone();
        std::thread::spawn(move || runtime.block_on(place.store())).join().unwrap()
    })
}

async fn conforms(place: impl AsyncFn() -> Place) {
    let mut places = Vec::new();
    for _ in 0..11 {
        places.push(place().await);
    }
    conformance::check_all(&mut || programs(places.pop().unwrap())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_does_what_every_store_does() {
    conforms(Place::new).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_it_does_with_a_table() {
    conforms(async || Place::without_lock().await.with_table().await).await;
    conforms(async || Place::new().await.with_table().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_it_does_with_keys_and_classes_of_its_own() {
    conforms(async || {
        let mut place = Place::new().await;
        place.more.push(("encrypt", Value::bool(true)));
        place.more.push(("acl", Value::string("private")));
        place.more.push(("skip_s3_checksum", Value::bool(true)));
        place
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_but_the_state() {
    let place = Place::new().await;
    let session = place.open("run-1").await;
    assert_eq!(place.keys().await, [LOCK]);
    let told: LockInfo = serde_json::from_str(&place.read(LOCK).await).unwrap();
    assert_eq!(&told, session.holder());
    let lease = told.lease.unwrap();
    assert_eq!((lease.run.as_str(), told.path), ("run-1", format!("{}/{KEY}", place.bucket)));
    session.record(&[intent(1, "a")]).unwrap();
    session.record(&[Event::Settled { sequence: Sequence(1), object: object("a").into() }]).unwrap();
    assert_eq!(place.keys().await.len(), 3);
    let mut state = State::clone(&session.opened().state);
    add(&mut state, "a");
    session.persist(&mut state, session.position()).await.unwrap();
    assert_eq!(place.keys().await, [KEY, LOCK]);
    drop(session);
    assert_eq!(place.keys().await, [KEY]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_is_renewed() {
    let place = Place::new().await.with_lease(Duration::from_secs(2));
    let session = place.open("run-1").await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(matches!(place.try_open("run-2").await, Err(StoreError::Locked { .. })));
    session.check().await.unwrap();
    session.record(&[recorded("a")]).unwrap();
    let mut state = State::clone(&session.opened().state);
    add(&mut state, "a");
    session.persist(&mut state, session.position()).await.unwrap();
}

/// A program that sleeps while its lease ends: nobody renews it, as if the machine had been paused.
struct Sleeper {
    place: Place,
    session: Box<dyn Session>,
}

impl Sleeper {
    /// Returns a place whose lock says that its lease has ended long ago, while the session knows nothing of it.
    async fn with(place: Place) -> Self {
        let session = place.open("sleeper").await;
        Self { place, session }
    }

    /// Lets the lease end.
    async fn sleep(&self) {
        let mut info: LockInfo = serde_json::from_str(&self.place.read(LOCK).await).unwrap();
        info.lease.as_mut().unwrap().expires = "2020-01-01T00:00:00Z".to_owned();
        self.place.write(LOCK, &serde_json::to_string(&info).unwrap()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wakes_after_the_lease_has_ended_cannot_write() {
    let place = Place::new().await;
    with_object(&place, "a").await;
    let Sleeper { place, session } = {
        let sleeper = Sleeper::with(place).await;
        sleeper.session.record(&[recorded("b"), intent(1, "c")]).unwrap();
        sleeper.sleep().await;
        sleeper
    };
    let other = place.open("other").await;
    assert_eq!(other.opened().origin, Origin::Recovered { events: 2, torn: None });
    assert_eq!(
        (ids(&other.opened().state), other.opened().unfinished.len()),
        (vec!["a".into(), "b".into()], 1)
    );

    // It begins nothing: its journal was closed.
    let refused = session.record(&[intent(2, "d")]).unwrap_err();
    let why = std::error::Error::source(&refused).unwrap().to_string();
    assert!(why.contains("took this one for dead"), "{why}");
    assert!(session.trouble().is_some());
    // What happened is kept.
    session.record(&[Event::Settled { sequence: Sequence(1), object: object("c").into() }]).unwrap();
    let spilled = std::fs::read_dir(place.directory.path().join("spill")).unwrap().count();
    assert_eq!(spilled, 1);
    // It writes nothing.
    let before = place.read(KEY).await;
    let mut state = State::clone(&session.opened().state);
    add(&mut state, "x");
    let refused = session.persist(&mut state, session.position()).await.unwrap_err();
    assert!(refused.is_gone(), "{refused}");
    assert_eq!(place.read(KEY).await, before);
    // And it does not give the other one's lock back.
    drop(session);
    assert!(matches!(place.try_open("third").await, Err(StoreError::Locked { .. })));
    let mut state = State::clone(&other.opened().state);
    add(&mut state, "e");
    let written = other.persist(&mut state, other.position()).await.unwrap();
    assert_eq!(written, Persisted::Written { serial: 3 });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sleeper_that_recorded_nothing_is_shut_out_too() {
    for exists in [true, false] {
        let place = Place::new().await;
        if exists {
            with_object(&place, "a").await;
        }
        let sleeper = Sleeper::with(place).await;
        sleeper.sleep().await;
        let Sleeper { place, session } = sleeper;
        let serial = session.opened().state.serial;
        let other = place.open("other").await;
        assert_eq!(other.opened().state.serial, serial + 1, "the state is written even if nothing changed");
        let mut state = State::clone(&session.opened().state);
        add(&mut state, "x");
        let refused = session.persist(&mut state, session.position()).await.unwrap_err();
        assert!(matches!(refused, StoreError::Changed { .. }), "{refused}");
        assert!(session.record(&[intent(1, "d")]).is_err());
        drop(other);
        let third = place.open("third").await;
        assert_eq!(third.opened().state.serial, serial + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_ends_is_noticed() {
    let place = Place::new().await.with_lease(Duration::from_secs(2));
    let session = place.open("run-1").await;
    place.delete(LOCK).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(session.trouble().as_deref(), Some("somebody removed it"));
    assert!(
        matches!(session.check().await, Err(StoreError::Displaced { .. })),
        "no call may be made any more"
    );
    assert!(session.record(&[intent(1, "a")]).is_err());
    let mut state = State::clone(&session.opened().state);
    add(&mut state, "x");
    let refused = session.persist(&mut state, session.position()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Displaced { .. }), "{refused}");
    assert_eq!(place.keys().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_without_a_lease_does_not_end() {
    let place = Place::new().await.with_table().await;
    let theirs = r#"{"ID":"77","Operation":"OperationTypePlan","Who":"me@there","Version":"1.11.4","Created":"2020-01-01T00:00:00Z"}"#;
    place.write(LOCK, theirs).await;
    let error = place.try_open("run-1").await.map(drop).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the state \"s3://{}/{KEY}\" is locked by me@there since 2020-01-01T00:00:00Z (OperationTypePlan, version \
             1.11.4, lock 77)",
            place.bucket
        )
    );
    let store = place.store().await;
    assert!(matches!(store.unlock("78").await, Err(StoreError::Locked { .. })));
    assert_eq!(store.unlock("77").await.unwrap(), Unlocked::Done);
    assert_eq!(store.unlock("77").await.unwrap(), Unlocked::WasFree);
    let session = place.open("run-1").await;
    let id = session.holder().id.clone();
    assert_eq!(store.unlock(&id).await.unwrap(), Unlocked::Done);
    drop(place.open("run-2").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_lock_the_later_one_is_refused() {
    let place = Place::without_lock().await;
    with_object(&place, "a").await;
    let (one, other) = (place.open("run-1").await, place.open("run-2").await);
    one.record(&[recorded("b")]).unwrap();
    other.record(&[recorded("c")]).unwrap();
    let mut state = State::clone(&one.opened().state);
    add(&mut state, "b");
    one.persist(&mut state, one.position()).await.unwrap();
    let mut state = State::clone(&other.opened().state);
    add(&mut state, "c");
    let refused = other.persist(&mut state, other.position()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Changed { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_while_the_store_is_gone_is_kept_here() {
    let place = Place::new().await;
    with_object(&place, "a").await;
    let session = place.open("run-1").await;
    session.record(&[intent(1, "b"), intent(2, "c")]).unwrap();
    // Somebody takes the place of the next object: as good as any other failure.
    let journal = place.keys().await.into_iter().find(|it| it.contains(".journal/")).unwrap();
    let next = format!("{}00000002", journal.strip_suffix("00000001").unwrap());
    place.write(&next, "in the way").await;
    let settled = |sequence, id| Event::Settled { sequence: Sequence(sequence), object: object(id).into() };
    session.record(&[settled(1, "b")]).unwrap();
    assert!(session.record(&[intent(3, "d")]).is_err(), "nothing is begun");
    session.record(&[settled(2, "c")]).unwrap();
    assert!(session.trouble().is_some());
    drop(session);
    place.delete(&next).await;
    let session = place.open("run-2").await;
    assert_eq!(ids(&session.opened().state), ["a", "b", "c"]);
    assert_eq!(session.opened().unfinished.len(), 0);
    assert_eq!(std::fs::read_dir(place.directory.path().join("spill")).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_done_without_disturbs_nobody() {
    let place = Place::new().await;
    with_object(&place, "a").await;
    let holder = place.open("run-1").await;
    holder.record(&[recorded("b")]).unwrap();
    let waived = LockRequest::new("run-2", "test").with_guard(Guard::Waived);
    let second = place.store().await.lock(&waived).await.unwrap();
    second.record(&[recorded("c")]).unwrap();
    drop(second);
    let mut state = State::clone(&holder.opened().state);
    add(&mut state, "b");
    holder.persist(&mut state, holder.position()).await.unwrap();
}
