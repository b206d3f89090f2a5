//! The parts of a `dynamic` block.

use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_lang::{Block, Body, Expression, ExpressionKind, static_value};

/// The word a dynamic block starts with.
pub(super) const DYNAMIC: &str = "dynamic";

const ARGUMENTS: [&str; 3] = ["for_each", "iterator", "labels"];

/// A `dynamic` block whose parts are all there.
pub(super) struct Dynamic<'a> {
    /// What is iterated.
    pub(super) for_each: &'a Expression,
    /// The name the content uses for the element at hand.
    pub(super) iterator: Arc<str>,
    /// The body of each block.
    pub(super) content: &'a Body,
}

/// Returns the kind of the blocks a dynamic block makes.
pub(super) fn target(block: &Block) -> Option<&str> {
    match block.labels.as_slice() {
        [label] if &*block.kind == DYNAMIC => Some(&label.text),
        _ => None,
    }
}

/// Returns the parts of a dynamic block.
///
/// # Errors
/// What is missing and what does not belong there. Where the content is sound it is worth looking into all the same;
/// it is the only `content` block of the body.
pub(super) fn parse(block: &Block) -> Result<Dynamic<'_>, Diagnostics> {
    let mut found = Diagnostics::new();
    unexpected(&block.body, &mut found);
    let for_each = block.body.attribute("for_each").map(|it| &it.expression);
    if for_each.is_none() {
        found.push(missing_argument("for_each", &block.body));
    }
    let iterator = match block.body.attribute("iterator").map(|it| &it.expression) {
        None => target(block).map(Arc::from),
        Some(expression) => {
            let name = single_name(expression);
            if name.is_none() {
                let detail = "Dynamic iterator must be a single variable name.";
                found.push(
                    Diagnostic::error("Invalid dynamic iterator name", detail).at(expression.span.clone()),
                );
            }
            name
        }
    };
    let mut contents = block.body.blocks_of("content");
    let content = contents.next();
    if content.is_none() {
        let detail = "A dynamic block must have a nested block of type \"content\" to describe the body of each generated block.";
        found.push(
            Diagnostic::error("Missing dynamic content block", detail).at(super::missing_item(&block.body)),
        );
    }
    if let Some(extra) = contents.next() {
        let detail = "Only one nested content block is allowed for each dynamic block.";
        found.push(Diagnostic::error("Extraneous dynamic content block", detail).at(extra.header.clone()));
    }
    match (for_each, iterator, content) {
        (Some(for_each), Some(iterator), Some(content)) if !found.has_errors() => {
            Ok(Dynamic { for_each, iterator, content: &content.body })
        }
        _ => Err(found),
    }
}

fn unexpected(body: &Body, found: &mut Diagnostics) {
    for attribute in &body.attributes {
        let name = &attribute.name;
        if &**name == "labels" {
            let detail = "No block of a provider has labels, so a dynamic block cannot give any.";
            found.push(
                Diagnostic::error("Extraneous dynamic block label", detail).at(attribute.name_span.clone()),
            );
        } else if !ARGUMENTS.contains(&&**name) {
            let detail = format!("An argument named \"{name}\" is not expected here.");
            found.push(Diagnostic::error("Unsupported argument", detail).at(attribute.name_span.clone()));
        }
    }
    for block in body.blocks.iter().filter(|it| &*it.kind != "content") {
        let detail = format!("Blocks of type \"{}\" are not expected here.", block.kind);
        found.push(Diagnostic::error("Unsupported block type", detail).at(block.kind_span.clone()));
    }
    for label in body.blocks_of("content").filter_map(|it| it.labels.first()) {
        let detail = "No labels are expected for content blocks.";
        found.push(Diagnostic::error("Extraneous label for content", detail).at(label.span.clone()));
    }
}

/// Returns the error that an argument is not there.
pub(super) fn missing_argument(name: &str, body: &Body) -> Diagnostic {
    let detail = format!("The argument \"{name}\" is required, but no definition was found.");
    Diagnostic::error("Missing required argument", detail).at(super::missing_item(body))
}

fn single_name(expression: &Expression) -> Option<Arc<str>> {
    match &expression.kind {
        ExpressionKind::Traversal(_) | ExpressionKind::JsonString(_) => {
            static_value::as_keyword(expression).map(Arc::from)
        }
        _ => None,
    }
}
