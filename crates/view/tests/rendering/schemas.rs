//! Schemas and signatures, beside what Terraform 1.11.4 printed of its own.

use std::path::PathBuf;
use std::sync::Arc;

use rinfra_addr::ProviderSource;
use rinfra_lang::files::MemoryFiles;
use rinfra_lang::functions::{FunctionContext, Functions};
use rinfra_provider::Catalogue;
use serde_json::Value as Json;

use crate::fixture::catalogue;
use crate::terraform::recorded;

/// Drops what people read and programs do not.
fn bare(json: &Json) -> Json {
    match json {
        Json::Object(members) => {
            let prose = ["description", "description_kind", "summary"];
            let kept = members.iter().filter(|(name, _)| !prose.contains(&name.as_str()));
            Json::Object(kept.map(|(name, it)| (name.clone(), bare(it))).collect())
        }
        Json::Array(elements) => Json::Array(elements.iter().map(bare).collect()),
        other => other.clone(),
    }
}

#[test]
fn the_built_in_provider_has_terraforms_schemas() {
    let source = ProviderSource::builtin_terraform();
    let catalogue = Catalogue::new(rinfra_std_providers::providers());
    let ours = rinfra_view::provider_schemas_json(&catalogue, [&source]);
    let theirs: Json = serde_json::from_str(&recorded("schemas.json")).unwrap();
    assert_eq!(bare(&ours), theirs);
}

#[test]
fn everything_a_schema_can_have_is_told() {
    let catalogue = catalogue();
    let sources = catalogue.iter().map(|it| it.source());
    let json = rinfra_view::provider_schemas_json(&catalogue, sources);
    let house = &json["provider_schemas"]["registry.terraform.io/test/house"];
    insta::assert_snapshot!(rinfra_view::json_lines(house));
    let unknown = "acme/nothing".parse().unwrap();
    let nothing = rinfra_view::provider_schemas_json(&catalogue, [&unknown]);
    assert_eq!(nothing, serde_json::json!({ "format_version": "1.0" }));
}

#[test]
fn the_functions_have_terraforms_signatures() {
    let context = FunctionContext::new(Arc::new(MemoryFiles::default()), PathBuf::from("."));
    let json = rinfra_view::functions_json(&Functions::standard(context).signatures());
    assert_eq!(json["format_version"], "1.0");
    let signatures = json["function_signatures"].as_object().unwrap();
    let mut listed = String::new();
    for (name, signature) in signatures.iter().filter(|(name, _)| !name.contains("::")) {
        assert_eq!(&signatures[&format!("core::{name}")], signature);
        assert!(signature["description"].as_str().is_some_and(|it| it.ends_with('.')), "{name}");
        let parameters = signature.get("parameters").and_then(Json::as_array).into_iter().flatten();
        let mut parameters: Vec<String> = parameters.map(parameter).collect();
        parameters.extend(signature.get("variadic_parameter").map(|it| format!("*{}", parameter(it))));
        listed.push_str(&format!("{name}({}) {}\n", parameters.join(", "), signature["return_type"]));
    }
    assert_eq!(listed, recorded("functions.txt"));
    assert_eq!(signatures.len(), 2 * listed.lines().count());
}

fn parameter(json: &Json) -> String {
    let nullable = if json.get("is_nullable").is_some() { "nullable " } else { "" };
    format!("{} {nullable}{}", json["name"].as_str().unwrap(), json["type"])
}
