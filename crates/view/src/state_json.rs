use rinfra_provider::Catalogue;
use rinfra_schema::{Schema, planning};
use rinfra_state::{Object, State};
use serde_json::{Map, Value as Json, json};

use crate::checks_json::checks;
use crate::plan_json::{identify, module_tree};
use crate::schema_of::schema_of;
use crate::values_json::{known, sensitive};

/// Renders the absence of a state in Terraform's JSON format.
pub fn empty_state_json() -> Json {
    json!({"format_version": "1.0"})
}

/// Renders a state in Terraform's JSON format 1.0.
pub fn state_json(state: &State, catalogue: &Catalogue) -> Json {
    // As in Terraform, what has become of checks is not told of a state that holds nothing.
    if state.is_empty() {
        return empty_state_json();
    }
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
        let schema = schema_of(catalogue, &resource.provider.source, address.mode(), address.kind());
        for (deposed, object) in instance.objects() {
            let mut json = identify(&address);
            json.remove("module_address");
            json.insert("provider_name".to_owned(), resource.provider.source.to_string().into());
            json.insert("schema_version".to_owned(), object.schema_version.into());
            let (values, sensitive) = values(object, schema);
            json.insert("values".to_owned(), values);
            json.insert("sensitive_values".to_owned(), sensitive);
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
    let mut json = json!({"format_version": "1.0", "terraform_version": state.terraform_version});
    // Terraform leaves out what is empty.
    if !outputs.is_empty() || !resources.is_empty() {
        let mut values = Map::new();
        if !outputs.is_empty() {
            values.insert("outputs".to_owned(), Json::Object(outputs));
        }
        values.insert("root_module".to_owned(), module_tree(resources));
        json["values"] = Json::Object(values);
    }
    if let Some(results) = state.check_results.as_ref().filter(|it| !it.is_empty()) {
        json["checks"] = checks(results);
    }
    json
}

/// Returns the values of an object as JSON, and where they are sensitive.
///
/// Without a schema that reads the object, they are as the state has them.
fn values(object: &Object, schema: Option<&Schema>) -> (Json, Json) {
    let value = schema.and_then(|it| object.decode(&it.block.implied_type()).ok());
    match (value, schema) {
        (Some(value), Some(schema)) => {
            let value = planning::mark_sensitive(&schema.block, value);
            (known(&value), sensitive(&value))
        }
        _ => (object.attributes.to_json(), json!({})),
    }
}
