//! Replays the scenarios of the shared vectors, step by step, and compares them with what Terraform did.

use std::io::Write as _;
use std::path::PathBuf;

use rinfra_testkit::scenarios::{Program, Scenario, Standing, differences, play, side_by_side};

#[test]
fn every_step_does_what_terraform_did() {
    let directory = rinfra_testkit::root().join("../shared/vectors/scenarios");
    let Ok(directory) = directory.canonicalize() else { return rinfra_testkit::skipped("no ../shared") };
    let only = std::env::var("RINFRA_SCENARIO").unwrap_or_default();
    let mut scenarios = Scenario::all(&directory).unwrap();
    scenarios.retain(|it| it.name.contains(&only));
    let rinfra = Program::new(PathBuf::from(env!("CARGO_BIN_EXE_rinfra")));
    let mut standing = Standing::default();
    side_by_side(
        &scenarios,
        |scenario| play(&rinfra, scenario),
        |scenario, played| {
            let played = played.unwrap_or_else(|error| panic!("{}: {error}", scenario.name));
            for (step, found) in scenario.steps.iter().zip(&played) {
                standing.add(scenario, step, &differences(step, &step.expected().unwrap(), found));
            }
        },
    );
    // Straight to the terminal: a table that is only seen when the test fails is not looked at.
    let _ = writeln!(std::io::stderr(), "{standing}");
    let objections = standing.objections();
    assert!(objections.is_empty(), "\n{}", objections.join("\n"));
}
