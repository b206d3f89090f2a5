//! The command lines that look at the state, and change what it says.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use rinfra_ops::Moment;

use super::{Locking, Variables};

/// What can be asked of the state.
#[derive(Debug, Subcommand)]
pub(crate) enum StateCommand {
    /// List the resource instances of the state.
    List(StateListArguments),
    /// Show one resource instance of the state.
    Show(StateShowArguments),
    /// Give something in the state another address.
    Mv(StateMvArguments),
    /// Take instances out of the state; what they stand for goes on existing.
    Rm(StateRmArguments),
    /// Print the state as it is stored.
    Pull(StatePullArguments),
    /// Put another state in the place of the stored one.
    Push(StatePushArguments),
    /// Give resources of the state to another provider.
    ReplaceProvider(ReplaceProviderArguments),
    /// List the states that are and were stored.
    History(StateHistoryArguments),
    /// Show how the state has changed.
    Diff(StateDiffArguments),
    /// Make the state say what it said before.
    Restore(StateRestoreArguments),
}

/// Which files hold the state.
#[derive(Args, Debug, Default)]
pub(crate) struct StateFiles {
    /// A file that holds the state, instead of the one of the workspace.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// Where the state as it was before goes.
    #[arg(long, value_name = "FILE")]
    pub(crate) backup: Option<PathBuf>,
}

/// Options of `state list`.
#[derive(Args, Debug)]
pub(crate) struct StateListArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// A file that holds the state, instead of the one of the workspace.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// The state with this serial, or as it was at this time.
    #[arg(long, value_name = "SERIAL|TIME", conflicts_with = "state")]
    pub(crate) at: Option<Moment>,
    /// Only instances whose object has this id.
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,
    /// Only these addresses and what is inside them.
    #[arg(value_name = "ADDRESS")]
    pub(crate) addresses: Vec<String>,
}

/// Options of `state show`.
#[derive(Args, Debug)]
pub(crate) struct StateShowArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// A file that holds the state, instead of the one of the workspace.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// The state with this serial, or as it was at this time.
    #[arg(long, value_name = "SERIAL|TIME", conflicts_with = "state")]
    pub(crate) at: Option<Moment>,
    /// The instance; all of them where an earlier state is shown.
    #[arg(value_name = "ADDRESS", required_unless_present = "at")]
    pub(crate) address: Option<String>,
}

/// Options of `state pull`.
#[derive(Args, Debug)]
pub(crate) struct StatePullArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// The state with this serial, or as it was at this time.
    #[arg(long, value_name = "SERIAL|TIME")]
    pub(crate) at: Option<Moment>,
}

/// Options of `state history`.
#[derive(Args, Debug)]
pub(crate) struct StateHistoryArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// List so many at most.
    #[arg(long, value_name = "N", default_value = "100")]
    pub(crate) limit: NonZeroUsize,
}

/// Options of `state diff`.
#[derive(Args, Debug)]
pub(crate) struct StateDiffArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// The earlier state: its serial, or a time.
    #[arg(value_name = "FROM")]
    pub(crate) from: Moment,
    /// The later one; the state as it is now if nothing is said.
    #[arg(value_name = "TO")]
    pub(crate) to: Option<Moment>,
}

/// Options of `state restore`.
#[derive(Args, Debug)]
pub(crate) struct StateRestoreArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    #[command(flatten)]
    pub(crate) locking: Locking,
    /// The state to restore: its serial, or a time.
    #[arg(value_name = "SERIAL|TIME")]
    pub(crate) moment: Moment,
}

/// How to change what the state says.
#[derive(Args, Debug)]
pub(crate) struct StateEditing {
    #[command(flatten)]
    pub(crate) variables: Variables,
    #[command(flatten)]
    pub(crate) locking: Locking,
    #[command(flatten)]
    pub(crate) files: StateFiles,
    /// Accepted for Terraform's sake: it is of use with remote backends only.
    #[arg(long, hide = true)]
    pub(crate) ignore_remote_version: bool,
}

/// Options of `state mv`.
#[derive(Args, Debug)]
pub(crate) struct StateMvArguments {
    #[command(flatten)]
    pub(crate) editing: StateEditing,
    /// Only say what would be done.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Another file with a state, into which it moves.
    #[arg(long, value_name = "FILE")]
    pub(crate) state_out: Option<PathBuf>,
    /// The module, resource or instance that moves.
    #[arg(value_name = "SOURCE")]
    pub(crate) source: String,
    /// Its new address.
    #[arg(value_name = "DESTINATION")]
    pub(crate) destination: String,
}

/// Options of `state rm`.
#[derive(Args, Debug)]
pub(crate) struct StateRmArguments {
    #[command(flatten)]
    pub(crate) editing: StateEditing,
    /// Only say what would be done.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Modules, resources or instances.
    #[arg(value_name = "ADDRESS", required = true)]
    pub(crate) addresses: Vec<String>,
}

/// Options of `state push`.
#[derive(Args, Debug)]
pub(crate) struct StatePushArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    #[command(flatten)]
    pub(crate) locking: Locking,
    /// Accepted for Terraform's sake: it is of use with remote backends only.
    #[arg(long, hide = true)]
    pub(crate) ignore_remote_version: bool,
    /// Write a state that is older than the stored one, or has nothing to do with it.
    #[arg(long)]
    pub(crate) force: bool,
    /// The file with the state; `-` is standard input.
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,
}

/// Options of `state replace-provider`.
#[derive(Args, Debug)]
pub(crate) struct ReplaceProviderArguments {
    #[command(flatten)]
    pub(crate) editing: StateEditing,
    /// Do not ask before changing the state.
    #[arg(long)]
    pub(crate) auto_approve: bool,
    /// The provider that has the resources.
    #[arg(value_name = "FROM")]
    pub(crate) from: String,
    /// The provider that gets them.
    #[arg(value_name = "TO")]
    pub(crate) to: String,
}

/// Options of `taint` and `untaint`.
#[derive(Args, Debug)]
pub(crate) struct TaintArguments {
    #[command(flatten)]
    pub(crate) editing: StateEditing,
    /// Be content when there is no such instance.
    #[arg(long)]
    pub(crate) allow_missing: bool,
    /// The instance.
    #[arg(value_name = "ADDRESS")]
    pub(crate) address: String,
}
