//! `rinfra state list`: lists the resource instances of the state.

use std::process::ExitCode;

use rinfra_addr::{ModuleInstance, ResourceInstance};
use rinfra_ops::{Outcome, Project};

use super::{Setting, no_state};
use crate::arguments::Variables;
use crate::wiring;

pub(crate) fn run(setting: Setting<'_>, addresses: &[String]) -> ExitCode {
    match listed(setting) {
        Ok(instances) => {
            for instance in instances.iter().filter(|it| addresses.is_empty() || chosen(it, addresses)) {
                setting.terminal.print(&format!("{instance}\n"));
            }
            ExitCode::SUCCESS
        }
        Err(failure) => setting.terminal.fail(&failure),
    }
}

fn listed(setting: Setting<'_>) -> Outcome<Vec<ResourceInstance>> {
    let environment = wiring::environment(&Variables::default(), setting.working_directory);
    let project = Project::open_unchecked(&environment)?;
    let state = rinfra_ops::read_state(&project)?.ok_or_else(no_state)?;
    Ok(state.instances().map(|(address, ..)| address).collect())
}

/// Tells whether an instance is at one of these addresses, or inside it.
fn chosen(instance: &ResourceInstance, addresses: &[String]) -> bool {
    addresses.iter().any(|address| {
        let inside = |module: ModuleInstance| module.contains(instance.module());
        *address == instance.to_string()
            || *address == instance.resource.to_string()
            || address.parse().is_ok_and(inside)
    })
}
