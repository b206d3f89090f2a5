//! Runs that are told to end early.

use rinfra_apply::Interrupt;
use rinfra_testkit::Laboratory;
use rinfra_testkit::laboratory::Done;
use rinfra_testkit::memory_provider::Call;
use tokio::sync::watch;

const CHAIN: &str = r#"
resource "mem_thing" "a" {
  name = "a"
}

resource "mem_thing" "b" {
  name   = "b"
  parent = mem_thing.a.id
}

resource "mem_thing" "other" {
  name = "other"
}
"#;

/// Applies, interrupts while the creation of `a` is held back, then lets it go on.
async fn interrupted(laboratory: &mut Laboratory, call: Call, how: Interrupt) -> Done {
    let gate = laboratory.cloud.hold(call, "mem_thing.a");
    let plan = laboratory.plan().await.expect();
    let (sender, watched) = watch::channel(Interrupt::None);
    let cloud = laboratory.cloud.clone();
    let wanted = format!("{call:?} mem_thing.a").to_lowercase();
    let interrupting = async {
        while !cloud.take_log().contains(&wanted) {
            tokio::task::yield_now().await;
        }
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        sender.send(how).expect("someone listens");
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        gate.open();
    };
    tokio::join!(laboratory.execute(plan, watched), interrupting).0
}

#[tokio::test]
async fn a_stop_finishes_what_is_in_flight_and_starts_nothing() {
    for call in [Call::Create, Call::Settle] {
        let mut laboratory = Laboratory::new(CHAIN);
        let done = interrupted(&mut laboratory, call, Interrupt::Stop).await;
        assert!(done.applied.interrupted);
        assert!(done.applied.diagnostics.is_empty(), "{}", done.applied.diagnostics);
        assert!(done.unfinished.is_empty());
        assert_eq!(laboratory.cloud.names(), ["a", "other"], "{call:?}");
        assert_eq!(done.journal().last().map(String::as_str), Some("settled create mem_thing.a"));
        assert_eq!(laboratory.plan().await.actions(), ["mem_thing.b: create"]);
    }
}

#[tokio::test]
async fn an_abort_leaves_an_unfinished_intent() {
    let mut laboratory = Laboratory::new(CHAIN);
    let done = interrupted(&mut laboratory, Call::Create, Interrupt::Abort).await;
    assert!(done.applied.interrupted);
    // How far the other one came is a matter of chance.
    let unfinished: Vec<_> = done.unfinished.iter().map(|it| it.intent.address.to_string()).collect();
    assert!(unfinished.contains(&"mem_thing.a".to_owned()), "{unfinished:?}");
    assert!(!unfinished.contains(&"mem_thing.b".to_owned()), "{unfinished:?}");

    let mut laboratory = Laboratory::new(CHAIN);
    let done = interrupted(&mut laboratory, Call::Settle, Interrupt::Abort).await;
    let unfinished = done.unfinished.iter().find(|it| it.intent.address.to_string() == "mem_thing.a");
    let identity = unfinished.and_then(|it| it.identity.as_deref());
    assert!(identity.is_some_and(|it| it.starts_with("thing-")), "the identity is on record: {identity:?}");
    let planned = laboratory.plan().await.actions();
    assert_eq!(planned[0], "mem_thing.a: delete then create, replace_because_tainted");
}

#[tokio::test]
async fn a_run_that_is_stopped_before_it_begins_does_nothing_and_says_so() {
    let mut laboratory = Laboratory::new(CHAIN);
    let plan = laboratory.plan().await.expect();
    let (_sender, watched) = watch::channel(Interrupt::Stop);
    let done = laboratory.execute(plan, watched).await;
    assert!(done.applied.interrupted);
    assert!(laboratory.cloud.names().is_empty());
}

#[tokio::test]
async fn a_stop_ends_even_what_waits_for_a_permit() {
    let many = "resource \"mem_thing\" \"a\" {\n name = \"a\"\n}\nresource \"mem_thing\" \"many\" {\n count = 40\n name = \"many-${count.index}\"\n}\n";
    let mut laboratory = Laboratory::new(many);
    for index in 0..40 {
        laboratory.cloud.settle_slowly(&format!("mem_thing.many[{index}]"), index);
    }
    let done = interrupted(&mut laboratory, Call::Create, Interrupt::Stop).await;
    assert!(done.unfinished.is_empty());
    let made = laboratory.cloud.names().len();
    assert_eq!(laboratory.state.instances().count(), made);
    laboratory.apply().await.clean();
    assert_eq!(laboratory.cloud.names().len(), 41);
}
