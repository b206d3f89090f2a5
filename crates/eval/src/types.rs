//! What the configuration's resource types are, by the providers that are built in.

use rinfra_addr::{Mode, ProviderSource};
use rinfra_config::Resource;
use rinfra_diag::{Diagnostic, did_you_mean};
use rinfra_provider::{Catalogue, Provider};
use rinfra_schema::Block;

/// Returns the schema of a resource block's type.
///
/// *Errors*: providers that are not built in, and types they do not have.
pub(crate) fn block<'c>(
    catalogue: &'c Catalogue,
    source: &ProviderSource,
    resource: &Resource,
) -> Result<&'c Block, Diagnostic> {
    let kind = &*resource.address.kind;
    let mode = resource.address.mode;
    let Some(provider) = catalogue.get(source) else {
        let known: Vec<_> = catalogue.iter().map(|it| it.source().short()).collect();
        let detail = format!("This rinfra has no provider {}, which {kind} needs.", source.short());
        let diagnostic = Diagnostic::error("Unsupported provider", detail).at(resource.kind_span.clone());
        return Err(diagnostic.hint(format!("Built in are: {}", known.join(", "))));
    };
    let schema = catalogue.schema(source, mode, kind);
    schema
        .map(|it| &it.block)
        .ok_or_else(|| unknown_type(provider.as_ref(), mode, kind).at(resource.kind_span.clone()))
}

/// Returns the diagnostic about a type a provider does not have.
fn unknown_type(provider: &dyn Provider, mode: Mode, kind: &str) -> Diagnostic {
    let source = provider.source().short();
    let (summary, what, names, other) = match mode {
        Mode::Data => (
            "Invalid data source",
            "data source",
            provider.data_source_names(),
            provider.resource_type(kind).is_some(),
        ),
        Mode::Ephemeral => (
            "Invalid ephemeral resource",
            "ephemeral resource",
            provider.ephemeral_type_names(),
            provider.resource_type(kind).is_some(),
        ),
        Mode::Managed => (
            "Invalid resource type",
            "resource type",
            provider.resource_type_names(),
            provider.data_source(kind).is_some(),
        ),
    };
    let detail = format!("The provider {source} does not support {what} \"{kind}\".");
    let diagnostic = Diagnostic::error(summary, detail);
    match (did_you_mean(kind, names.into_iter()), other) {
        (_, true) if mode != Mode::Managed => {
            diagnostic.hint(format!("Did you intend to use a block of type \"resource\" \"{kind}\"?"))
        }
        (_, true) => diagnostic.hint(format!("Did you intend to use a block of type \"data\" \"{kind}\"?")),
        (Some(name), false) => diagnostic.hint(format!("Did you mean \"{name}\"?")),
        (None, false) => diagnostic,
    }
}
