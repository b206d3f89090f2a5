//! The command lines about workspaces.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Locking, Variables};

/// What can be done with workspaces.
#[derive(Debug, Subcommand)]
pub(crate) enum WorkspaceCommand {
    /// List the workspaces.
    List {
        #[command(flatten)]
        variables: Variables,
    },
    /// Print the name of the current workspace.
    Show,
    /// Make a workspace, and the current one.
    New(WorkspaceNewArguments),
    /// Make another workspace the current one.
    Select(WorkspaceSelectArguments),
    /// Delete a workspace.
    Delete(WorkspaceDeleteArguments),
}

/// Options of `workspace new`.
#[derive(Args, Debug)]
pub(crate) struct WorkspaceNewArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    #[command(flatten)]
    pub(crate) locking: Locking,
    /// Begin with a copy of this state.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// The workspace.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}

/// Options of `workspace select`.
#[derive(Args, Debug)]
pub(crate) struct WorkspaceSelectArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// Make the workspace if there is none.
    #[arg(long)]
    pub(crate) or_create: bool,
    /// The workspace.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}

/// Options of `workspace delete`.
#[derive(Args, Debug)]
pub(crate) struct WorkspaceDeleteArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    #[command(flatten)]
    pub(crate) locking: Locking,
    /// Delete it even if there are objects in it, which then go on existing.
    #[arg(long)]
    pub(crate) force: bool,
    /// The workspace.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}
