//! The command line.

mod installing;
mod locking;
mod providers;
mod state;
mod workspace;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::wait::Wait;

pub(crate) use installing::{GetArguments, InitArguments};
pub(crate) use locking::{ForceUnlockArguments, Locking};
pub(crate) use providers::{JsonArguments, MetadataCommand, ProvidersArguments, ProvidersCommand};
pub(crate) use state::{
    ReplaceProviderArguments, StateCommand, StateDiffArguments, StateFiles, StateHistoryArguments,
    StateListArguments, StateMvArguments, StatePullArguments, StatePushArguments, StateRestoreArguments,
    StateRmArguments, StateShowArguments, TaintArguments,
};
pub(crate) use workspace::{
    WorkspaceCommand, WorkspaceDeleteArguments, WorkspaceNewArguments, WorkspaceSelectArguments,
};

/// Infrastructure as code, natively: plans and applies Terraform configurations on AWS.
///
/// Options may be written with one dash, as Terraform does, or with two.
#[derive(Debug, Parser)]
#[command(name = "rinfra", disable_help_subcommand = true, disable_version_flag = true)]
pub(crate) struct Cli {
    /// Work in this directory.
    #[arg(long, value_name = "DIR", global = true, require_equals = true)]
    pub(crate) chdir: Option<PathBuf>,
    /// Use no colours.
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// Print the version.
    #[arg(long, short = 'v', global = true)]
    pub(crate) version: bool,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What can be asked for.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Prepare a directory: install modules, and check its configuration and providers.
    Init(InitArguments),
    /// Install the modules a configuration calls.
    Get(GetArguments),
    /// Check whether the configuration is valid.
    Validate(ValidateArguments),
    /// Show what an apply would change.
    Plan(PlanArguments),
    /// Make the infrastructure as the configuration says.
    Apply(ApplyArguments),
    /// Delete everything the state holds.
    Destroy(ApplyArguments),
    /// Record an object that exists already as a resource instance.
    Import(ImportArguments),
    /// Show the state, or a saved plan or state.
    Show(ShowArguments),
    /// Show the outputs of the last apply.
    Output(OutputArguments),
    /// Update the state with what exists.
    Refresh(RefreshArguments),
    /// Mark a resource instance, so that the next plan replaces it.
    Taint(TaintArguments),
    /// Take the mark from a resource instance.
    Untaint(TaintArguments),
    /// Release the lock of a state: refused, as no other program can.
    ForceUnlock(ForceUnlockArguments),
    /// List, show, make, select and delete workspaces.
    #[command(subcommand)]
    Workspace(WorkspaceCommand),
    /// Show which providers the configuration needs.
    Providers(ProvidersArguments),
    /// Tell of the language.
    #[command(subcommand)]
    Metadata(MetadataCommand),
    /// Log in to a service: not there.
    #[command(hide = true)]
    Login(AbsentArguments),
    /// Log out of a service: not there.
    #[command(hide = true)]
    Logout(AbsentArguments),
    /// Look at the state, and change what it says.
    #[command(subcommand)]
    State(StateCommand),
    /// Draw what depends on what, in the configuration or in a saved plan.
    Graph(GraphArguments),
    /// Evaluate expressions.
    Console(ConsoleArguments),
    /// Lay files out in the usual way.
    Fmt(FmtArguments),
    /// Run tests: not there yet.
    Test(AbsentArguments),
    /// Print the version.
    Version(VersionArguments),
    /// Print a completion script for a shell.
    Completions(CompletionsArguments),
}

/// How variables get their values.
#[derive(Args, Debug, Default)]
pub(crate) struct Variables {
    /// Set a variable of the root module.
    #[arg(long = "var", value_name = "NAME=VALUE", action = ArgAction::Append, allow_hyphen_values = true)]
    pub(crate) var: Vec<String>,
    /// Read values of variables from a file.
    #[arg(long = "var-file", value_name = "FILE", action = ArgAction::Append)]
    pub(crate) var_file: Vec<PathBuf>,
}

/// How to deal with people and with other runs.
#[derive(Args, Debug, Default)]
pub(crate) struct Usual {
    /// Ask on the terminal, such as for the approval of a plan.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = true, default_missing_value = "true", action = ArgAction::Set)]
    pub(crate) input: bool,
    #[command(flatten)]
    pub(crate) locking: Locking,
    /// Show warnings as a list of their summaries.
    #[arg(long)]
    pub(crate) compact_warnings: bool,
}

/// How much may go on at once.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Parallelism {
    /// How many calls may be in flight at once; 0 leaves it to rinfra.
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    pub(crate) parallelism: i64,
}

/// What to plan.
#[derive(Args, Debug, Default)]
pub(crate) struct Planning {
    #[command(flatten)]
    pub(crate) variables: Variables,
    #[command(flatten)]
    pub(crate) usual: Usual,
    #[command(flatten)]
    pub(crate) files: StateFiles,
    /// Change only instances of this Region; what they need elsewhere is read. May be repeated.
    #[arg(long, value_name = "REGION", action = ArgAction::Append)]
    pub(crate) region: Vec<String>,
    /// Plan only for this module, resource or instance, and what it needs. May be repeated.
    #[arg(long, value_name = "ADDRESS", action = ArgAction::Append)]
    pub(crate) target: Vec<String>,
    /// Leave this module, resource or instance alone, and what needs it. May be repeated.
    #[arg(long, value_name = "ADDRESS", action = ArgAction::Append)]
    pub(crate) exclude: Vec<String>,
    /// Replace this instance, whether its arguments changed or not. May be repeated.
    #[arg(long, value_name = "ADDRESS", action = ArgAction::Append)]
    pub(crate) replace: Vec<String>,
    /// Read what exists before planning.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = true, default_missing_value = "true", action = ArgAction::Set)]
    pub(crate) refresh: bool,
    /// Plan to delete everything.
    #[arg(long)]
    pub(crate) destroy: bool,
    /// Print messages as JSON, one a line; nothing is asked.
    #[arg(long)]
    pub(crate) json: bool,
    /// Show a line for each instance with the names of what changes, and no progress.
    #[arg(long)]
    pub(crate) concise: bool,
    /// Only take note of what has changed without rinfra: update the state and the outputs, and nothing else.
    #[arg(long)]
    pub(crate) refresh_only: bool,
    /// End with a table of the API calls, by resource type and operation.
    #[arg(long)]
    pub(crate) explain_calls: bool,
    #[command(flatten)]
    pub(crate) parallelism: Parallelism,
}

/// Options of `validate`.
#[derive(Args, Debug)]
pub(crate) struct ValidateArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// Print the result as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Accepted for Terraform's sake: test files are not looked at.
    #[arg(long)]
    pub(crate) no_tests: bool,
}

/// Options of `plan`.
#[derive(Args, Debug)]
pub(crate) struct PlanArguments {
    #[command(flatten)]
    pub(crate) planning: Planning,
    /// Save the plan to a file that `apply` executes.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Write the plan as a page of HTML that needs nothing else.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write resource blocks for imports that have none to a new file.
    #[arg(long, value_name = "FILE")]
    pub(crate) generate_config_out: Option<PathBuf>,
    /// Exit with 0 when nothing would change, 2 when something would.
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

/// Options of `apply` and `destroy`.
#[derive(Args, Debug, Default)]
pub(crate) struct ApplyArguments {
    #[command(flatten)]
    pub(crate) planning: Planning,
    /// Do not ask before changing anything.
    #[arg(long)]
    pub(crate) auto_approve: bool,
    /// How long what is in flight may go on after the first interrupt, such as 8s; without it, to its end.
    #[arg(long, value_name = "DURATION", env = "RINFRA_STOP_WITHIN")]
    pub(crate) stop_within: Option<Wait>,
    /// A saved plan to execute.
    #[arg(value_name = "PLAN")]
    pub(crate) plan: Option<PathBuf>,
}

/// Options of `refresh`.
#[derive(Args, Debug)]
pub(crate) struct RefreshArguments {
    #[command(flatten)]
    pub(crate) planning: Planning,
}

/// Options of `import`.
#[derive(Args, Debug)]
pub(crate) struct ImportArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    #[command(flatten)]
    pub(crate) usual: Usual,
    #[command(flatten)]
    pub(crate) files: StateFiles,
    #[command(flatten)]
    pub(crate) parallelism: Parallelism,
    /// The resource instance it becomes.
    #[arg(value_name = "ADDRESS")]
    pub(crate) address: String,
    /// What the provider calls the object.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
}

/// Options of `show`.
#[derive(Args, Debug)]
pub(crate) struct ShowArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Show a line for each instance of a plan, with the names of what changes.
    #[arg(long)]
    pub(crate) concise: bool,
    /// Write the plan as a page of HTML that needs nothing else, instead of showing it.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "concise"])]
    pub(crate) html: Option<PathBuf>,
    /// A saved plan or a state; without it, the current state is shown.
    #[arg(value_name = "PLAN")]
    pub(crate) file: Option<PathBuf>,
}

/// Options of `output`.
#[derive(Args, Debug)]
pub(crate) struct OutputArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// A file that holds the state, instead of the one of the workspace.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print a string without quotes.
    #[arg(long)]
    pub(crate) raw: bool,
    /// Only this output.
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
}

/// Options of `graph`.
#[derive(Args, Debug)]
pub(crate) struct GraphArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// Draw the steps of a saved plan instead of what refers to what.
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<PathBuf>,
    /// What to print: text for Graphviz or Mermaid, a picture, a page, or JSON.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = PictureFormat::Dot)]
    pub(crate) format: PictureFormat,
    /// Print everything that is evaluated, for Graphviz, instead of resources only.
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) kind: Option<String>,
    /// Accepted for Terraform's sake: a configuration with cycles is refused with their names.
    #[arg(long)]
    pub(crate) draw_cycles: bool,
    /// Accepted for Terraform's sake: it has no effect there, either.
    #[arg(long, value_name = "N", allow_negative_numbers = true, hide = true)]
    pub(crate) module_depth: Option<i64>,
}

/// How a picture is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PictureFormat {
    /// Text for Graphviz.
    Dot,
    /// Text for Mermaid.
    Mermaid,
    /// A picture.
    Svg,
    /// A page with boxes that can be folded.
    Html,
    /// Data.
    Json,
}

/// Options of `console`.
#[derive(Args, Debug)]
pub(crate) struct ConsoleArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// A file that holds the state, instead of the one of the workspace.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
}

/// Options of `fmt`.
#[derive(Args, Debug)]
pub(crate) struct FmtArguments {
    /// List the files that change.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = true, default_missing_value = "true", action = ArgAction::Set)]
    pub(crate) list: bool,
    /// Write the files that change.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = true, default_missing_value = "true", action = ArgAction::Set)]
    pub(crate) write: bool,
    /// Show what changes.
    #[arg(long)]
    pub(crate) diff: bool,
    /// Write nothing; exit with 3 when a file would change.
    #[arg(long)]
    pub(crate) check: bool,
    /// Go through directories within directories too.
    #[arg(long)]
    pub(crate) recursive: bool,
    /// Files and directories; `-` is standard input. Without any, the current directory.
    #[arg(value_name = "TARGET")]
    pub(crate) targets: Vec<PathBuf>,
}

/// Options of commands that are not there.
#[derive(Args, Debug)]
pub(crate) struct AbsentArguments {
    /// Accepted for Terraform's sake.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    pub(crate) anything: Vec<String>,
}

/// Options of `version`.
#[derive(Args, Debug)]
pub(crate) struct VersionArguments {
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `completions`.
#[derive(Args, Debug)]
pub(crate) struct CompletionsArguments {
    /// The shell.
    pub(crate) shell: clap_complete::Shell,
}
