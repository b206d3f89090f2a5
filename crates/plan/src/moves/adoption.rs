//! Moves from one resource type to another.

use rinfra_addr::ResourceInstance;
use rinfra_change::Adoption;
use rinfra_config::Config;
use rinfra_diag::Diagnostic;
use rinfra_provider::{Catalogue, Foreign};
use rinfra_state::State;

const SUMMARY: &str = "Unsupported `moved` across resource types";

/// Returns what the current object of an instance becomes as an object of another type.
///
/// *Errors*: types that do not take in objects of the old type.
pub(super) fn adopt(
    config: &Config,
    catalogue: &Catalogue,
    state: &State,
    from: &ResourceInstance,
    to: &ResourceInstance,
) -> Result<Option<Adoption>, Diagnostic> {
    let (Some(object), Some(source)) = (state.current(from), state.provider(from)) else { return Ok(None) };
    let target = to.config();
    let provider =
        config.resource(&target).and_then(|it| config.provider_of(&target.module, it)).map(|it| it.address());
    let resource_type = provider.as_ref().and_then(|it| catalogue.get(&it.source)?.resource_type(to.kind()));
    // An unknown type is reported where its block stands.
    let (Some(provider), Some(resource_type)) = (&provider, resource_type) else { return Ok(None) };
    let attributes = object.attributes.to_json();
    let foreign = Foreign {
        provider: &source.source,
        kind: from.kind(),
        schema_version: object.schema_version,
        attributes: &attributes,
    };
    let refusal = |reason: &str| {
        let detail = format!("{from} cannot become {to}: {reason}.");
        let hint =
            "Keep the resource type, or remove the old object from the state and import it as the new type";
        Diagnostic::error(SUMMARY, detail).hint(hint)
    };
    let schema = resource_type.schema();
    match resource_type.adopt(&foreign) {
        None => {
            let reason = format!("{} takes in no objects of {} of {}", to.kind(), from.kind(), source.source);
            Err(refusal(&reason))
        }
        Some(Err(error)) => Err(refusal(&error.to_string())),
        Some(Ok(value)) => Ok(Some(Adoption {
            provider: provider.clone(),
            schema_version: schema.version,
            attributes: rinfra_value::json::encode_as(&value, &schema.block.implied_type())
                .map_err(|error| refusal(&error.to_string()))?,
        })),
    }
}
