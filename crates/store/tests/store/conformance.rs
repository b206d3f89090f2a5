//! What every store does.

use rinfra_state::State;
use rinfra_state::journal::{Event, Recorder, Sequence};
use rinfra_store::{
    Glance, Guard, LockRequest, Origin, Persisted, Session, StateStore, StoreError, Unlocked,
};

use crate::samples::{address, ids, intent, object, provider, record_at_once, recorded};

/// Returns the store as one program after the other sees it.
pub(crate) type Programs = Box<dyn Fn() -> Box<dyn StateStore>>;

/// Checks everything, each on a store of its own.
pub(crate) async fn check_all(fresh: &mut dyn FnMut() -> Programs) {
    first_session(fresh()).await;
    one_at_a_time(fresh()).await;
    recovery(fresh()).await;
    first_run_crashes(fresh()).await;
    serials(fresh()).await;
    stale(fresh()).await;
    later_events(fresh()).await;
    at_once(fresh()).await;
    replacing(fresh()).await;
    looking(fresh()).await;
    without_the_lock(fresh()).await;
}

async fn open(programs: &Programs) -> Box<dyn Session> {
    programs().lock(&LockRequest::new("run-1", "OperationTypeApply")).await.unwrap()
}

async fn persist(session: &dyn Session, state: &mut State) -> Persisted {
    session.persist(state, session.position()).await.unwrap()
}

fn add(state: &mut State, id: &str) {
    state.set_current(&address(id), &provider(), object(id));
}

async fn with_object(programs: &Programs, id: &str) -> State {
    let session = open(programs).await;
    let mut state = State::clone(&session.opened().state);
    add(&mut state, id);
    persist(&*session, &mut state).await;
    session.close().await.unwrap();
    state
}

async fn loaded(programs: &Programs) -> State {
    programs().load().await.unwrap().unwrap().state
}

async fn first_session(programs: Programs) {
    assert_eq!(programs().load().await.unwrap(), None);
    let session = open(&programs).await;
    assert_eq!((session.opened().origin, session.opened().state.serial), (Origin::New, 0));
    assert_eq!(session.trouble(), None);
    let mut state = State::clone(&session.opened().state);
    add(&mut state, "a");
    assert_eq!(persist(&*session, &mut state).await, Persisted::Written { serial: 1 });
    session.close().await.unwrap();
    assert_eq!(loaded(&programs).await, state);
    let session = open(&programs).await;
    assert_eq!((session.opened().origin, &*session.opened().state), (Origin::Stored, &state));
}

async fn one_at_a_time(programs: Programs) {
    let session = open(&programs).await;
    let request = LockRequest::new("run-2", "OperationTypePlan");
    let StoreError::Locked { holder: Some(holder), .. } =
        programs().lock(&request).await.map(drop).unwrap_err()
    else {
        panic!("another error")
    };
    assert_eq!(holder.id, session.holder().id);
    assert_eq!(holder.operation, "OperationTypeApply");
    session.close().await.unwrap();
    drop(programs().lock(&request).await.unwrap());
    drop(open(&programs).await);
    assert_eq!(programs().unlock("nobody's").await.unwrap(), Unlocked::WasFree);
}

async fn recovery(programs: Programs) {
    with_object(&programs, "a").await;
    let session = open(&programs).await;
    session.record(&[recorded("b")]).unwrap();
    session.record(&[intent(4, "c"), intent(5, "d"), Event::Removed { sequence: Sequence(5) }]).unwrap();
    drop(session);
    let seen = programs().load().await.unwrap().unwrap();
    assert_eq!((ids(&seen.state), seen.unfinished.len()), (vec!["a".to_owned(), "b".to_owned()], 1));
    for events in [4, 1] {
        let session = open(&programs).await;
        let opened = session.opened();
        assert_eq!(opened.origin, Origin::Recovered { events, torn: None });
        assert_eq!(ids(&opened.state), ["a", "b"]);
        assert_eq!(opened.unfinished.len(), 1, "the intent is unfinished still");
        assert!(opened.next_sequence > Sequence(4));
    }
    let session = open(&programs).await;
    let mut state = State::clone(&session.opened().state);
    session.record(&[Event::Settled { sequence: Sequence(4), object: object("c").into() }]).unwrap();
    add(&mut state, "c");
    persist(&*session, &mut state).await;
    drop(session);
    let session = open(&programs).await;
    assert_eq!((session.opened().origin, session.opened().unfinished.len()), (Origin::Stored, 0));
    assert_eq!(ids(&session.opened().state), ["a", "b", "c"]);
}

async fn first_run_crashes(programs: Programs) {
    let session = open(&programs).await;
    let lineage = session.opened().state.lineage.clone();
    session.record(&[recorded("a")]).unwrap();
    drop(session);
    assert_eq!(ids(&loaded(&programs).await), ["a"]);
    let session = open(&programs).await;
    assert_eq!(ids(&session.opened().state), ["a"]);
    assert_eq!((&session.opened().state.lineage, session.opened().state.serial), (&lineage, 1));
}

async fn serials(programs: Programs) {
    let mut state = with_object(&programs, "a").await;
    let session = open(&programs).await;
    assert_eq!(persist(&*session, &mut state).await, Persisted::Unchanged);
    add(&mut state, "b");
    assert_eq!(persist(&*session, &mut state).await, Persisted::Written { serial: 2 });
    assert_eq!(persist(&*session, &mut state).await, Persisted::Unchanged);
    assert_eq!(loaded(&programs).await.serial, 2);
}

async fn stale(programs: Programs) {
    let mut state = with_object(&programs, "a").await;
    let session = open(&programs).await;
    state.serial = 7;
    let error = session.persist(&mut state, session.position()).await.unwrap_err();
    assert!(matches!(error, StoreError::Stale { given: 7, expected: 1, .. }), "{error}");
}

async fn later_events(programs: Programs) {
    let session = open(&programs).await;
    let mut state = State::clone(&session.opened().state);
    let upto = session.record(&[recorded("a")]).unwrap();
    add(&mut state, "a");
    session.record(&[recorded("b")]).unwrap();
    session.persist(&mut state, upto).await.unwrap();
    drop(session);
    assert_eq!(ids(&open(&programs).await.opened().state), ["a", "b"]);
}

async fn at_once(programs: Programs) {
    let session = open(&programs).await;
    let (threads, each) = (8, 10);
    record_at_once(&*session, threads, each);
    drop(session);
    assert_eq!(open(&programs).await.opened().state.instances().count() as u64, threads * each);
}

async fn replacing(programs: Programs) {
    with_object(&programs, "a").await;
    let session = open(&programs).await;
    session.record(&[recorded("b")]).unwrap();
    let other = State { serial: 41, ..State::new("another-lineage") };
    session.replace(other.clone()).await.unwrap();
    drop(session);
    assert_eq!(loaded(&programs).await, other);
    assert_eq!(open(&programs).await.opened().origin, Origin::Stored);
}

async fn looking(programs: Programs) {
    with_object(&programs, "a").await;
    let session = open(&programs).await;
    session.record(&[recorded("b"), intent(1, "c")]).unwrap();
    let store = programs();
    let glance = Glance::at(&*store).await.unwrap();
    assert_eq!(
        (ids(&glance.opened().state), glance.opened().unfinished.len()),
        (vec!["a".into(), "b".into()], 1)
    );
    assert!(glance.record(&[recorded("c")]).is_err());
    session.record(&[recorded("d")]).unwrap();
}

async fn without_the_lock(programs: Programs) {
    with_object(&programs, "a").await;
    let holder = open(&programs).await;
    holder.record(&[recorded("b")]).unwrap();
    let request = LockRequest::new("run-2", "test").with_guard(Guard::Waived);
    let second = programs().lock(&request).await.unwrap();
    let mut state = State::clone(&second.opened().state);
    add(&mut state, "c");
    second.record(&[recorded("c")]).unwrap();
    persist(&*second, &mut state).await;
    second.close().await.unwrap();
    let mut late = State::clone(&holder.opened().state);
    add(&mut late, "b");
    let refused = holder.persist(&mut late, holder.position()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Changed { .. }), "{refused}");
    assert!(refused.is_gone());
}
