//! The `rinfra` binary: one file for each command, in Terraform's spelling.
//!
//! It reads the command line and the process environment, wires the crates together and prints what they return. It
//! decides nothing: what a command does is in `rinfra-ops`, how it looks is in `rinfra-view`.

mod arguments;
mod asking;
mod bill;
mod commands;
mod editor;
mod interruption;
mod progress;
mod spelling;
mod status_line;
mod terminal;
mod usage;
mod wait;
mod wiring;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::arguments::Cli;
use crate::terminal::Terminal;

/// A large configuration is millions of small objects, made and dropped on several threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The exit code of a command line without a command, as shells and Terraform have it.
const NO_COMMAND: u8 = 127;

fn main() -> ExitCode {
    let arguments = spelling::usual(std::env::args_os());
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return usage::report(&error, &arguments),
    };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("RINFRA_LOG"))
        .with_writer(std::io::stderr)
        .init();
    let terminal = Terminal::new(cli.no_color);
    if cli.version {
        return commands::version(&terminal);
    }
    let Some(command) = cli.command else {
        terminal.print(&Cli::command().render_long_help().to_string());
        return ExitCode::from(NO_COMMAND);
    };
    let working_directory = std::env::current_dir();
    if let Some(directory) = &cli.chdir
        && let Err(error) = std::env::set_current_dir(directory)
    {
        terminal.problem("Error handling -chdir option", &format!("chdir {}: {error}", directory.display()));
        return ExitCode::FAILURE;
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal.problem("Cannot start", &error.to_string());
            return ExitCode::FAILURE;
        }
    };
    let working_directory = working_directory.unwrap_or_default();
    let code = runtime.block_on(commands::run(&command, &terminal, &working_directory));
    // Whatever still waits for the network or the keyboard has nothing to say any more.
    runtime.shutdown_background();
    code
}
