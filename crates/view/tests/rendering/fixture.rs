//! A provider with one resource type that has everything a schema can have, and plans made of JSON.

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use rinfra_addr::{ProviderConfig, ProviderSource};
use rinfra_change::{Action, Plan, ResourceChange};
use rinfra_provider::{Catalogue, Connection, DataSourceType, Error, Provider, Region, ResourceType, Result};
use rinfra_schema::{Attribute, Block, NestedBlock, Nesting, Schema};
use rinfra_state::Object;
use rinfra_value::{Type, Value};
use serde_json::{Value as Json, json};

static SOURCE: LazyLock<ProviderSource> =
    LazyLock::new(|| "registry.terraform.io/test/house".parse().unwrap());

/// Everything a schema can have.
static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let door = || {
        Block::new()
            .attribute("colour", Attribute::optional(Type::String))
            .attribute("width", Attribute::optional(Type::Number))
    };
    let floor = Block::new()
        .attribute("name", Attribute::required(Type::String))
        .attribute("note", Attribute::optional(Type::String))
        .block("window", NestedBlock::new(Nesting::Set, door()));
    let rule =
        Type::object([("port", Type::Number), ("note", Type::String), ("hosts", Type::list(Type::String))]);
    let block = Block::new()
        .attribute("id", Attribute::computed(Type::String))
        .attribute("name", Attribute::required(Type::String))
        .attribute("height", Attribute::optional(Type::Number))
        .attribute("lit", Attribute::optional_computed(Type::Bool))
        .attribute("text", Attribute::optional(Type::String))
        .attribute("keys", Attribute::optional(Type::list(Type::String)))
        .attribute("guests", Attribute::optional(Type::set(Type::String)))
        .attribute("tags", Attribute::optional(Type::map(Type::String)))
        .attribute("code", Attribute::optional(Type::String).sensitive())
        .attribute("rules", Attribute::optional_computed(Type::set(rule)))
        .attribute("any", Attribute::optional(Type::Dynamic))
        .block("door", NestedBlock::new(Nesting::Single, door()))
        .block("garden", NestedBlock::new(Nesting::Group, door()))
        .block("floor", NestedBlock::new(Nesting::List, floor))
        .block("window", NestedBlock::new(Nesting::Set, door()))
        .block("gate", NestedBlock::new(Nesting::Map, door()));
    Schema { version: 1, block, ..Schema::default() }
});

struct House;

impl ResourceType for House {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn identity(&self, _object: &Value) -> Option<String> {
        None
    }
}

/// A house whose contents nobody brings back.
struct Archive;

impl ResourceType for Archive {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn identity(&self, _object: &Value) -> Option<String> {
        None
    }

    fn holds_data(&self) -> bool {
        true
    }
}

impl DataSourceType for House {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }
}

#[async_trait]
impl Provider for House {
    fn source(&self) -> &ProviderSource {
        &SOURCE
    }

    fn config_schema(&self) -> &Block {
        &SCHEMA.block
    }

    fn resource_type(&self, kind: &str) -> Option<&dyn ResourceType> {
        match kind {
            "house" => Some(self),
            "archive" => Some(&Archive),
            _ => None,
        }
    }

    fn data_source(&self, kind: &str) -> Option<&dyn DataSourceType> {
        (kind == "house").then_some(self)
    }

    fn resource_type_names(&self) -> Vec<&str> {
        vec!["house"]
    }

    fn data_source_names(&self) -> Vec<&str> {
        vec!["house"]
    }

    async fn configure(&self, _config: &Value) -> Result<Arc<dyn Connection>> {
        Err(Error::internal("nothing is configured here".to_owned()))
    }
}

/// Returns a catalogue with the house and `terraform_data`.
pub(crate) fn catalogue() -> Catalogue {
    let house: Arc<dyn Provider> = Arc::new(House);
    Catalogue::new(rinfra_std_providers::providers().into_iter().chain([house]))
}

/// Returns a house of this JSON; what is not said is null, and `"(?)"` is unknown.
pub(crate) fn house(json: Json) -> Value {
    let unknowns: Vec<String> = json
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, it)| **it == json!("(?)"))
        .map(|(name, _)| name.clone())
        .collect();
    let mut json = json;
    for name in &unknowns {
        json[name] = Json::Null;
    }
    let ty = SCHEMA.block.implied_type();
    let value = Object::new(1, json).decode(&ty).unwrap();
    let mut entries = value.entries().unwrap().to_map();
    for name in unknowns {
        let ty = ty.attribute_type(&name).unwrap().clone();
        entries.insert(name.into(), Value::unknown(ty));
    }
    let leaf = |_: &rinfra_value::Path, it: Value| {
        if it.as_str() == Some("(?)") { Value::unknown(Type::String) } else { it }
    };
    Value::object(entries).transform(&mut { leaf })
}

/// Returns what a plan will do to `house.home`.
pub(crate) fn change(action: Action, before: Option<Value>, after: Option<Value>) -> ResourceChange {
    change_of("house.home", &SOURCE, action, before, after)
}

/// Returns what a plan will do to an instance.
pub(crate) fn change_of(
    address: &str,
    source: &ProviderSource,
    action: Action,
    before: Option<Value>,
    after: Option<Value>,
) -> ResourceChange {
    // Plans are data; what a field is not set to here it has by default.
    let mut change: ResourceChange = serde_json::from_value(json!({
        "address": address,
        "provider": ProviderConfig {
            module: rinfra_addr::ModuleInstance::root(),
            source: source.clone(),
            alias: None,
            key: rinfra_addr::InstanceKey::None,
        }.to_string(),
        "action": "no_op",
        "schema_version": 1,
    }))
    .unwrap();
    change.action = action;
    change.before = before;
    change.after = after;
    change
}

/// Returns a plan of these changes.
pub(crate) fn plan(changes: Vec<ResourceChange>) -> Plan {
    Plan { timestamp: "2026-01-02T03:04:05Z".to_owned(), changes, ..Plan::default() }
}

/// Returns a change in a Region.
pub(crate) fn in_region(change: ResourceChange, region: &str) -> ResourceChange {
    ResourceChange { region: Some(Region::new(region)), ..change }
}

/// Returns a plan as people in a hurry see it, without colours.
pub(crate) fn concise_text(plan: &Plan) -> String {
    rinfra_view::concise_plan(plan, &catalogue(), rinfra_view::Style::plain())
}

/// Returns a plan as people see it, without colours.
pub(crate) fn text(plan: &Plan) -> String {
    rinfra_view::plan(plan, &catalogue(), rinfra_view::Style::plain())
}
