//! One file for each command.

mod apply;
mod completions;
mod console;
mod fmt;
mod force_unlock;
mod get;
mod graph;
mod import;
mod init;
mod installing;
mod locking;
mod login;
mod metadata_functions;
mod output;
mod plan;
mod providers;
mod providers_schema;
mod questions;
mod refresh;
mod saved;
mod show;
mod state_diff;
mod state_history;
mod state_list;
mod state_mv;
mod state_pull;
mod state_push;
mod state_replace_provider;
mod state_restore;
mod state_rm;
mod state_show;
mod taint;
mod test;
mod untaint;
mod validate;
mod version;
mod workspace_delete;
mod workspace_list;
mod workspace_new;
mod workspace_select;
mod workspace_show;

use std::path::Path;
use std::process::ExitCode;

use rinfra_change::Mode;
use rinfra_diag::Diagnostic;
use rinfra_ops::{Environment, Failure, Outcome, Project};

use crate::arguments::{
    Command, JsonArguments, MetadataCommand, Planning, ProvidersArguments, ProvidersCommand, StateCommand,
    VersionArguments, WorkspaceCommand,
};
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
        Command::Init(arguments) => init::run(setting, arguments).await,
        Command::Get(arguments) => get::run(setting, arguments),
        Command::Validate(arguments) => validate::run(setting, arguments).await,
        Command::Plan(arguments) => plan::run(setting, arguments).await,
        Command::Apply(arguments) => apply::run(setting, arguments, Mode::Normal).await,
        Command::Destroy(arguments) => apply::run(setting, arguments, Mode::Destroy).await,
        Command::Import(arguments) => import::run(setting, arguments).await,
        Command::Show(arguments) => show::run(setting, arguments).await,
        Command::Output(arguments) => output::run(setting, arguments).await,
        Command::Refresh(arguments) => refresh::run(setting, arguments).await,
        Command::Taint(arguments) => taint::run(setting, arguments).await,
        Command::Untaint(arguments) => untaint::run(setting, arguments).await,
        Command::ForceUnlock(arguments) => force_unlock::run(setting, arguments).await,
        Command::State(command) => of_state(command, setting).await,
        Command::Workspace(command) => of_workspaces(command, setting).await,
        Command::Providers(arguments) => of_providers(arguments, setting).await,
        Command::Metadata(MetadataCommand::Functions(arguments)) => {
            metadata_functions::run(setting, arguments)
        }
        Command::Login(_) => login::run(setting, "login"),
        Command::Logout(_) => login::run(setting, "logout"),
        Command::Graph(arguments) => graph::run(setting, arguments).await,
        Command::Console(arguments) => console::run(setting, arguments).await,
        Command::Fmt(arguments) => fmt::run(setting, arguments),
        Command::Test(arguments) => test::run(setting, arguments),
        Command::Version(arguments) => version::run(*terminal, arguments),
        Command::Completions(arguments) => completions::run(setting, arguments),
    }
}

async fn of_providers(arguments: &ProvidersArguments, setting: Setting<'_>) -> ExitCode {
    match &arguments.command {
        None => providers::run(setting, &arguments.variables).await,
        Some(ProvidersCommand::Schema(arguments)) => providers_schema::run(setting, arguments).await,
        Some(ProvidersCommand::Lock(_)) => providers::refuse(setting, "lock"),
        Some(ProvidersCommand::Mirror(_)) => providers::refuse(setting, "mirror"),
    }
}

async fn of_state(command: &StateCommand, setting: Setting<'_>) -> ExitCode {
    match command {
        StateCommand::List(arguments) => state_list::run(setting, arguments).await,
        StateCommand::Mv(arguments) => state_mv::run(setting, arguments).await,
        StateCommand::Rm(arguments) => state_rm::run(setting, arguments).await,
        StateCommand::Show(arguments) => state_show::run(setting, arguments).await,
        StateCommand::Pull(arguments) => state_pull::run(setting, arguments).await,
        StateCommand::History(arguments) => state_history::run(setting, arguments).await,
        StateCommand::Diff(arguments) => state_diff::run(setting, arguments).await,
        StateCommand::Restore(arguments) => state_restore::run(setting, arguments).await,
        StateCommand::Push(arguments) => state_push::run(setting, arguments).await,
        StateCommand::ReplaceProvider(arguments) => state_replace_provider::run(setting, arguments).await,
    }
}

async fn of_workspaces(command: &WorkspaceCommand, setting: Setting<'_>) -> ExitCode {
    match command {
        WorkspaceCommand::List { variables } => workspace_list::run(setting, variables).await,
        WorkspaceCommand::Show => workspace_show::run(setting),
        WorkspaceCommand::New(arguments) => workspace_new::run(setting, arguments).await,
        WorkspaceCommand::Select(arguments) => workspace_select::run(setting, arguments).await,
        WorkspaceCommand::Delete(arguments) => workspace_delete::run(setting, arguments).await,
    }
}

/// Prints the version.
pub(crate) fn version(terminal: &Terminal) -> ExitCode {
    version::run(*terminal, &VersionArguments { json: false })
}

impl Setting<'_> {
    /// Returns this setting with plans and progress shown as the options of a plan wish.
    fn with_planning(self, planning: &Planning) -> Self {
        let brief =
            self.with_compact_warnings(planning.usual.compact_warnings).with_concise(planning.concise);
        brief.with_messages(planning.json)
    }

    /// Returns this setting with only the essential shown, if so wished.
    fn with_concise(self, wished: bool) -> Self {
        Self { terminal: self.terminal.with_concise(wished), ..self }
    }

    /// Returns this setting with a stream of JSON messages instead of text, if so wished.
    fn with_messages(self, wished: bool) -> Self {
        Self { terminal: self.terminal.with_messages(wished), ..self }
    }

    /// Returns this setting with warnings shown as wished.
    fn with_compact_warnings(self, compact: bool) -> Self {
        Self { terminal: self.terminal.with_compact_warnings(compact), ..self }
    }
}

/// Makes sure that JSON is asked for, of a command that prints nothing else.
///
/// *Errors*: that it is not.
fn require_json(arguments: &JsonArguments, command: &str) -> Outcome<()> {
    if arguments.json {
        return Ok(());
    }
    let summary = format!("The `rinfra {command}` command requires the `-json` flag");
    Err(Failure::said(Diagnostic::error(summary, "It is made for programs, and prints JSON only.")))
}

/// Returns the failure of a command that needs a state where there is none.
fn no_state() -> Failure {
    let detail = "State management commands require a state file. Run this command in a directory where rinfra has been run.";
    Failure::said(Diagnostic::error("No state file was found!", detail))
}

/// Makes sure that there is a state to change.
///
/// *Errors*: that there is none, or that it cannot be read.
async fn existing_state(project: &Project) -> Outcome<()> {
    rinfra_ops::read_state(project).await?.map(drop).ok_or_else(no_state)
}

/// Tells whether there is a configuration at all.
fn has_configuration(environment: &Environment) -> bool {
    // A directory that cannot be listed is reported by whoever loads the configuration.
    environment.files.list(&environment.directory).map_or(true, |entries| {
        entries.iter().any(|it| it.name.ends_with(".tf") || it.name.ends_with(".tf.json"))
    })
}
