//! The provider `hashicorp/null`.

mod data_source;
mod resource;

use rinfra_addr::ProviderSource;

use crate::provider::StateOnlyProvider;

pub(crate) fn provider() -> StateOnlyProvider {
    StateOnlyProvider::new(
        ProviderSource::default_for("null"),
        &[&resource::NullResource],
        vec![Box::new(data_source::NullDataSource)],
    )
}
