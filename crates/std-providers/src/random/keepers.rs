//! `keepers`: whatever must stay the same for a drawn value to stay.

use rinfra_provider::{PlanRequest, Planned};
use rinfra_schema::Attribute;
use rinfra_value::{Path, Type, Value};

/// The name of the argument.
pub(crate) const KEEPERS: &str = "keepers";

/// Returns the argument.
pub(crate) fn attribute() -> Attribute {
    Attribute::optional(Type::map(Type::String))
}

/// Returns the proposal, to be replaced if the keepers changed.
pub(crate) fn plan(request: PlanRequest<'_>) -> Planned {
    let changed = request.prior.is_some_and(|prior| changed(prior, request.config));
    let replace = if changed { vec![Path::root().attribute(KEEPERS)] } else { Vec::new() };
    Planned { value: request.proposed, replace }
}

/// Tells whether other keepers are wanted. A keeper that is null is as good as none: states written by old versions
/// of the provider leave such keepers out.
fn changed(prior: &Value, config: &Value) -> bool {
    let kept = prior.attribute(KEEPERS);
    let Some(wanted) = config.attribute(KEEPERS) else { return false };
    if !wanted.is_known() {
        return true;
    }
    significant(Some(wanted)) != significant(kept)
}

fn significant(keepers: Option<&Value>) -> Vec<(&str, &Value)> {
    let entries = keepers.and_then(Value::entries).into_iter().flatten();
    entries.filter(|(_, value)| !value.is_null()).map(|(key, value)| (&**key, value)).collect()
}
