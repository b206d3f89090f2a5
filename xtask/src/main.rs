//! The developer's commands: `cargo xtask test`, `cargo xtask tidy`, `cargo xtask demo`, `cargo xtask oracle`,
//! `cargo xtask fuzz`, `cargo xtask crash-test`, `cargo xtask bench`.
//!
//! They call cargo and the built binary as a person would and say what they do. Nothing here is part of rinfra
//! itself, and none of it needs anything prepared by hand: what is missing on a machine is named in one sentence.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "these are commands for a terminal")]

mod bench;
mod binary;
mod cargo;
mod crash_test;
mod demo;
mod duration;
mod fuzz;
mod local_aws;
mod oracle;
mod stages;
mod supervise;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Developer commands of rinfra")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Checks everything: formatting, house rules, lints, documentation, unit and end-to-end tests
    Test,
    /// Checks the house rules: floors, forbidden imports, file lengths and names, crate documentation
    Tidy,
    /// Runs the two-Region example against a local AWS: plan, apply, change one Region, destroy
    Demo,
    /// Compares rinfra with the real Terraform on every example and scenario
    Oracle(oracle::Arguments),
    /// Looks for inputs that break something; needs cargo-fuzz and a nightly compiler
    Fuzz(fuzz::Arguments),
    /// Kills the binary at every call it makes, and runs it under every fault profile
    CrashTest(crash_test::Arguments),
    /// Measures rinfra and the real Terraform with configurations of up to 10,000 resources
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Test => test::run(),
        Command::Tidy => tidy::run(),
        Command::Demo => demo::run(),
        Command::Oracle(arguments) => oracle::run(&arguments),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::CrashTest(arguments) => crash_test::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
