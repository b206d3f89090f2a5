//! The signatures of functions, as `metadata functions -json` and `providers schema -json` print them.

use rinfra_diag::{Parameter, Signature};
use rinfra_lang::functions::description;
use serde_json::{Map, Value as Json, json};

/// Returns the signatures of all functions of the language in Terraform's form.
pub fn functions_json(signatures: &[Signature]) -> Json {
    json!({ "format_version": "1.0", "function_signatures": signatures_json(signatures) })
}

/// Returns signatures by name.
pub(crate) fn signatures_json(signatures: &[Signature]) -> Json {
    Json::Object(signatures.iter().map(|it| (it.name.clone(), signature(it))).collect())
}

fn signature(signature: &Signature) -> Json {
    let mut json = Map::new();
    if let Some(description) = description(&signature.name) {
        json.insert("description".to_owned(), description.into());
    }
    json.insert("return_type".to_owned(), ty(&signature.returns));
    if !signature.parameters.is_empty() {
        let parameters = signature.parameters.iter().map(parameter).collect();
        json.insert("parameters".to_owned(), Json::Array(parameters));
    }
    if let Some(variadic) = &signature.variadic {
        json.insert("variadic_parameter".to_owned(), parameter(variadic));
    }
    Json::Object(json)
}

fn parameter(parameter: &Parameter) -> Json {
    let mut json = Map::new();
    json.insert("name".to_owned(), parameter.name.as_str().into());
    if parameter.nullable {
        json.insert("is_nullable".to_owned(), true.into());
    }
    json.insert("type".to_owned(), ty(&parameter.ty));
    Json::Object(json)
}

/// Returns a type from its JSON text.
fn ty(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|_| "dynamic".into())
}
