//! `cargo xtask demo`: the main job, end to end, against a local AWS.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rinfra_testkit::{Account, isolated};

use crate::{binary, local_aws, supervise, workspace};

/// The example that is run.
const EXAMPLE: &str = "two-region-network";

/// One command of the demonstration.
struct Step {
    says: &'static str,
    arguments: &'static [&'static str],
    expected_code: i32,
}

const STEPS: [Step; 10] = [
    Step { says: "Prepare the directory.", arguments: &["init"], expected_code: 0 },
    Step {
        says: "Plan: write down what is to be done, and do nothing.",
        arguments: &["plan", "-out=network.plan"],
        expected_code: 0,
    },
    Step {
        says: "Apply exactly that plan, in both Regions at once.",
        arguments: &["apply", "network.plan"],
        expected_code: 0,
    },
    Step {
        says: "Plan again: nothing is left to do, so the exit code is 0.",
        arguments: &["plan", "-detailed-exitcode"],
        expected_code: 0,
    },
    Step {
        says: "Change a variable, but only in us-east-1.",
        arguments: &["apply", "-auto-approve", "--region", "us-east-1", "-var", "application_port=9090"],
        expected_code: 0,
    },
    Step {
        says: "eu-west-1 was left alone: its changes are still to be made, so the exit code is 2.",
        arguments: &["plan", "-detailed-exitcode", "-var", "application_port=9090"],
        expected_code: 2,
    },
    Step { says: "What the state holds.", arguments: &["state", "list"], expected_code: 0 },
    Step {
        says: "One of its objects.",
        arguments: &["state", "show", "module.ireland.aws_vpc.this"],
        expected_code: 0,
    },
    Step { says: "What depends on what, for Graphviz.", arguments: &["graph"], expected_code: 0 },
    Step { says: "Destroy all of it.", arguments: &["destroy", "-auto-approve"], expected_code: 0 },
];

/// Runs the demonstration; what it starts ends with it, whatever happens.
///
/// # Errors
/// One sentence, when something is missing on this machine, a step fails, or the developer interrupts.
pub(crate) fn run() -> Result<(), String> {
    supervise::survive_interruptions()?;
    let workspace = workspace::load()?;
    let moto = local_aws::start()?;

    let outcome = demonstrate(&workspace.target_directory, &moto.account());
    println!("\nStopping the local AWS.");
    drop(moto);
    outcome
}

fn demonstrate(target_directory: &Path, account: &Account) -> Result<(), String> {
    let binary = binary::build(target_directory)?;
    let directory = lay_out(&target_directory.join("demo"))
        .map_err(|error| format!("the example cannot be copied to a working directory: {error}"))?;
    println!("\nA copy of examples/{EXAMPLE} lies in {}; the commands run there.", directory.display());
    STEPS.iter().try_for_each(|step| perform(step, &binary, &directory, account))
}

fn perform(step: &Step, binary: &Path, directory: &Path, account: &Account) -> Result<(), String> {
    println!("\n# {}", step.says);
    println!("$ rinfra {}", step.arguments.join(" "));
    let code =
        supervise::run(isolated(binary).current_dir(directory).args(step.arguments).envs(account.env()))?;
    if code == Some(step.expected_code) {
        return Ok(());
    }
    let ended = code.map_or_else(|| "was killed".to_owned(), |code| format!("ended with exit code {code}"));
    Err(format!("`rinfra {}` {ended}; expected was {}", step.arguments.join(" "), step.expected_code))
}

/// Copies the example into a fresh directory and returns where it lies.
fn lay_out(base: &Path) -> io::Result<PathBuf> {
    if base.exists() {
        fs::remove_dir_all(base)?;
    }
    rinfra_testkit::copy_example(EXAMPLE, base)
}
