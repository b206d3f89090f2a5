//! `rinfra untaint`: takes the mark from a resource instance that the next plan was to replace.

use std::process::ExitCode;

use rinfra_ops::{Outcome, Tainting, addresses};

use super::locking::Operation;
use super::{Setting, taint};
use crate::arguments::TaintArguments;

pub(crate) async fn run(setting: Setting<'_>, arguments: &TaintArguments) -> ExitCode {
    match untainted(setting, arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn untainted(setting: Setting<'_>, arguments: &TaintArguments) -> Outcome<()> {
    let address = addresses::instance(&arguments.address)?;
    if taint::change(setting, arguments, &address, Operation::Untaint).await? == Tainting::Done {
        setting.terminal.print(&format!("Resource instance {address} has been successfully untainted.\n"));
    }
    Ok(())
}
