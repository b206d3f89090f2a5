//! One file for each command.

mod apply;
mod completions;
mod console;
mod fmt;
mod get;
mod graph;
mod import;
mod init;
mod installing;
mod locking;
mod output;
mod plan;
mod questions;
mod saved;
mod show;
mod state_list;
mod state_mv;
mod state_rm;
mod state_show;
mod test;
mod validate;
mod version;

use std::path::Path;
use std::process::ExitCode;

use rinfra_change::Mode;
use rinfra_diag::Diagnostic;
use rinfra_ops::{Environment, Failure, Outcome, Project};

use crate::arguments::{Command, StateCommand, VersionArguments};
use crate::terminal::Terminal;

/// What every command needs.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'s> {
    pub(crate) terminal: Terminal,
    /// The directory the program was started in.
    pub(crate) working_directory: &'s Path,
}

/// Runs a command and returns its exit code.
pub(crate) async fn run(command: &Command, terminal: &Terminal, working_directory: &Path) -> ExitCode {
    let setting = Setting { terminal: *terminal, working_directory };
    match command {
        Command::Init(arguments) => init::run(setting, arguments),
        Command::Get(arguments) => get::run(setting, arguments),
        Command::Validate(arguments) => validate::run(setting, arguments).await,
        Command::Plan(arguments) => plan::run(setting, arguments).await,
        Command::Apply(arguments) => apply::run(setting, arguments, Mode::Normal).await,
        Command::Destroy(arguments) => apply::run(setting, arguments, Mode::Destroy).await,
        Command::Import(arguments) => import::run(setting, arguments).await,
        Command::Show(arguments) => show::run(setting, arguments),
        Command::Output(arguments) => output::run(setting, arguments),
        Command::State(StateCommand::List { variables, addresses }) => {
            state_list::run(setting, variables, addresses)
        }
        Command::State(StateCommand::Mv(arguments)) => state_mv::run(setting, arguments).await,
        Command::State(StateCommand::Rm(arguments)) => state_rm::run(setting, arguments).await,
        Command::State(StateCommand::Show { variables, address }) => {
            state_show::run(setting, variables, address)
        }
        Command::Graph(arguments) => graph::run(setting, arguments),
        Command::Console(arguments) => console::run(setting, arguments).await,
        Command::Fmt(arguments) => fmt::run(setting, arguments),
        Command::Test(arguments) => test::run(setting, arguments),
        Command::Version(arguments) => version::run(*terminal, arguments),
        Command::Completions(arguments) => completions::run(setting, arguments),
    }
}

/// Prints the version.
pub(crate) fn version(terminal: &Terminal) -> ExitCode {
    version::run(*terminal, &VersionArguments { json: false })
}

impl Setting<'_> {
    /// Returns this setting with a stream of JSON messages instead of text, if so wished.
    fn with_messages(self, wished: bool) -> Self {
        Self { terminal: self.terminal.with_messages(wished), ..self }
    }

    /// Returns this setting with warnings shown as wished.
    fn with_compact_warnings(self, compact: bool) -> Self {
        Self { terminal: self.terminal.with_compact_warnings(compact), ..self }
    }
}

/// Returns a failure with one thing to say.
fn refusal(diagnostic: Diagnostic) -> Failure {
    Failure { diagnostics: diagnostic.into(), ..Failure::default() }
}

/// Returns the failure of a command that needs a state where there is none.
fn no_state() -> Failure {
    let detail = "State management commands require a state file. Run this command in a directory where rinfra has been run.";
    refusal(Diagnostic::error("No state file was found!", detail))
}

/// Makes sure that there is a state to change.
///
/// *Errors*: that there is none, or that it cannot be read.
fn existing_state(project: &Project) -> Outcome<()> {
    rinfra_ops::read_state(project)?.map(drop).ok_or_else(no_state)
}

/// Tells whether there is a configuration at all.
fn has_configuration(environment: &Environment) -> bool {
    // A directory that cannot be listed is reported by whoever loads the configuration.
    environment.files.list(&environment.directory).map_or(true, |entries| {
        entries.iter().any(|it| it.name.ends_with(".tf") || it.name.ends_with(".tf.json"))
    })
}
