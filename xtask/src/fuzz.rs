//! `cargo xtask fuzz`: looks for inputs that make rinfra panic, hang, or break a law of what it reads and writes.

use std::process::Command;

use clap::{Args, ValueEnum};

use crate::cargo;

/// What to fuzz, and for how long.
#[derive(Args)]
pub(crate) struct Arguments {
    /// What the inputs are taken for
    target: Target,
    /// How long to look, in minutes
    #[arg(long, default_value_t = 30)]
    minutes: u32,
}

#[derive(Clone, Copy, ValueEnum)]
enum Target {
    /// A line of the console
    Expression,
    /// The files of a configuration, validated and planned
    Configuration,
    /// A file to lay out
    Format,
    /// A state, a journal or a saved plan
    State,
}

impl Target {
    fn name(self) -> &'static str {
        match self {
            Self::Expression => "expression",
            Self::Configuration => "configuration",
            Self::Format => "format",
            Self::State => "state",
        }
    }
}

/// Writes the corpora and runs one fuzzer on its own.
///
/// # Errors
/// When an input was found, which then lies in `tests/fuzz/artifacts`, or the fuzzer cannot be built.
pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let corpus =
        ["run", "--quiet", "--package", "rinfra-testkit", "--features", "trials", "--example", "corpus"];
    ended_well(&mut cargo::command(&corpus))?;
    let seconds = format!("-max_total_time={}", u64::from(arguments.minutes) * 60);
    // There is no unsafe code of ours for a sanitizer to watch.
    let build = ["run", "nightly", "cargo", "fuzz", "run", "--fuzz-dir", "tests/fuzz", "--sanitizer", "none"];
    let limits = ["-max_len=4096", "-timeout=30", "-rss_limit_mb=2048", "-dict=tests/fuzz/words.dict"];
    let mut fuzzer = Command::new("rustup");
    fuzzer.args(build).arg(arguments.target.name()).arg("--").args(limits).arg(seconds);
    fuzzer.env_remove("CARGO").current_dir(rinfra_testkit::root());
    ended_well(&mut fuzzer)
}

fn ended_well(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|error| format!("{program} does not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program} ended with {status}; see above")) }
}
