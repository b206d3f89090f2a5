//! What begins first where not everything can begin at once, and how long it will take.

use std::num::NonZeroUsize;
use std::time::Duration;

use rinfra_apply::Outlook;
use rinfra_change::{Opcode, Plan};
use rinfra_provider::Typical;
use rinfra_testkit::Laboratory;

/// A chain of things, each of which hangs on the one before, and so many that hang on nothing.
fn configuration(chain: usize, loose: usize) -> String {
    let mut text = format!("resource \"mem_thing\" \"loose\" {{\n count = {loose}\n}}\n");
    for number in 0..chain {
        let parent = match number.checked_sub(1) {
            Some(before) => format!("mem_thing.c{before}.id"),
            None => "null".to_owned(),
        };
        text += &format!("resource \"mem_thing\" \"c{number}\" {{\n parent = {parent}\n}}\n");
    }
    text
}

fn limited(configuration: &str, calls: usize) -> Laboratory {
    let mut laboratory = Laboratory::new(configuration);
    laboratory.parallelism = NonZeroUsize::new(calls);
    laboratory.patience = Duration::from_secs(1000);
    laboratory
}

#[tokio::test(start_paused = true)]
async fn what_has_most_behind_it_begins_first() {
    for calls in [1, 2] {
        let mut laboratory = limited(&configuration(4, 20), calls);
        laboratory.cloud.answer_after(Duration::from_secs(1));
        laboratory.apply().await.clean();
        let changes = laboratory.cloud.take_changes();
        assert_eq!(changes[0], "create mem_thing.c0", "{calls} calls: {changes:?}");
        // The last link has as little behind it as what hangs on nothing.
        for link in 1..3 {
            let place = changes.iter().position(|it| *it == format!("create mem_thing.c{link}"));
            // While one link settles others begin, and what has begun is not interrupted.
            assert!(
                place.is_some_and(|it| it <= link * 3 * calls),
                "c{link} with {calls} calls: {changes:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_waits_where_nothing_limits_the_calls() {
    let mut laboratory = limited(&configuration(10, 500), 0);
    laboratory.cloud.answer_after(Duration::from_secs(1));
    let plan = laboratory.plan().await.expect();
    let began = tokio::time::Instant::now();
    let (_interrupt, watched) = tokio::sync::watch::channel(rinfra_apply::Interrupt::None);
    laboratory.execute(plan, watched).await.clean();
    // Ten links, each of which is created and then looked at; the clock goes in milliseconds.
    let took = began.elapsed();
    assert!(took < Duration::from_millis(20_100), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn what_usually_takes_longest_begins_first() {
    let mut laboratory = limited("resource \"mem_thing\" \"old\" {\n}\n", 1);
    laboratory.apply().await.clean();
    laboratory.cloud.take_log();
    laboratory.cloud.answer_after(Duration::from_secs(1));
    laboratory.write("main.tf", &configuration(3, 3));
    laboratory.cloud.usually_takes(Typical::seconds(1, 1, 100));
    laboratory.apply().await.clean();
    let changes = laboratory.cloud.take_changes();
    assert_eq!(changes[..2], ["delete mem_thing.old", "create mem_thing.c0"], "{changes:?}");
}

/// The plan of a configuration, and how long it is said to take where creating takes ten seconds.
async fn outlook(configuration: &str) -> (Plan, Outlook) {
    let laboratory = Laboratory::new(configuration);
    laboratory.cloud.usually_takes(Typical::seconds(10, 1, 1));
    let plan = laboratory.plan().await.expect();
    let outlook = Outlook::new(&plan, &laboratory.catalogue()).expect("it can be carried out");
    (plan, outlook)
}

fn position(plan: &Plan, address: &str) -> usize {
    let wanted = |(_, it): &(usize, &rinfra_change::OperationNode)| {
        it.address.to_string() == address && it.opcode == Opcode::Create
    };
    plan.graph.nodes.iter().enumerate().find(wanted).expect("a step").0
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test]
async fn a_chain_takes_as_long_as_its_links_and_they_as_long_as_those_before() {
    let (plan, mut outlook) = outlook(&configuration(3, 0)).await;
    let links = ["mem_thing.c0", "mem_thing.c1", "mem_thing.c2"].map(|it| position(&plan, it));
    assert_eq!(outlook.remaining(seconds(0)), seconds(30));
    outlook.begin(links[0], seconds(0));
    assert_eq!(outlook.remaining(seconds(4)), seconds(26));
    // It takes longer than expected, and so the others are expected to.
    assert_eq!(outlook.remaining(seconds(20)), seconds(40));
    outlook.end(links[0], seconds(20));
    assert_eq!(outlook.remaining(seconds(20)), seconds(40));
    outlook.begin(links[1], seconds(20));
    outlook.end(links[1], seconds(24));
    // Twelve seconds on average so far.
    assert_eq!(outlook.remaining(seconds(24)), seconds(12));
    outlook.begin(links[2], seconds(24));
    outlook.fail(links[2]);
    assert_eq!(outlook.remaining(seconds(25)), seconds(0));
}

#[tokio::test]
async fn what_depends_on_a_failure_takes_no_time() {
    let (plan, mut outlook) = outlook(&configuration(3, 1)).await;
    outlook.begin(position(&plan, "mem_thing.c0"), seconds(0));
    outlook.begin(position(&plan, "mem_thing.loose[0]"), seconds(0));
    outlook.fail(position(&plan, "mem_thing.c0"));
    assert_eq!(outlook.remaining(seconds(1)), seconds(9));
}

#[tokio::test]
async fn what_waits_for_its_turn_takes_as_long_as_all_of_it_does() {
    let (plan, mut outlook) = outlook(&configuration(0, 10)).await;
    assert_eq!(outlook.remaining(seconds(0)), seconds(10));
    for number in 0..2 {
        outlook.begin(position(&plan, &format!("mem_thing.loose[{number}]")), seconds(0));
    }
    // Ten of ten seconds, two at a time.
    assert_eq!(outlook.remaining(seconds(0)), seconds(50));
    assert_eq!(outlook.remaining(seconds(5)), seconds(45));
}
