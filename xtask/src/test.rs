//! `cargo xtask test`: everything a change must pass, cheapest first.

use crate::cargo;
use crate::stages::{self, Stage};
use crate::tidy;

const STAGES: [Stage; 5] = [
    Stage { name: "formatting", action: || cargo(&["fmt", "--all", "--", "--check"], &[]) },
    Stage { name: "tidy", action: tidy::run },
    Stage {
        name: "clippy",
        action: || cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &[]),
    },
    Stage {
        name: "documentation",
        action: || cargo(&["doc", "--workspace", "--no-deps"], &[("RUSTDOCFLAGS", "-D warnings")]),
    },
    // Unit tests and end-to-end tests: one build, one summary.
    Stage { name: "tests", action: || cargo(&["test", "--workspace"], &[]) },
];

/// Runs all stages, stopping at the first that fails.
pub(crate) fn run() -> Result<(), String> {
    stages::run(&STAGES)
}

fn cargo(arguments: &[&str], environment: &[(&str, &str)]) -> Result<(), String> {
    let line = arguments.join(" ");
    println!(
        "$ {}cargo {line}",
        environment.iter().map(|(name, value)| format!("{name}='{value}' ")).collect::<String>()
    );
    let status = cargo::command(arguments)
        .envs(environment.iter().copied())
        .status()
        .map_err(|error| format!("cargo does not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`cargo {line}` ended with {status}; see above")) }
}
