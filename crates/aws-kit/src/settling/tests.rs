use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use rinfra_provider::{ErrorClass, Region, Wanted};
use rinfra_value::Value;

use super::{Goal, Look, Queue, Settling, Span};
use crate::clock::Clock;
use crate::erased::Found;
use crate::{Error, Result, Settled};

/// A service whose objects answer from a script; the last line is repeated.
#[derive(Default)]
struct Scripted {
    objects: Mutex<BTreeMap<String, Vec<Answer>>>,
    looks: Mutex<Vec<usize>>,
}

#[derive(Clone)]
enum Answer {
    Absent,
    Pending,
    Ready(&'static str),
    Failed,
    Unreachable,
}

#[async_trait]
impl Look for Scripted {
    async fn look(&self, _: &Queue, wanted: Vec<Wanted>, _: HashSet<String>) -> Result<Vec<Option<Found>>> {
        self.looks.lock().expect("no panic").push(wanted.len());
        let mut objects = self.objects.lock().expect("no panic");
        let answer = |it: &Wanted| {
            let Some(script) = objects.get_mut(&it.identity) else { return Ok(None) };
            let answer = if script.len() > 1 { script.remove(0) } else { script[0].clone() };
            let (text, settled) = match answer {
                Answer::Absent => return Ok(None),
                Answer::Unreachable => return Err(Error::new(ErrorClass::Unreachable, "nobody answers")),
                Answer::Pending => ("", Settled::NotYet),
                Answer::Ready(text) => (text, Settled::Yes),
                Answer::Failed => ("", Settled::Failed("no capacity".to_owned())),
            };
            Ok(Some(Found { value: Value::string(text), settled }))
        };
        wanted.iter().map(answer).collect()
    }

    fn shows(&self, _: &Queue, planned: &Value, read: &Value) -> bool {
        planned == read
    }
}

fn queue() -> Queue {
    Queue { kind: "aws_x".into(), region: Region::new("us-east-1") }
}

/// Waits for one object and returns what came of it.
async fn check(script: Vec<Answer>, goal: Goal) -> std::result::Result<Option<String>, (ErrorClass, String)> {
    let eye = Arc::new(Scripted::default());
    eye.objects.lock().expect("no panic").insert("x-1".to_owned(), script);
    let settling = Arc::new(Settling::new(Clock::jumping()));
    let answer = settling.wait(&eye, &queue(), "x-1", goal, span()).await;
    answer
        .map(|it| it.and_then(|it| it.as_str().map(str::to_owned)))
        .map_err(|it: Error| (it.class(), it.message().to_owned()))
}

fn span() -> Span {
    Span { limit: Duration::from_secs(600), typical: Duration::from_secs(1) }
}

fn usable() -> Goal {
    Goal::Usable { planned: Value::string("new"), is_made: false }
}

#[tokio::test]
async fn an_object_is_waited_for_until_it_is_usable_and_shows_the_plan() {
    let script = vec![Answer::Absent, Answer::Pending, Answer::Ready("old"), Answer::Ready("new")];
    assert_eq!(check(script, usable()).await, Ok(Some("new".to_owned())));
    let moments = [vec![Answer::Unreachable; 10], vec![Answer::Pending], vec![Answer::Unreachable; 10]];
    let script = moments.into_iter().flatten().chain([Answer::Ready("new")]).collect();
    assert_eq!(check(script, usable()).await, Ok(Some("new".to_owned())), "out of reach for some moments");
    let stubborn = check(vec![Answer::Ready("old")], usable()).await;
    assert_eq!(stubborn, Ok(Some("old".to_owned())), "the wait for the plan to show is bounded");
}

#[tokio::test]
async fn waits_end() {
    let cases = [
        (vec![Answer::Pending], ErrorClass::TimedOut, "x-1 is not ready after 10m"),
        (vec![Answer::Absent], ErrorClass::NotFound, "x-1 cannot be found after 2m"),
        (vec![Answer::Pending, Answer::Unreachable], ErrorClass::Unreachable, "nobody answers"),
        (vec![Answer::Pending, Answer::Failed], ErrorClass::Conflict, "x-1 failed: no capacity"),
    ];
    for (script, class, message) in cases {
        let (got, text) = check(script, usable()).await.expect_err(message);
        assert_eq!(got, class);
        assert!(text.starts_with(message), "{text}");
    }
}

#[tokio::test]
async fn a_deleted_object_is_waited_for_until_it_is_gone() {
    let script = vec![Answer::Ready("old"), Answer::Pending, Answer::Absent];
    assert_eq!(check(script, Goal::Gone).await, Ok(None));
    assert_eq!(check(vec![Answer::Pending], Goal::Gone).await.expect_err("late").0, ErrorClass::TimedOut);
}

#[tokio::test]
async fn those_who_wait_together_are_looked_at_together() {
    let eye = Arc::new(Scripted::default());
    let settling = Arc::new(Settling::new(Clock::jumping()));
    let queue = queue();
    let names: Vec<String> = (0..50).map(|it| format!("x-{it}")).collect();
    for name in &names {
        let script = vec![Answer::Pending, Answer::Pending, Answer::Ready("new")];
        eye.objects.lock().expect("no panic").insert(name.clone(), script);
    }
    let waits = names.iter().map(|name| settling.wait(&eye, &queue, name, usable(), span()));
    let answers = futures::future::join_all(waits).await;
    assert!(answers.iter().all(Result::is_ok));
    let looks = eye.looks.lock().expect("no panic").clone();
    assert_eq!(looks, [50, 50, 50]);
    assert!(settling.queues.lock().expect("no panic").is_empty());
}
