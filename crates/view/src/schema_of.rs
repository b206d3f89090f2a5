use rinfra_addr::{Mode, ProviderSource};
use rinfra_provider::Catalogue;
use rinfra_schema::Schema;

/// Returns the schema of a type; `None` when this rinfra does not have it.
pub(crate) fn schema_of<'c>(
    catalogue: &'c Catalogue,
    source: &ProviderSource,
    mode: Mode,
    kind: &str,
) -> Option<&'c Schema> {
    let provider = catalogue.get(source)?;
    match mode {
        Mode::Data => provider.data_source(kind).map(|it| it.schema()),
        Mode::Managed | Mode::Ephemeral => provider.resource_type(kind).map(|it| it.schema()),
    }
}
