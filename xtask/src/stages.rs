//! Named stages that run one after the other until one fails.

use std::time::{Duration, Instant};

use crate::duration;

/// One stage: its name and what it does.
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) action: fn() -> Result<(), String>,
}

/// Runs the stages in order, reports each with its duration, and closes with a table of all.
///
/// # Errors
/// Names the first stage that failed, why, and which ones were not run.
pub(crate) fn run(stages: &[Stage]) -> Result<(), String> {
    let mut durations = Vec::new();
    let mut failure = None;
    for (index, stage) in stages.iter().enumerate() {
        println!("\n=== {} ({} of {})", stage.name, index + 1, stages.len());
        let started = Instant::now();
        let outcome = (stage.action)();
        let took = started.elapsed();
        durations.push(took);
        match outcome {
            Ok(()) => println!("=== {} passed in {}", stage.name, duration::text(took)),
            Err(reason) => {
                failure = Some(format!("{} failed after {}: {reason}", stage.name, duration::text(took)));
                break;
            }
        }
    }
    println!("\n{}", table(stages, &durations, failure.is_some()));
    failure.map_or(Ok(()), Err)
}

/// Returns the closing table: every stage with its outcome and duration, and the total.
fn table(stages: &[Stage], durations: &[Duration], failed: bool) -> String {
    let mut lines: Vec<String> = stages
        .iter()
        .enumerate()
        .map(|(index, stage)| {
            let outcome = match durations.get(index) {
                None => "not run",
                Some(_) if failed && index + 1 == durations.len() => "FAILED",
                Some(_) => "passed",
            };
            let took = durations.get(index).map(|it| duration::text(*it)).unwrap_or_default();
            row(stage.name, outcome, &took)
        })
        .collect();
    lines.push(row("total", "", &duration::text(durations.iter().sum())));
    lines.join("\n")
}

fn row(name: &str, outcome: &str, took: &str) -> String {
    format!("{name:<14} {outcome:<8} {took:>12}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_tells_what_passed_what_failed_and_what_was_left_out() {
        let stages = ["formatting", "clippy", "tests"].map(|name| Stage { name, action: || Ok(()) });
        let durations = [Duration::from_millis(800), Duration::from_secs(72)];
        let expected = "\
formatting     passed          0.8 s
clippy         FAILED     1 min 12 s
tests          not run
total                     1 min 13 s";
        assert_eq!(table(&stages, &durations, true), expected);
    }

    #[test]
    fn the_first_failure_ends_the_run() {
        let stages = [
            Stage { name: "first", action: || Ok(()) },
            Stage { name: "second", action: || Err("because".to_owned()) },
            Stage { name: "third", action: || Err("never reached".to_owned()) },
        ];
        let message = run(&stages).unwrap_err();
        assert!(message.starts_with("second failed after") && message.ends_with("because"), "{message}");
    }
}
