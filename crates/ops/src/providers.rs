//! Which providers a project needs, and which functions there are.

use std::collections::BTreeSet;

use rinfra_addr::ProviderSource;
use rinfra_diag::Signature;
use rinfra_lang::functions::Functions;
use rinfra_state::State;

use crate::environment::Environment;
use crate::loading::world_of_functions;
use crate::project::Project;

/// Returns the providers that a configuration and its state need.
pub fn needed_providers(project: &Project, state: Option<&State>) -> BTreeSet<ProviderSource> {
    let of_modules = project.config.modules().flat_map(|it| it.needed_providers().into_keys());
    of_modules.chain(state.into_iter().flat_map(providers_of)).collect()
}

/// Returns the providers whose objects a state holds.
pub fn providers_of(state: &State) -> BTreeSet<ProviderSource> {
    state.resources.values().map(|it| it.provider.source.clone()).collect()
}

/// Returns how the functions of the language want to be called.
pub fn function_signatures(environment: &Environment) -> Vec<Signature> {
    Functions::standard(world_of_functions(&environment.files, &environment.directory)).signatures()
}
