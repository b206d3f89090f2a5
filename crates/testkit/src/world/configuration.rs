//! Configurations and objects, from JSON.

use rinfra_schema::Block;
use rinfra_value::{Type, Value, json};
use serde_json::{Map, Value as Json};

use crate::Account;

/// Returns an object of a block; what it does not say is null.
///
/// # Panics
///
/// If it has something that the block does not know, or of another type.
pub fn object(block: &Block, given: &Json) -> Value {
    let ty = block.implied_type();
    let attributes = given.as_object().expect("an object").iter().map(|(name, given)| {
        let ty = ty.attribute_type(name).unwrap_or_else(|| panic!("no argument {name}"));
        (name.as_str(), decode(name, given, ty))
    });
    block.complete(&Value::object(attributes))
}

/// Returns an object of a block as [`object`] does, without what the block does not know: as it is read from a state
/// that another version wrote.
pub fn known(block: &Block, stored: &Json) -> Value {
    let known = stored.as_object().expect("an object").iter().filter(|(name, _)| block.has(name));
    object(block, &known.map(|(name, it)| (name.clone(), it.clone())).collect())
}

/// Returns an object with another value of one attribute.
pub fn attribute(block: &Block, object: &Value, name: &str, given: &Json) -> Value {
    let ty = block.implied_type();
    let given = decode(name, given, ty.attribute_type(name).expect(name));
    let entries = object.entries().expect("an object").iter();
    Value::object(
        entries.map(|(key, it)| (key.clone(), if key.as_ref() == name { given.clone() } else { it.clone() })),
    )
}

/// Returns the arguments of a provider block that lead to an account of the local AWS, and more of them.
pub(super) fn arguments(block: &Block, account: &Account, more: &Json) -> Json {
    let ty = block.implied_type();
    let endpoints = ty.attribute_type("endpoints").and_then(Type::element_type);
    let endpoints = endpoints.and_then(Type::attribute_types).expect("endpoints");
    let endpoints: Map<String, Json> =
        endpoints.keys().map(|name| (name.to_string(), account.endpoint().into())).collect();
    let mut arguments = serde_json::json!({
        "region": "eu-central-1",
        "access_key": account.id(),
        "secret_key": "test",
        "endpoints": [endpoints],
    });
    arguments.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    arguments
}

fn decode(name: &str, given: &Json, ty: &Type) -> Value {
    json::decode(&filled(given, ty), ty).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Adds the attributes that objects leave out.
fn filled(given: &Json, ty: &Type) -> Json {
    match (given, ty) {
        (Json::Object(given), Type::Object(object)) => object
            .attributes
            .iter()
            .map(|(name, ty)| {
                let value = given.get(name.as_ref()).map_or(Json::Null, |it| filled(it, ty));
                (name.as_ref().to_owned(), value)
            })
            .collect(),
        (Json::Array(given), Type::List(ty) | Type::Set(ty)) => {
            given.iter().map(|it| filled(it, ty)).collect()
        }
        _ => given.clone(),
    }
}
