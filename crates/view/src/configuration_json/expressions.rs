//! Expressions as programs see them: what they are, if that is constant, and what they refer to.

use std::sync::Arc;

use rinfra_addr::InstanceKey;
use rinfra_config::{Reference, Subject};
use rinfra_lang::functions::Functions;
use rinfra_lang::{
    Attribute as Argument, Block as WrittenBlock, Body, Expression, Scope, Traversal, TraversalStep,
    evaluate, json_body, static_value,
};
use rinfra_schema::{Attribute, Block, NestedBlock, Nesting, decode};
use rinfra_value::Value;
use serde_json::{Map, Value as Json};

use crate::values_json::known;

/// Returns what the arguments and blocks of a body say, as far as a schema knows them.
///
/// As in Terraform, `dynamic` blocks are left out.
pub(super) fn body(body: &Body, schema: &Block) -> Map<String, Json> {
    let kinds = schema.blocks.iter().map(|(kind, it)| (&**kind, labels(it)));
    let as_blocks = schema.attributes.iter().filter(|(_, it)| it.accepts_blocks());
    // What is wrong with a body has been reported where that matters.
    let (body, _) = json_body::content(body, &kinds.collect::<Vec<_>>());
    let mut json = Map::new();
    for Argument { name, expression, .. } in &body.attributes {
        if schema.attributes.contains_key(name) {
            json.insert(name.to_string(), self::expression(expression));
        }
    }
    for (name, attribute) in as_blocks {
        let blocks: Vec<_> = body.blocks_of(name).cloned().collect();
        if !blocks.is_empty() {
            json.insert(name.to_string(), attribute_of_blocks(name, attribute, &body, blocks));
        }
    }
    for (kind, nested) in &schema.blocks {
        let mut blocks = body.blocks_of(kind).peekable();
        if blocks.peek().is_some() {
            json.insert(kind.to_string(), nested_blocks(nested, blocks));
        }
    }
    json
}

fn labels(nested: &NestedBlock) -> &'static [&'static str] {
    if nested.nesting == Nesting::Map { &["key"] } else { &[] }
}

fn nested_blocks<'b>(nested: &NestedBlock, blocks: impl Iterator<Item = &'b WrittenBlock>) -> Json {
    let one = |block: &WrittenBlock| Json::Object(body(&block.body, &nested.block));
    match nested.nesting {
        Nesting::Single | Nesting::Group => blocks.last().map_or(Json::Null, one),
        Nesting::List | Nesting::Set => blocks.map(one).collect(),
        Nesting::Map => {
            let label =
                |it: &WrittenBlock| it.labels.first().map_or_else(String::new, |it| it.text.to_string());
            Json::Object(blocks.map(|it| (label(it), one(it))).collect())
        }
    }
}

/// Returns what an attribute says that is written as blocks.
fn attribute_of_blocks(
    name: &Arc<str>,
    attribute: &Attribute,
    body: &Body,
    blocks: Vec<WrittenBlock>,
) -> Json {
    let body = Body { attributes: Vec::new(), blocks, ..body.clone() };
    let schema = Block::new().attribute(Arc::clone(name), attribute.clone());
    let (value, wrong) = decode::decode(&body, &schema, &Scope::new(&Functions::default()));
    let value = value.entries().and_then(|it| it.get(name).cloned()).filter(|_| !wrong.has_errors());
    said(value, &rinfra_lang::body_references(&body))
}

/// Returns what an expression is and what it refers to; neither, when it calls functions with constants.
pub(super) fn expression(expression: &Expression) -> Json {
    let references = rinfra_lang::references(expression);
    // A constant condition may choose a constant beside something that is none.
    let value = static_value::constant(expression).or_else(|_| {
        let functions = Functions::default();
        let mut scope = Scope::new(&functions);
        references.iter().for_each(|it| scope.set(Arc::clone(&it.root), Value::dynamic()));
        evaluate(expression, &scope)
    });
    said(value.ok(), &references)
}

fn said(value: Option<Value>, references: &[Arc<Traversal>]) -> Json {
    let mut json = Map::new();
    if let Some(value) = value.filter(Value::is_wholly_known) {
        json.insert("constant_value".to_owned(), known(&value));
    }
    let names: Vec<Json> = references.iter().flat_map(|it| names(it)).map(Json::String).collect();
    if !names.is_empty() {
        json.insert("references".to_owned(), Json::Array(names));
    }
    Json::Object(json)
}

/// Returns everything a reference names, from the innermost value outwards.
fn names(traversal: &Traversal) -> Vec<String> {
    let Ok(reference) = Reference::parse(traversal) else { return Vec::new() };
    let Reference { subject, .. } = &reference;
    let steps = reference.constant_steps();
    let mut names: Vec<String> = (0..=steps.len())
        .rev()
        .map(|length| format!("{subject}{}", steps[..length].iter().map(step).collect::<String>()))
        .collect();
    match subject {
        Subject::Resource(resource, key) if *key != InstanceKey::None => names.push(resource.to_string()),
        Subject::Module(name, key) if *key != InstanceKey::None => names.push(format!("module.{name}")),
        Subject::ModuleOutput(name, key, _) => names.push(format!("module.{name}{key}")),
        _ => {}
    }
    names
}

fn step(step: &TraversalStep) -> String {
    match step {
        TraversalStep::Attribute { name, .. } => format!(".{name}"),
        TraversalStep::Index { key, .. } => format!("[{}]", known(key)),
        TraversalStep::Splat { .. } => String::new(),
    }
}

/// Returns where references of `depends_on` lead.
pub(super) fn dependencies(depends_on: &[Traversal]) -> Json {
    let subjects = depends_on.iter().filter_map(|it| Some(Reference::parse(it).ok()?.subject));
    subjects.map(|it| Json::String(it.to_string())).collect()
}
