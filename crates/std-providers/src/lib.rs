//! Providers that need no cloud: their objects live in the state alone.
//!
//! - `terraform.io/builtin/terraform`: `terraform_data` and the data source `terraform_remote_state`.
//! - `hashicorp/null`: `null_resource` and the data source `null_data_source`.
//! - `hashicorp/random`: `random_id`, `random_string`, `random_password`, `random_pet`, `random_uuid`, `random_integer`,
//!   `random_shuffle` and `random_bytes`; the ephemeral `random_password`.
//!
//! Attributes, identities and states are those of the providers of the same names, so that a state can go back and
//! forth between Terraform and rinfra.
//!
//! Deliberately absent: anything that would need a plugin, and anything that touches the network, except through the
//! backends that [`RemoteStates`] is given.

mod null;
mod object_type;
mod provider;
mod random;
mod terraform;

pub use provider::StateOnlyProvider;
pub use terraform::{Envelopes, RemoteStates};

use std::sync::Arc;

use rinfra_provider::Provider;

/// Returns all providers of this crate.
pub fn providers() -> Vec<Arc<dyn Provider>> {
    vec![terraform(RemoteStates::default()), Arc::new(null::provider()), Arc::new(random::provider())]
}

/// Returns the provider built into the language, which reads the states of other configurations like this.
pub fn terraform(states: RemoteStates) -> Arc<dyn Provider> {
    Arc::new(terraform::provider(states))
}
