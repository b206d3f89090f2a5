//! The command lines that tell of providers and of the language.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{AbsentArguments, Variables};

/// Options of `providers`, and what else can be asked about them.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct ProvidersArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// Accepted for Terraform's sake: test files are not looked at.
    #[arg(long, value_name = "DIR")]
    pub(crate) test_directory: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Option<ProvidersCommand>,
}

/// What can be asked about providers.
#[derive(Debug, Subcommand)]
pub(crate) enum ProvidersCommand {
    /// Print the schemas of the providers that the configuration and the state use.
    Schema(JsonArguments),
    /// Write a lock file of providers: not there, as nothing is downloaded.
    Lock(AbsentArguments),
    /// Copy providers to a directory: not there, as nothing is downloaded.
    Mirror(AbsentArguments),
}

/// What can be asked about the language.
#[derive(Debug, Subcommand)]
pub(crate) enum MetadataCommand {
    /// Print the signatures of all functions.
    Functions(JsonArguments),
}

/// Options of commands that print JSON and nothing else.
#[derive(Args, Debug)]
pub(crate) struct JsonArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// Print as JSON, which has to be asked for.
    #[arg(long)]
    pub(crate) json: bool,
}
