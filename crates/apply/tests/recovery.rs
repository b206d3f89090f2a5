//! What becomes of operations that a run was interrupted in.

use rinfra_provider::ErrorClass;
use rinfra_testkit::Laboratory;
use rinfra_testkit::laboratory::warnings;
use rinfra_testkit::memory_provider::Call;
use rinfra_value::Value;

const CHAIN: &str = r#"
resource "mem_thing" "a" {
  name = "a"
  size = 1
}

resource "mem_thing" "b" {
  name   = "b"
  parent = mem_thing.a.id
}

resource "mem_thing" "c" {
  count  = 2
  name   = "c${count.index}"
  parent = mem_thing.b.id
}
"#;

const REPLACED: &str = r#"
resource "mem_thing" "a" {
  name  = "a"
  fixed = "1"
  lifecycle {
    create_before_destroy = true
  }
}

resource "mem_thing" "b" {
  name  = "b"
  fixed = mem_thing.a.fixed
}
"#;

const ONE: &str = "resource \"mem_thing\" \"a\" {\n name = \"a\"\n}\n";

/// Recovers, and applies until there is nothing left to do.
async fn completes(laboratory: &mut Laboratory, names: &[&str], point: &str) {
    laboratory.recover().await;
    assert!(laboratory.unfinished.is_empty(), "{point}: {:?}", laboratory.unfinished);
    laboratory.apply().await.clean();
    assert_eq!(laboratory.cloud.names(), names, "{point}");
    assert_eq!(laboratory.plan().await.actions(), Vec::<String>::new(), "{point}");
    assert_eq!(laboratory.cloud.marked(), 0, "{point}");
    let objects: usize = laboratory.state.instances().map(|(.., it)| it.objects().count()).sum();
    assert_eq!(objects, names.len(), "{point}: the state has what is there");
}

/// Kills a run at each point of its journal in turn, and recovers from that.
async fn crash_everywhere(prepare: impl AsyncFn(bool) -> Laboratory, names: &[&str]) {
    for marks in [false, true] {
        for point in 0.. {
            assert!(point < 100, "the run never ends");
            let mut laboratory = prepare(marks).await;
            let was_killed = laboratory.crash(point).await;
            completes(&mut laboratory, names, &format!("killed after {point} events, marks: {marks}")).await;
            if !was_killed {
                break;
            }
        }
    }
}

fn new(configuration: &str, marks: bool) -> Laboratory {
    let laboratory = Laboratory::new(configuration);
    if marks {
        laboratory.cloud.mark_creations();
    }
    laboratory
}

async fn made(configuration: &str, then: &str, marks: bool) -> Laboratory {
    let mut laboratory = new(configuration, marks);
    laboratory.apply().await.clean();
    laboratory.write("main.tf", then);
    laboratory
}

#[tokio::test]
async fn a_run_that_makes_is_killed_anywhere() {
    crash_everywhere(async |marks| new(CHAIN, marks), &["a", "b", "c0", "c1"]).await;
}

#[tokio::test]
async fn a_run_that_changes_is_killed_anywhere() {
    let changed = CHAIN.replace("size = 1", "size = 2").replace("\"b\"\n  parent", "\"bee\"\n  parent");
    crash_everywhere(async |marks| made(CHAIN, &changed, marks).await, &["a", "bee", "c0", "c1"]).await;
}

#[tokio::test]
async fn a_run_that_replaces_is_killed_anywhere() {
    let changed = REPLACED.replace("\"1\"", "\"2\"");
    crash_everywhere(async |marks| made(REPLACED, &changed, marks).await, &["a", "b"]).await;
    let other_order = REPLACED.replace("create_before_destroy = true", "");
    let changed = other_order.replace("\"1\"", "\"2\"");
    crash_everywhere(async |marks| made(&other_order, &changed, marks).await, &["a", "b"]).await;
}

#[tokio::test]
async fn a_run_that_deletes_is_killed_anywhere() {
    crash_everywhere(async |marks| made(CHAIN, "", marks).await, &[]).await;
}

#[tokio::test]
async fn what_replaces_a_deposed_object_is_killed_anywhere() {
    let changed = REPLACED.replace("\"1\"", "\"2\"");
    let prepare = async |marks| {
        let mut laboratory = made(REPLACED, &changed, marks).await;
        laboratory.cloud.fail(Call::Delete, "mem_thing.a", ErrorClass::AccessDenied);
        laboratory.apply().await;
        assert_eq!(laboratory.cloud.names(), ["a", "a", "b"], "a deposed object is left");
        laboratory.write("main.tf", &REPLACED.replace("\"1\"", "\"3\""));
        laboratory
    };
    crash_everywhere(prepare, &["a", "b"]).await;
}

#[tokio::test]
async fn runs_that_are_killed_one_after_the_other_lose_nothing() {
    for point in 0..6 {
        let mut laboratory = Laboratory::new(CHAIN);
        laboratory.cloud.mark_creations();
        for run in 0..20 {
            laboratory.crash(point).await;
            if run % 2 == 0 {
                laboratory.recover().await;
            }
            let names = laboratory.cloud.names();
            let mut unique = names.clone();
            unique.dedup();
            assert_eq!(names, unique, "point {point}, run {run}");
        }
        completes(&mut laboratory, &["a", "b", "c0", "c1"], &format!("point {point}")).await;
    }
}

/// Loses the answer of a creation and the journal after it.
async fn lost(configuration: &str) -> Laboratory {
    let mut laboratory = Laboratory::new(configuration);
    laboratory.crash(1).await;
    assert_eq!(laboratory.cloud.names(), ["a"]);
    assert!(laboratory.unfinished[0].is_lost());
    laboratory
}

#[tokio::test]
async fn an_account_is_given() {
    let mut laboratory = lost(ONE).await;
    let diagnostics = laboratory.recover().await;
    let [only] = diagnostics.iter().as_slice() else { panic!("{diagnostics}") };
    assert_eq!(only.summary, "Interrupted operations were resolved");
    assert_eq!(
        only.detail,
        "1 operation was interrupted: 1 found and adopted.\n  mem_thing.a: creation, found and adopted: thing-1"
    );
    assert_eq!(laboratory.plan().await.actions(), Vec::<String>::new());
    assert!(laboratory.recover().await.is_empty(), "it is told once");

    let mut laboratory = Laboratory::new(CHAIN);
    laboratory.cloud.fail(Call::Create, "mem_thing.c[1]", ErrorClass::Transient);
    laboratory.crash(8).await;
    let told = laboratory.recover().await.to_string();
    assert!(
        told.contains("2 operations were interrupted: 1 found and adopted, 1 had not started."),
        "{told}"
    );
}

#[tokio::test]
async fn what_was_on_record_and_is_usable_is_not_replaced() {
    let mut laboratory = Laboratory::new(ONE);
    laboratory.crash(2).await;
    assert_eq!(
        laboratory.plan().await.actions(),
        ["mem_thing.a: delete then create, replace_because_tainted"]
    );
    let told = laboratory.recover().await.to_string();
    assert!(told.contains("1 made and usable"), "{told}");
    assert_eq!(laboratory.plan().await.actions(), Vec::<String>::new());
}

#[tokio::test]
async fn what_never_becomes_usable_is_replaced() {
    for events in [1, 2] {
        let mut laboratory = Laboratory::new(ONE);
        laboratory.crash(events).await;
        laboratory.cloud.fail(Call::Settle, "mem_thing.a", ErrorClass::Conflict);
        let told = laboratory.recover().await.to_string();
        assert!(told.contains("1 made and not usable"), "{told}");
        let replaced = ["mem_thing.a: delete then create, replace_because_tainted"];
        assert_eq!(laboratory.plan().await.actions(), replaced);
        completes(&mut laboratory, &["a"], "tainted").await;
    }
}

#[tokio::test]
async fn what_could_not_be_seen_becoming_usable_is_looked_at_again_and_not_replaced() {
    for class in [ErrorClass::Unreachable, ErrorClass::Transient, ErrorClass::Throttled] {
        let mut laboratory = Laboratory::new(ONE);
        laboratory.cloud.mark_creations();
        laboratory.cloud.fail(Call::Settle, "mem_thing.a", class);
        let done = laboratory.apply().await;
        assert_eq!(done.errors(), ["mem_thing.a: Creating mem_thing failed"]);
        let told = laboratory.recover().await.to_string();
        assert!(told.contains("1 made and usable"), "{class:?}: {told}");
        assert_eq!(laboratory.plan().await.actions(), Vec::<String>::new());
        completes(&mut laboratory, &["a"], "later").await;
    }
    for class in [ErrorClass::TimedOut, ErrorClass::Conflict] {
        let mut laboratory = Laboratory::new(ONE);
        laboratory.cloud.fail(Call::Settle, "mem_thing.a", class);
        laboratory.apply().await;
        assert!(laboratory.recover().await.is_empty(), "{class:?}: nothing is open");
        let replaced = ["mem_thing.a: delete then create, replace_because_tainted"];
        assert_eq!(laboratory.plan().await.actions(), replaced);
    }
}

#[tokio::test]
async fn what_is_gone_since_leaves_the_state() {
    let mut laboratory = Laboratory::new(ONE);
    laboratory.crash(2).await;
    laboratory.cloud.vanish("a");
    let told = laboratory.recover().await.to_string();
    assert!(told.contains("1 gone since"), "{told}");
    completes(&mut laboratory, &["a"], "gone").await;
}

#[tokio::test]
async fn what_others_made_is_not_taken() {
    let mut laboratory = Laboratory::new(ONE);
    laboratory.cloud.fail(Call::Create, "mem_thing.a", ErrorClass::Conflict);
    laboratory.crash(1).await;
    laboratory.cloud.occupy("a");
    let told = laboratory.recover().await.to_string();
    assert!(told.contains("made nothing; something else has its place: foreign-1"), "{told}");
    assert!(laboratory.unfinished.is_empty());
    assert!(laboratory.state.resources.is_empty());
}

#[tokio::test]
async fn what_cannot_be_looked_up_is_not_made_again_and_holds_nothing_else_up() {
    let configuration = ONE.replace("name = \"a\"", "name = \"a\"\n region = \"far\"")
        + "resource \"mem_thing\" \"near\" {\n name = \"near\"\n}\n";
    let mut laboratory = Laboratory::new(&configuration);
    laboratory.cloud.fail(Call::Create, "mem_thing.near", ErrorClass::Validation);
    let gate = laboratory.cloud.hold(Call::Create, "mem_thing.near");
    gate.open();
    laboratory.crash(2).await;
    laboratory.cloud.cut_off("far");
    for _ in 0..2 {
        let diagnostics = laboratory.recover().await;
        assert!(
            warnings(&diagnostics).contains(&"Interrupted operations are in doubt".to_owned()),
            "{diagnostics}"
        );
        assert_eq!(laboratory.unfinished.iter().filter(|it| it.is_lost()).count(), 1);
    }
    laboratory.cloud.reconnect("far");
    let done = laboratory.apply().await;
    assert_eq!(done.errors(), ["mem_thing.a: Creation in doubt"]);
    assert_eq!(laboratory.cloud.names(), ["a", "near"]);
    completes(&mut laboratory, &["a", "near"], "reconnected").await;
}

#[tokio::test]
async fn a_lookup_that_fails_leaves_the_doubt() {
    for class in [ErrorClass::AccessDenied, ErrorClass::Throttled] {
        let mut laboratory = lost(ONE).await;
        laboratory.cloud.fail(Call::LookFor, "mem_thing", class);
        laboratory.recover().await;
        assert!(laboratory.unfinished[0].is_lost(), "{class:?}");
        completes(&mut laboratory, &["a"], "later").await;
    }
}

#[tokio::test]
async fn a_provider_that_is_gone_is_told_with_the_way_out() {
    let aliased = "provider \"mem\" {\n alias = \"other\"\n}\n".to_owned()
        + &ONE.replace("name = \"a\"", "name = \"a\"\n provider = mem.other");
    let mut laboratory = lost(&aliased).await;
    laboratory.write("main.tf", ONE);
    let told = laboratory.recover().await.to_string();
    assert!(told.contains("Provider configuration not present"), "{told}");
    assert!(told.contains("put the provider block back"), "{told}");
    laboratory.write("main.tf", &aliased);
    completes(&mut laboratory, &["a"], "put back").await;
}

#[tokio::test]
async fn what_the_state_knows_already_is_not_in_its_own_way() {
    let mut laboratory = lost(ONE).await;
    let doubts = laboratory.unfinished.clone();
    laboratory.recover().await;
    // Somebody pushed a state that has the object, and the doubts stayed.
    laboratory.unfinished = doubts;
    completes(&mut laboratory, &["a"], "pushed").await;
}

#[tokio::test]
async fn many_are_looked_up_in_one_call() {
    let mut laboratory =
        Laboratory::new("resource \"mem_thing\" \"a\" {\n count = 50\n name = \"a${count.index}\"\n}\n");
    laboratory.cloud.mark_creations();
    laboratory.crash(50).await;
    // The first event that cannot be written stops the run, so some were only intended.
    let made = laboratory.cloud.names().len();
    assert!(made > 10, "{made} were made");
    laboratory.cloud.take_log();
    laboratory.recover().await;
    let log = laboratory.cloud.take_log();
    let of = |what: &str| log.iter().filter(|it| it.starts_with(what)).count();
    assert_eq!((of("look for"), of("unmark"), of("create")), (1, 1, 0), "{log:?}");
    assert!(of("read") <= 1, "what was on record is looked at together: {log:?}");
    laboratory.cloud.take_log();
    assert_eq!(laboratory.plan().await.actions().len(), 50 - made);
}

#[tokio::test]
async fn marks_are_taken_away_together_and_remembered_until_then() {
    let configuration = CHAIN.replace("name   = \"b\"", "name   = \"b\"\n  region = \"home\"");
    let mut laboratory = Laboratory::new(&configuration);
    laboratory.cloud.mark_creations();
    laboratory.cloud.fail(Call::Unmark, "home", ErrorClass::Throttled);
    let done = laboratory.apply().await;
    assert_eq!(warnings(&done.applied.diagnostics), ["Marks of new objects could not be taken away"]);
    assert_eq!((laboratory.cloud.marked(), laboratory.unfinished.len()), (4, 4));
    assert_eq!(laboratory.plan().await.actions(), Vec::<String>::new());
    laboratory.cloud.take_log();
    assert!(laboratory.recover().await.is_empty());
    assert_eq!(laboratory.cloud.take_log()[1..], ["unmark 4 in home"]);
    assert_eq!((laboratory.cloud.marked(), laboratory.unfinished.len()), (0, 0));
}

#[tokio::test]
async fn a_doubt_is_looked_up_before_the_run_ends() {
    for (class, was_made) in [(ErrorClass::Transient, true), (ErrorClass::TimedOut, false)] {
        for marks in [false, true] {
            let mut laboratory = new(CHAIN, marks);
            match was_made {
                true => laboratory.cloud.lose_answer(Call::Create, "mem_thing.b", class),
                false => laboratory.cloud.fail(Call::Create, "mem_thing.b", class),
            }
            let done = laboratory.apply().await;
            assert_eq!(done.errors(), ["mem_thing.b: Creating mem_thing failed"]);
            assert_eq!(warnings(&done.applied.diagnostics), ["Interrupted operations were resolved"]);
            assert!(done.unfinished.is_empty(), "{:?}", done.unfinished);
            assert_eq!(laboratory.cloud.names().len(), 1 + usize::from(was_made));
            assert_eq!(laboratory.plan().await.actions().len(), 3 - usize::from(was_made));
            laboratory.apply().await.clean();
            assert_eq!(laboratory.cloud.names(), ["a", "b", "c0", "c1"]);
        }
    }
}

#[tokio::test]
async fn what_is_found_after_the_old_one_was_put_back_takes_its_place() {
    let mut laboratory = made(REPLACED, &REPLACED.replace("\"1\"", "\"2\""), false).await;
    laboratory.cloud.lose_answer(Call::Create, "mem_thing.a", ErrorClass::Transient);
    let done = laboratory.apply().await;
    assert_eq!(done.errors(), ["mem_thing.a: Creating mem_thing failed"]);
    assert_eq!(laboratory.cloud.names(), ["a", "a"]);
    completes(&mut laboratory, &["a", "b"], "found").await;
}

#[tokio::test]
async fn secrets_and_dependencies_are_as_if_nothing_had_happened() {
    let configuration = ONE.to_owned()
        + "resource \"mem_thing\" \"b\" {\n name = \"b\"\n password = \"p\"\n fixed = sensitive(\"f\")\n parent = mem_thing.a.id\n}\n";
    let mut usual = Laboratory::new(&configuration);
    usual.apply().await.clean();
    let mut laboratory = Laboratory::new(&configuration);
    laboratory.crash(4).await;
    assert_eq!(laboratory.cloud.names(), ["a", "b"]);
    laboratory.recover().await;
    assert_eq!(laboratory.state.resources, usual.state.resources);
    assert_eq!(laboratory.cloud.value_of("b", "password"), Some(Value::string("p")));
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_is_told_once() {
    let mut laboratory =
        Laboratory::new("resource \"mem_thing\" \"a\" {\n count = 9\n name = \"a${count.index}\"\n}\n");
    let told = laboratory.crash_telling(3).await;
    assert_eq!(told.iter().filter(|it| it.detail.contains("killed")).count(), 1, "{told}");
}
