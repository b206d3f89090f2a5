//! Replays the scenarios of the shared vectors, step by step, against what Terraform did.
//!
//! Every step says what a command is given and what came of it: see `../shared/vectors/README.md`. The commands are
//! run in this process, on the provider that needs no cloud. What they say is brought into the form of the vectors,
//! and compared member by member, as far as `comparison` says that it counts.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cli;
mod commands;
mod comparison;
mod difference;
mod events;
mod exceptions;
mod normal_form;
mod options;
mod scenario;
mod session;
mod standing;

use std::io::Write as _;

use exceptions::EXCEPTIONS;
use scenario::Scenario;
use session::Session;
use standing::Standing;

/// One test, since the working directory is that of the whole process.
#[tokio::test]
async fn every_step_does_what_terraform_did() {
    let directory = rinfra_testkit::root().join("../shared/vectors/scenarios");
    let Ok(directory) = directory.canonicalize() else { return rinfra_testkit::skipped("no ../shared") };
    let only = std::env::var("RINFRA_SCENARIO").unwrap_or_default();
    let mut standing = Standing::default();
    for scenario in Scenario::all(&directory).into_iter().filter(|it| it.name.contains(&only)) {
        let mut session = Session::begin(&scenario);
        for step in &scenario.steps {
            let found = session.take(step).await;
            standing.add(&scenario, step, comparison::differences(&step.command, &step.expected(), &found));
        }
    }
    let verdict = standing.verdict(EXCEPTIONS.iter().filter(|it| it.scenario.contains(&only)));
    // Straight to the terminal: a table that is only seen when the test fails is not looked at.
    let _ = writeln!(std::io::stderr(), "{standing}");
    assert!(verdict.is_empty(), "\n{}", verdict.join("\n"));
}
