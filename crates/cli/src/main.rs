//! The `rinfra` binary: one file for each command. It wires the parts and decides nothing.

mod arguments;
mod commands;
mod interruption;
mod progress;
mod spelling;
mod terminal;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Cli;
use crate::terminal::Terminal;

fn main() -> ExitCode {
    let arguments = spelling::with_long_dashes(std::env::args_os());
    let cli = Cli::parse_from(arguments);
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("RINFRA_LOG"))
        .with_writer(std::io::stderr)
        .init();
    let terminal = Terminal::new(&cli);
    let working_directory = std::env::current_dir();
    if let Some(directory) = &cli.chdir
        && let Err(error) = std::env::set_current_dir(directory)
    {
        terminal.problem(&format!("cannot work in {}: {error}", directory.display()));
        return ExitCode::FAILURE;
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal.problem(&format!("cannot start: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let working_directory = working_directory.unwrap_or_default();
    let code = runtime.block_on(commands::run(cli, &terminal, &working_directory));
    // Whatever still waits for the network has nothing to say any more.
    runtime.shutdown_background();
    code
}
