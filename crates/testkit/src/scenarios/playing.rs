//! Taking scenarios from their first step to their last.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use serde_json::Value;

use super::scenario::Scenario;
use super::session::{Program, Session};

/// Takes all steps of a scenario in a directory of its own, and returns what came of each.
///
/// # Errors
/// What the operating system refuses, and JSON that is none.
pub fn play(program: &Program, scenario: &Scenario) -> io::Result<Vec<Value>> {
    let directory = tempfile::Builder::new().prefix(&scenario.name).tempdir()?;
    let mut session = Session::begin(program, &directory.path().canonicalize()?);
    scenario.steps.iter().map(|step| session.take(step)).collect()
}

/// Does something with every scenario, as many at a time as there are processors, and hands on what came of it as
/// it comes, in no order.
pub fn side_by_side<'s, T: Send>(
    scenarios: &'s [Scenario],
    action: impl Fn(&'s Scenario) -> T + Sync,
    mut done: impl FnMut(&'s Scenario, T),
) {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|threads| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let (sender, next, action) = (sender.clone(), &next, &action);
            threads.spawn(move || {
                while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if sender.send((scenario, action(scenario))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        receiver.into_iter().for_each(|(scenario, result)| done(scenario, result));
    });
}
