use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_state::Output;
use rinfra_value::Value;
use serde_json::{Value as Json, json};

use crate::values_json;

/// Renders outputs for people, one `name = value` each.
pub fn outputs(outputs: &BTreeMap<Arc<str>, Output>) -> String {
    let line = |(name, output): (&Arc<str>, &Output)| {
        let value = if output.sensitive {
            "<sensitive>".to_owned()
        } else {
            rinfra_lang::print::value(&output.value)
        };
        format!("{name} = {value}\n")
    };
    outputs.iter().map(line).collect()
}

/// Renders outputs as `output -json` does.
pub fn outputs_json(outputs: &BTreeMap<Arc<str>, Output>) -> Json {
    let entry = |(name, output): (&Arc<str>, &Output)| {
        let json = json!({
            "sensitive": output.sensitive,
            "type": output.value.ty().to_json(),
            "value": values_json::known(&output.value),
        });
        (name.to_string(), json)
    };
    Json::Object(outputs.iter().map(entry).collect())
}

/// Renders the value of one output as `output -json NAME` does.
pub fn single_output(value: &Value) -> Json {
    values_json::known(value)
}

/// Returns a value as bare text; `None` when it is no string, number or boolean.
pub fn raw_output(value: &Value) -> Option<String> {
    rinfra_value::convert::convert(value, &rinfra_value::Type::String).ok()?.as_str().map(str::to_owned)
}
