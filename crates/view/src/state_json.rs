use rinfra_state::{Object, State};
use rinfra_value::PathStep;
use serde_json::{Map, Value as Json, json};

use crate::plan_json::{identify, module_tree};
use crate::values_json::known;

/// Renders the absence of a state in Terraform's JSON format.
pub fn empty_state_json() -> Json {
    json!({"format_version": "1.0"})
}

/// Renders a state in Terraform's JSON format 1.0.
pub fn state_json(state: &State) -> Json {
    let mut outputs = Map::new();
    for (name, output) in &state.outputs {
        let json = json!({
            "sensitive": output.sensitive,
            "type": output.value.ty().to_json(),
            "value": known(&output.value),
        });
        outputs.insert(name.to_string(), json);
    }
    let mut resources = Vec::new();
    for (address, resource, instance) in state.instances() {
        for (deposed, object) in instance.objects() {
            let mut json = identify(&address);
            json.remove("module_address");
            json.insert("provider_name".to_owned(), resource.provider.source.to_string().into());
            json.insert("schema_version".to_owned(), object.schema_version.into());
            json.insert("values".to_owned(), object.attributes.clone());
            json.insert("sensitive_values".to_owned(), sensitive_values(object));
            if !object.dependencies.is_empty() {
                let dependencies: Vec<_> = object.dependencies.iter().map(ToString::to_string).collect();
                json.insert("depends_on".to_owned(), json!(dependencies));
            }
            if object.is_tainted() {
                json.insert("tainted".to_owned(), true.into());
            }
            if let Some(key) = deposed {
                json.insert("deposed_key".to_owned(), key.into());
            }
            resources.push((address.module().clone(), Json::Object(json)));
        }
    }
    let mut values = Map::new();
    if !outputs.is_empty() {
        values.insert("outputs".to_owned(), Json::Object(outputs));
    }
    values.insert("root_module".to_owned(), module_tree(&resources));
    json!({
        "format_version": "1.0",
        "terraform_version": state.terraform_version,
        "values": values,
    })
}

/// Returns where an object is sensitive, in the shape of its attributes.
fn sensitive_values(object: &Object) -> Json {
    let mut shape = shape_of(&object.attributes);
    for path in &object.sensitive_paths {
        mark(&mut shape, path.steps());
    }
    shape
}

/// Puts `true` at a place of a shape, making the places on the way that are missing.
fn mark(shape: &mut Json, steps: &[PathStep]) {
    let Some((step, rest)) = steps.split_first() else {
        *shape = Json::Bool(true);
        return;
    };
    let index = |key: &rinfra_value::Value| key.as_number()?.to_i64().and_then(|it| usize::try_from(it).ok());
    let name = match step {
        PathStep::Attribute(name) => Some(name.to_string()),
        PathStep::Index(key) => key.as_str().map(str::to_owned),
    };
    let next = match (name, step) {
        (Some(name), _) => shape.as_object_mut().map(|it| it.entry(name).or_insert(Json::Null)),
        (None, PathStep::Index(key)) => index(key).and_then(|it| shape.get_mut(it)),
        (None, PathStep::Attribute(_)) => None,
    };
    if let Some(next) = next {
        mark(next, rest);
    }
}

/// Returns the containers of a JSON value without what they hold.
fn shape_of(json: &Json) -> Json {
    match json {
        Json::Object(members) => {
            let containers = members.iter().filter(|(_, it)| it.is_object() || it.is_array());
            Json::Object(containers.map(|(name, it)| (name.clone(), shape_of(it))).collect())
        }
        Json::Array(elements) => Json::Array(elements.iter().map(shape_of).collect()),
        _ => Json::Bool(false),
    }
}
