//! The schemas of providers, as `providers schema -json` prints them.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_addr::ProviderSource;
use rinfra_lang::functions::own_provider_signatures;
use rinfra_provider::{Catalogue, Provider};
use rinfra_schema::{Attribute, Block, NestedBlock, Nesting, Presence, Schema};
use serde_json::{Map, Value as Json, json};

use crate::functions_json::signatures_json;

/// Returns the schemas of those of some providers that are built in, in Terraform's form.
pub fn provider_schemas_json<'s>(
    catalogue: &Catalogue,
    sources: impl IntoIterator<Item = &'s ProviderSource>,
) -> Json {
    let known = sources.into_iter().filter_map(|it| catalogue.get(it));
    let schemas: Map<_, _> = known.map(|it| (it.source().to_string(), provider(&**it))).collect();
    let mut json = Map::from_iter([("format_version".to_owned(), "1.0".into())]);
    insert(&mut json, "provider_schemas", schemas);
    Json::Object(json)
}

fn provider(provider: &dyn Provider) -> Json {
    let mut json = Map::new();
    let config = provider.config_schema();
    let is_empty = config.attributes.is_empty() && config.blocks.is_empty();
    let own =
        if is_empty { json!({ "version": 0 }) } else { json!({ "version": 0, "block": block(config) }) };
    json.insert("provider".to_owned(), own);
    let of = |names: Vec<&str>, get: &dyn Fn(&str) -> Option<Json>| -> Map<String, Json> {
        names.into_iter().filter_map(|name| Some((name.to_owned(), get(name)?))).collect()
    };
    let resources =
        of(provider.resource_type_names(), &|it| Some(schema(provider.resource_type(it)?.schema())));
    let data = of(provider.data_source_names(), &|it| Some(schema(provider.data_source(it)?.schema())));
    let ephemeral =
        of(provider.ephemeral_type_names(), &|it| Some(schema(provider.ephemeral_type(it)?.schema())));
    insert(&mut json, "resource_schemas", resources);
    insert(&mut json, "data_source_schemas", data);
    insert(&mut json, "ephemeral_resource_schemas", ephemeral);
    if *provider.source() == ProviderSource::builtin_terraform() {
        json.insert("functions".to_owned(), signatures_json(&own_provider_signatures()));
    }
    Json::Object(json)
}

fn schema(schema: &Schema) -> Json {
    let mut body = block(&schema.block);
    if let (Some(timeouts), Some(members)) = (schema.timeouts.block(), body.as_object_mut()) {
        let blocks = members.entry("block_types").or_insert_with(|| Json::Object(Map::new()));
        blocks.as_object_mut().map(|it| it.insert("timeouts".to_owned(), nested(&timeouts)));
    }
    json!({ "version": schema.version, "block": body })
}

fn block(block: &Block) -> Json {
    let mut json = Map::new();
    insert(&mut json, "attributes", members(&block.attributes, attribute));
    insert(&mut json, "block_types", members(&block.blocks, nested));
    describe(&mut json, &block.description, block.deprecated.is_some());
    Json::Object(json)
}

fn nested(nested: &NestedBlock) -> Json {
    let mode = match nested.nesting {
        Nesting::Single => "single",
        Nesting::Group => "group",
        Nesting::List => "list",
        Nesting::Set => "set",
        Nesting::Map => "map",
    };
    let mut json = Map::from_iter([
        ("nesting_mode".to_owned(), mode.into()),
        ("block".to_owned(), block(&nested.block)),
    ]);
    if nested.min > 0 {
        json.insert("min_items".to_owned(), nested.min.into());
    }
    if let Some(max) = nested.max {
        json.insert("max_items".to_owned(), max.into());
    }
    Json::Object(json)
}

fn attribute(attribute: &Attribute) -> Json {
    let mut json = Map::from_iter([("type".to_owned(), attribute.ty.to_json())]);
    describe(&mut json, &attribute.description, attribute.deprecated.is_some());
    let (required, optional, computed) = match attribute.presence {
        Presence::Required => (true, false, false),
        Presence::Optional => (false, true, false),
        Presence::Computed => (false, false, true),
        Presence::OptionalComputed => (false, true, true),
    };
    let facts = [
        ("required", required),
        ("optional", optional),
        ("computed", computed),
        ("sensitive", attribute.sensitive),
        ("write_only", attribute.write_only),
    ];
    json.extend(facts.into_iter().filter(|(_, it)| *it).map(|(name, it)| (name.to_owned(), it.into())));
    Json::Object(json)
}

fn describe(json: &mut Map<String, Json>, description: &str, is_deprecated: bool) {
    if !description.is_empty() {
        json.insert("description".to_owned(), description.into());
    }
    json.insert("description_kind".to_owned(), "plain".into());
    if is_deprecated {
        json.insert("deprecated".to_owned(), true.into());
    }
}

fn members<T>(all: &BTreeMap<Arc<str>, T>, render: impl Fn(&T) -> Json) -> Map<String, Json> {
    all.iter().map(|(name, it)| (name.to_string(), render(it))).collect()
}

/// Inserts members unless there are none, as Terraform does.
fn insert(json: &mut Map<String, Json>, name: &str, members: Map<String, Json>) {
    if !members.is_empty() {
        json.insert(name.to_owned(), Json::Object(members));
    }
}
