//! What is left after something went wrong, and how the next run ends it.

use rinfra_provider::ErrorClass;
use rinfra_state::journal::{Effect, Event};
use rinfra_testkit::Laboratory;
use rinfra_testkit::memory_provider::Call;

const CHAIN: &str = r#"
resource "mem_thing" "a" {
  name = "a"
}

resource "mem_thing" "b" {
  name   = "b"
  parent = mem_thing.a.id
}

resource "mem_thing" "c" {
  name   = "c"
  parent = mem_thing.b.id
}

resource "mem_thing" "alone" {
  name = "alone"
}

output "b" {
  value = mem_thing.b.id
}

output "alone" {
  value = mem_thing.alone.name
}
"#;

const FIRST: &str = "resource \"mem_thing\" \"a\" {\n name = \"a\"\n fixed = \"1\"\n lifecycle {\n create_before_destroy = true\n }\n}\n";

/// Applies until nothing is left to do and checks that one run was enough.
async fn completes(laboratory: &mut Laboratory) {
    laboratory.apply().await.clean();
    assert_eq!(laboratory.plan().await.actions(), Vec::<String>::new());
    assert!(!laboratory.plan().await.expect().has_changes());
}

#[tokio::test]
async fn independent_work_goes_on_and_dependents_are_named() {
    for class in [ErrorClass::Validation, ErrorClass::AccessDenied, ErrorClass::Conflict] {
        let mut laboratory = Laboratory::new(CHAIN);
        laboratory.cloud.fail(Call::Create, "mem_thing.b", class);
        let done = laboratory.apply().await;
        assert_eq!(done.errors(), ["mem_thing.b: Creating mem_thing failed"]);
        assert_eq!(done.skipped(), ["mem_thing.c"]);
        assert_eq!(done.applied.tally.added, 2);
        assert!(done.unfinished.is_empty());
        assert_eq!(laboratory.cloud.names(), ["a", "alone"]);
        let outputs: Vec<_> = laboratory.state.outputs.keys().map(ToString::to_string).collect();
        assert_eq!(outputs, ["alone"]);
        completes(&mut laboratory).await;
        assert_eq!(laboratory.cloud.names(), ["a", "alone", "b", "c"]);
    }
}

#[tokio::test]
async fn every_step_is_written_down_before_and_after() {
    let mut laboratory = Laboratory::new(FIRST);
    let done = laboratory.apply().await.clean();
    assert_eq!(
        done.journal(),
        ["intent create mem_thing.a", "identified create mem_thing.a", "settled create mem_thing.a"]
    );
    laboratory.write("main.tf", &FIRST.replace("\"1\"", "\"2\""));
    let done = laboratory.apply().await.clean();
    assert_eq!(
        done.journal(),
        [
            "arranged mem_thing.a",
            "intent create mem_thing.a",
            "identified create mem_thing.a",
            "settled create mem_thing.a",
            "intent delete mem_thing.a (deposed)",
            "removed delete mem_thing.a (deposed)",
        ]
    );
    laboratory.write("main.tf", "");
    let done = laboratory.apply().await.clean();
    assert_eq!(done.journal(), ["intent delete mem_thing.a", "removed delete mem_thing.a"]);
}

#[tokio::test]
async fn an_intent_is_on_record_before_its_call_is_made() {
    let mut laboratory = Laboratory::new(CHAIN);
    laboratory.cloud.fail(Call::Create, "mem_thing.a", ErrorClass::Validation);
    let done = laboratory.apply().await;
    let position = |text: &str| done.journal().iter().position(|it| it == text);
    assert!(position("intent create mem_thing.a") < position("failed (Known) create mem_thing.a"));
    assert_eq!(position("intent create mem_thing.b"), None, "nothing is intended that is not done");
}

#[tokio::test]
async fn a_lost_answer_leaves_a_doubt() {
    for (class, doubtful) in [
        (ErrorClass::Transient, true),
        (ErrorClass::TimedOut, true),
        (ErrorClass::Unreachable, false),
        (ErrorClass::Internal, true),
        (ErrorClass::Validation, false),
        (ErrorClass::AccessDenied, false),
    ] {
        let mut laboratory = Laboratory::new(FIRST);
        laboratory.cloud.lose_answer(Call::Create, "mem_thing.a", class);
        laboratory.cloud.fail(Call::LookFor, "mem_thing", ErrorClass::Throttled);
        let done = laboratory.apply().await;
        assert_eq!(done.unfinished.len(), usize::from(doubtful), "{class:?}");
        if let Some(unfinished) = done.unfinished.first() {
            assert_eq!(unfinished.intent.token, "run-1-1");
            assert_eq!(unfinished.identity, None);
        }
    }
}

#[tokio::test]
async fn what_was_made_and_never_became_usable_is_replaced() {
    let mut laboratory = Laboratory::new(CHAIN);
    laboratory.cloud.fail(Call::Settle, "mem_thing.b", ErrorClass::TimedOut);
    let done = laboratory.apply().await;
    assert_eq!(done.errors(), ["mem_thing.b: Creating mem_thing failed"]);
    assert!(done.unfinished.is_empty(), "what has an identity is no doubt");
    let planned = laboratory.plan().await.actions();
    assert_eq!(planned, ["mem_thing.b: delete then create, replace_because_tainted", "mem_thing.c: create"]);
    completes(&mut laboratory).await;
}

#[tokio::test]
async fn a_failed_update_keeps_the_object_and_is_repeated() {
    for (call, class) in [
        (Call::Update, ErrorClass::Validation),
        (Call::Update, ErrorClass::Transient),
        (Call::Settle, ErrorClass::TimedOut),
    ] {
        let mut laboratory = Laboratory::new(CHAIN);
        laboratory.apply().await.clean();
        laboratory.write("main.tf", &CHAIN.replace("name   = \"b\"", "name   = \"bee\""));
        laboratory.cloud.fail(call, "mem_thing.b", class);
        let done = laboratory.apply().await;
        assert_eq!(done.errors(), ["mem_thing.b: Updating mem_thing failed"], "{call:?} {class:?}");
        assert_eq!(done.applied.tally.changed, 0);
        assert!(done.unfinished.is_empty(), "an update may be repeated");
        completes(&mut laboratory).await;
        assert_eq!(laboratory.cloud.names(), ["a", "alone", "bee", "c"]);
    }
}

#[tokio::test]
async fn a_failed_deletion_keeps_the_object_and_what_it_hangs_on() {
    let mut laboratory = Laboratory::new(CHAIN);
    laboratory.apply().await.clean();
    laboratory.write("main.tf", "");
    laboratory.cloud.fail(Call::Delete, "mem_thing.b", ErrorClass::AccessDenied);
    let done = laboratory.apply().await;
    assert_eq!(done.errors(), ["mem_thing.b: Deleting mem_thing failed"]);
    assert_eq!(done.skipped(), ["mem_thing.a"]);
    assert_eq!(laboratory.cloud.names(), ["a", "b"]);
    completes(&mut laboratory).await;
    assert!(laboratory.state.resources.is_empty());
}

#[tokio::test]
async fn a_replacement_that_fails_in_the_middle_goes_on_there() {
    let unordered = FIRST.replace("create_before_destroy = true", "");
    for (configuration, call, left, next) in [
        (&unordered, Call::Delete, "a", "mem_thing.a: delete then create, replace_because_cannot_update"),
        (&unordered, Call::Create, "", "mem_thing.a: create"),
        (
            &FIRST.to_owned(),
            Call::Create,
            "a",
            "mem_thing.a: create then delete, replace_because_cannot_update",
        ),
        (&FIRST.to_owned(), Call::Delete, "a a", "mem_thing.a (deposed): delete"),
    ] {
        let mut laboratory = Laboratory::new(configuration);
        laboratory.apply().await.clean();
        laboratory.write("main.tf", &configuration.replace("\"1\"", "\"2\""));
        laboratory.cloud.fail(call, "mem_thing.a", ErrorClass::Validation);
        let done = laboratory.apply().await;
        assert_eq!(done.errors().len(), 1, "{:?}", done.errors());
        assert_eq!(laboratory.cloud.names().join(" "), left, "{call:?}");
        assert_eq!(laboratory.plan().await.actions(), [next], "{call:?}");
        completes(&mut laboratory).await;
        assert_eq!(laboratory.cloud.names(), ["a"]);
    }
}

#[tokio::test]
async fn a_condition_that_fails_skips_what_hangs_on_it() {
    let with = |condition: &str| {
        CHAIN.replace("name   = \"b\"\n", &format!("name   = \"b\"\n lifecycle {{\n{condition}\n}}\n"))
    };
    let pre = with("precondition {\n condition = mem_thing.a.id == \"x\"\n error_message = \"no\"\n}");
    let post = with("postcondition {\n condition = self.id == \"x\"\n error_message = \"no\"\n}");
    for (configuration, summary, exists) in
        [(&pre, "Resource precondition failed", false), (&post, "Resource postcondition failed", true)]
    {
        let mut laboratory = Laboratory::new(configuration);
        let done = laboratory.apply().await;
        assert_eq!(done.errors(), [summary]);
        let skipped = if exists { vec!["mem_thing.c"] } else { vec!["mem_thing.b", "mem_thing.c"] };
        assert_eq!(done.skipped(), skipped, "{configuration}");
        assert_eq!(laboratory.cloud.names().contains(&"b".to_owned()), exists);
        assert!(laboratory.cloud.names().contains(&"alone".to_owned()), "independent work goes on");
        laboratory.write("main.tf", CHAIN);
        completes(&mut laboratory).await;
    }
}

#[tokio::test]
async fn a_failed_expansion_does_not_hang_anything() {
    // The module's instances are known in the plan; in the apply, what they hang on fails.
    let configuration =
        CHAIN.to_owned() + "module \"m\" {\n source = \"./m\"\n count = 2\n depends_on = [mem_thing.b]\n}\n";
    let mut laboratory = Laboratory::new(&configuration);
    laboratory.write(
        "m/main.tf",
        "resource \"mem_thing\" \"x\" {\n name = \"x\"\n}\noutput \"x\" {\n value = mem_thing.x.id\n}\n",
    );
    laboratory.cloud.fail(Call::Create, "mem_thing.b", ErrorClass::Validation);
    let done = laboratory.apply().await;
    assert_eq!(done.skipped(), ["mem_thing.c", "module.m[0].mem_thing.x", "module.m[1].mem_thing.x"]);
    completes(&mut laboratory).await;
}

#[tokio::test]
async fn a_data_source_that_fails_in_the_apply_skips_its_users() {
    let configuration = CHAIN.to_owned()
        + "data \"mem_thing\" \"seen\" {\n name = \"b\"\n depends_on = [mem_thing.b]\n}\nresource \"mem_thing\" \"user\" {\n name = data.mem_thing.seen.id\n}\n";
    let mut laboratory = Laboratory::new(&configuration);
    laboratory.cloud.fail(Call::ReadData, "b", ErrorClass::Transient);
    let done = laboratory.apply().await;
    assert_eq!(done.errors(), ["data.mem_thing.seen: Reading mem_thing failed"]);
    assert_eq!(done.skipped(), ["mem_thing.user"]);
    completes(&mut laboratory).await;
}

#[tokio::test]
async fn failures_are_recorded_with_their_effect() {
    let mut laboratory = Laboratory::new(FIRST);
    laboratory.cloud.fail(Call::Create, "mem_thing.a", ErrorClass::Transient);
    let done = laboratory.apply().await;
    let failed = done.events.iter().find_map(|it| match it {
        Event::Failed { effect, class, message, .. } => Some((*effect, class.clone(), message.clone())),
        _ => None,
    });
    let (effect, class, message) = failed.expect("a failure");
    assert_eq!((effect, class.as_str()), (Effect::Uncertain, "Transient"));
    assert!(message.contains("told to fail"), "{message}");
}
