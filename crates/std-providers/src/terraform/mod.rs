//! The provider built into the language itself.

mod data;
mod remote_state;

use rinfra_addr::ProviderSource;

use crate::provider::StateOnlyProvider;

pub(crate) fn provider() -> StateOnlyProvider {
    StateOnlyProvider::new(
        ProviderSource::builtin_terraform(),
        &[&data::TerraformData],
        &[&remote_state::RemoteState],
    )
}
