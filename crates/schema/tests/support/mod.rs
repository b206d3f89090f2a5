//! Schemas and values as tests like to write them.

use std::sync::Arc;

use rinfra_schema::{Attribute, Block, NestedBlock, Nesting};
use rinfra_value::{Type, Value, json};
use serde_json::Value as Json;

/// What stands for an unknown value.
pub(crate) const UNKNOWN: &str = "<unknown>";

/// Returns the object of the block's implied type; what `json` leaves out is null or no blocks.
pub(crate) fn object(block: &Block, json: &Json) -> Value {
    let Some(given) = json.as_object() else { return Value::null(block.implied_type()) };
    for name in given.keys() {
        assert!(block.has(name), "no {name} in the schema");
    }
    let attributes =
        block.attributes.iter().map(|(name, it)| (Arc::clone(name), attribute(it, given.get(&**name))));
    let blocks = block.blocks.iter().map(|(name, it)| (Arc::clone(name), blocks(it, given.get(&**name))));
    Value::object(attributes.chain(blocks))
}

fn attribute(attribute: &Attribute, json: Option<&Json>) -> Value {
    value(&attribute.ty, attribute.object.as_deref(), json)
}

fn value(ty: &Type, block: Option<&Block>, json: Option<&Json>) -> Value {
    match (json, ty, block) {
        (None | Some(Json::Null), _, _) => Value::null(ty.clone()),
        (Some(Json::String(text)), _, _) if text == UNKNOWN => Value::unknown(ty.clone()),
        (Some(Json::Array(elements)), Type::List(element), _) => Value::list(
            element.as_ref().clone(),
            elements.iter().map(|it| value(element, block, Some(it))).collect(),
        ),
        (Some(Json::Array(elements)), Type::Set(element), _) => {
            Value::set(element.as_ref().clone(), elements.iter().map(|it| value(element, block, Some(it))))
        }
        (Some(json), Type::Object(_), Some(block)) => object(block, json),
        (Some(json), _, _) => json::decode(json, ty).expect("a value of the type"),
    }
}

fn blocks(nested: &NestedBlock, json: Option<&Json>) -> Value {
    match json {
        None => nested.empty_value(),
        Some(Json::Null) => Value::null(nested.implied_type()),
        Some(Json::String(text)) if text == UNKNOWN => Value::unknown(nested.implied_type()),
        Some(json) if nested.nesting == Nesting::Single => object(&nested.block, json),
        Some(json) => {
            let element = nested.block.implied_type();
            let elements = json.as_array().expect("an array").iter().map(|it| object(&nested.block, it));
            match nested.nesting {
                Nesting::Set => Value::set(element, elements),
                _ => Value::list(element, elements.collect()),
            }
        }
    }
}

fn same_words(left: &str, right: &str) -> bool {
    left.split_whitespace().eq(right.split_whitespace())
}

/// Returns a schema with something of everything.
pub(crate) fn everything() -> Block {
    let rule = Block::new()
        .attribute("port", Attribute::required(Type::Number))
        .attribute("note", Attribute::optional(Type::String))
        .attribute("action", Attribute::optional(Type::String).default(Value::string("allow")))
        .attribute("text", Attribute::optional(Type::String).semantic(same_words))
        .attribute("rule_id", Attribute::computed(Type::String));
    let disk = Block::new()
        .attribute("size", Attribute::optional(Type::Number))
        .attribute("kind", Attribute::optional_computed(Type::String).force_new())
        .attribute("volume_id", Attribute::computed(Type::String));
    let mut ingress = Attribute::optional_computed(Type::set(rule.implied_type()));
    ingress.object = Some(Arc::new(rule.clone()));
    Block::new()
        .attribute("id", Attribute::computed(Type::String))
        .attribute("name", Attribute::required(Type::String).force_new())
        .attribute("note", Attribute::optional(Type::String))
        .attribute("flag", Attribute::optional(Type::Bool))
        .attribute("count", Attribute::optional(Type::Number))
        .attribute("names", Attribute::optional(Type::list(Type::String)))
        .attribute("tags", Attribute::optional(Type::map(Type::String)))
        .attribute("kind", Attribute::optional(Type::String).default(Value::string("Gateway")))
        .attribute("policy", Attribute::optional_computed(Type::String).semantic(same_words))
        .attribute("policies", Attribute::optional(Type::set(Type::String)).semantic(same_words))
        .attribute("subnets", Attribute::optional_computed(Type::set(Type::String)).force_new())
        .attribute(
            "interfaces",
            Attribute::computed(Type::list(Type::String)).recomputed_by(["subnets", "disk"]),
        )
        .attribute("addresses", Attribute::computed(Type::String).recomputed_by(["interfaces"]))
        .attribute("password", Attribute::optional(Type::String).sensitive())
        .attribute("password_wo", Attribute::optional(Type::String).write_only())
        .attribute("force", Attribute::optional(Type::Bool).default(Value::bool(false)).local())
        .attribute("ingress", ingress)
        .block("rule", NestedBlock::new(Nesting::Set, rule))
        .block("disk", NestedBlock::new(Nesting::List, disk.clone()))
        .block("root", NestedBlock::new(Nesting::List, disk.clone()).max(1).computed())
        .block("fixed", NestedBlock::new(Nesting::List, disk).force_new())
        .block(
            "timeouts",
            NestedBlock::new(
                Nesting::Single,
                Block::new().attribute("create", Attribute::optional(Type::String).local()),
            ),
        )
}
