//! One file for each command.

mod apply;
mod completions;
mod console;
mod graph;
mod init;
mod output;
mod plan;
mod show;
mod state_list;
mod state_show;
mod validate;
mod version;

use std::path::Path;
use std::process::ExitCode;

use rinfra_change::Mode;

use crate::arguments::{Cli, Command, StateCommand};
use crate::terminal::Terminal;

/// What every command needs.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'s> {
    pub(crate) terminal: &'s Terminal,
    /// The directory the program was started in.
    pub(crate) working_directory: &'s Path,
}

/// Runs a command and returns its exit code.
pub(crate) async fn run(cli: Cli, terminal: &Terminal, working_directory: &Path) -> ExitCode {
    let setting = Setting { terminal, working_directory };
    match &cli.command {
        Command::Init(_) => init::run(setting),
        Command::Validate(arguments) => validate::run(setting, arguments).await,
        Command::Plan(arguments) => plan::run(setting, arguments).await,
        Command::Apply(arguments) => apply::run(setting, arguments, Mode::Normal).await,
        Command::Destroy(arguments) => apply::run(setting, arguments, Mode::Destroy).await,
        Command::Show(arguments) => show::run(setting, arguments),
        Command::Output(arguments) => output::run(setting, arguments),
        Command::State(StateCommand::List { addresses }) => state_list::run(setting, addresses),
        Command::State(StateCommand::Show { address }) => state_show::run(setting, address),
        Command::Graph(arguments) => graph::run(setting, arguments),
        Command::Console(arguments) => console::run(setting, arguments).await,
        Command::Version(arguments) => version::run(setting, arguments),
        Command::Completions(arguments) => completions::run(setting, arguments),
    }
}
