//! The provider built into the language itself.

mod data;
mod remote_state;

use rinfra_addr::ProviderSource;

use crate::provider::StateOnlyProvider;

pub use remote_state::{Envelopes, RemoteStates};

pub(crate) fn provider(states: RemoteStates) -> StateOnlyProvider {
    StateOnlyProvider::new(
        ProviderSource::builtin_terraform(),
        &[&data::TerraformData],
        vec![Box::new(remote_state::RemoteState::new(states))],
    )
}
