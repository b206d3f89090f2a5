use std::sync::LazyLock;

use rinfra_schema::{Attribute, Block, NestedBlock, Nesting, Schema};
use rinfra_value::Type;

/// The `provider "mem"` block.
pub(super) static PROVIDER: LazyLock<Block> = LazyLock::new(|| {
    Block::new()
        .attribute("account", Attribute::optional(Type::String))
        .attribute("region", Attribute::optional(Type::String))
        .attribute("token", Attribute::optional(Type::String).sensitive())
});

/// The resource type `mem_thing`: one attribute of each kind the engine treats differently.
pub(super) static THING: LazyLock<Schema> = LazyLock::new(|| Schema {
    version: 1,
    block: Block::new()
        .attribute("id", Attribute::computed(Type::String))
        .attribute("region", Attribute::optional_computed(Type::String).force_new())
        .attribute("name", Attribute::optional(Type::String))
        .attribute("fixed", Attribute::optional(Type::String).force_new())
        .attribute("parent", Attribute::optional(Type::String))
        .attribute("related", Attribute::optional(Type::list(Type::String)))
        .attribute("size", Attribute::optional(Type::Number))
        .attribute("password", Attribute::optional(Type::String).sensitive())
        .attribute("token", Attribute::optional(Type::String).write_only())
        .attribute("note", Attribute::optional(Type::String).local())
        .attribute("tags", Attribute::optional(Type::map(Type::String)))
        .attribute("endpoint", Attribute::computed(Type::String).recomputed_by(["name"]))
        .block("key", NestedBlock::new(Nesting::List, key())),
    ..Schema::default()
});

fn key() -> Block {
    Block::new()
        .attribute("label", Attribute::required(Type::String))
        .attribute("secret", Attribute::optional(Type::String).sensitive())
}

/// The ephemeral resource type `mem_token`: a secret that nobody gets twice.
pub(super) static TOKEN: LazyLock<Schema> = LazyLock::new(|| Schema {
    version: 0,
    block: Block::new()
        .attribute("name", Attribute::required(Type::String))
        .attribute("secret", Attribute::computed(Type::String))
        .attribute("length", Attribute::computed(Type::Number)),
    ..Schema::default()
});

/// The data source `mem_thing`: looks a thing up by its name.
pub(super) static LOOKUP: LazyLock<Schema> = LazyLock::new(|| Schema {
    version: 0,
    block: Block::new()
        .attribute("name", Attribute::required(Type::String))
        .attribute("region", Attribute::optional_computed(Type::String))
        .attribute("id", Attribute::computed(Type::String))
        .attribute("size", Attribute::computed(Type::Number)),
    ..Schema::default()
});
