use rinfra_provider::{Error, ErrorClass, Region, Result};
use rinfra_value::{Type, Value};

use super::cloud::{World, text};

/// Looks a thing up by its name.
pub(super) fn find(world: &World, account: &str, region: &Region, name: &str) -> Result<Value> {
    let here = |it: &&super::cloud::Thing| {
        it.account == account && it.region == *region && text(&it.value, "name").as_deref() == Some(name)
    };
    let Some(thing) = world.things.values().find(here) else {
        return Err(Error::new(ErrorClass::NotFound, format!("nothing in {region} is named {name}")));
    };
    let of = |attribute: &str, ty: Type| {
        thing.value.attribute(attribute).cloned().unwrap_or_else(|| Value::null(ty))
    };
    Ok(Value::object([
        ("name", Value::string(name)),
        ("region", Value::string(region.as_str())),
        ("id", of("id", Type::String)),
        ("size", of("size", Type::Number)),
    ]))
}
