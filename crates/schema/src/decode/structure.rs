//! What is wrong with a body whatever its expressions are worth.

use rinfra_diag::{Diagnostic, Diagnostics, did_you_mean};
use rinfra_lang::{Attribute as Argument, Block as Written, Body, json_body};

use super::dynamic::{self, DYNAMIC, missing_argument};
use super::item::{Item, item};
use super::json::with_blocks;
use super::missing_item;
use crate::{Block, NestedBlock, Nesting, Presence};

/// A walk over a body and the blocks in it.
#[derive(Default)]
pub(super) struct Structure {
    pub(super) diagnostics: Diagnostics,
}

impl Structure {
    pub(super) fn body(&mut self, body: &Body, block: &Block) {
        let body = &*with_blocks(body, block, &mut self.diagnostics);
        for argument in &body.attributes {
            self.argument(argument, body, block);
        }
        for written in &body.blocks {
            if &*written.kind == DYNAMIC {
                self.dynamic(written, body, block);
                continue;
            }
            match item(body, block, &written.kind) {
                Some(item) => self.written(written, &item),
                None => self.unsupported_block(written, block),
            }
        }
        for (name, attribute) in &block.attributes {
            let written = body.attribute(name).is_some()
                || (attribute.accepts_blocks() && blocks_of(body, name).next().is_some());
            if attribute.presence == Presence::Required && !written {
                self.diagnostics.push(missing_argument(name, body));
            }
        }
        for (name, nested) in &block.blocks {
            // How many a dynamic block makes, only its evaluation tells.
            if !blocks_of(body, name).any(|it| &*it.kind == DYNAMIC) {
                let written: Vec<_> = body.blocks_of(name).map(|it| &it.body).collect();
                self.diagnostics.extend(count(name, nested, body, &written));
            }
        }
    }

    fn argument(&mut self, argument: &Argument, body: &Body, block: &Block) {
        let name = &*argument.name;
        let Some(attribute) = block.attributes.get(name) else {
            if body.json.is_some() {
                let known = block.attributes.keys().chain(block.blocks.keys()).map(AsRef::as_ref);
                return self.diagnostics.push(json_body::extraneous_property(argument, known));
            }
            let detail = format!("An argument named \"{name}\" is not expected here.");
            let error = Diagnostic::error("Unsupported argument", detail).at(argument.name_span.clone());
            let unset = block.attributes.iter().filter(|(name, attribute)| {
                body.attribute(name).is_none() && attribute.presence.is_configurable()
            });
            let hint = match did_you_mean(name, unset.map(|(name, _)| &**name)) {
                Some(name) => Some(format!("Did you mean \"{name}\"?")),
                None if block.blocks.contains_key(name) => {
                    Some(format!("Did you mean to define a block of type \"{name}\"?"))
                }
                None => None,
            };
            self.diagnostics.push(with_hint(error, hint));
            return;
        };
        if let Some(first) = body.attribute(name).filter(|first| first.name_span != argument.name_span) {
            return self.diagnostics.push(json_body::duplicate_argument(first, argument));
        }
        if let Some(why) = &attribute.deprecated {
            let warning = Diagnostic::warning("Argument is deprecated", why.clone());
            self.diagnostics.push(warning.at(argument.expression.span.clone()));
        }
    }

    fn written(&mut self, written: &Written, item: &Item<'_>) {
        let labels = usize::from(matches!(item, Item::Nested(nested) if nested.nesting == Nesting::Map));
        let kind = &written.kind;
        if let Some(label) = written.labels.get(labels) {
            let detail = format!("No labels are expected for {kind} blocks.");
            let error = Diagnostic::error(format!("Extraneous label for {kind}"), detail);
            self.diagnostics.push(error.at(label.span.clone()).within(written.header.clone()));
            return;
        }
        if written.labels.len() < labels {
            let detail = format!("All {kind} blocks must have 1 labels (key).");
            let error = Diagnostic::error(format!("Missing key for {kind}"), detail);
            self.diagnostics.push(error.at(missing_item(&written.body)).within(written.header.clone()));
            return;
        }
        if let Item::Nested(NestedBlock { deprecated: Some(why), .. }) = item {
            let warning = Diagnostic::warning("Argument is deprecated", why.clone());
            self.diagnostics.push(warning.at(written.header.clone()));
        }
        self.body(&written.body, item.block());
    }

    fn unsupported_block(&mut self, written: &Written, block: &Block) {
        let kind = &*written.kind;
        let detail = format!("Blocks of type \"{kind}\" are not expected here.");
        let error = Diagnostic::error("Unsupported block type", detail).at(written.kind_span.clone());
        let hint = if block.attributes.contains_key(kind) {
            Some(format!(
                "Did you mean to define argument \"{kind}\"? If so, use the equals sign to assign it a value."
            ))
        } else {
            did_you_mean(kind, block_names(block)).map(|name| format!("Did you mean \"{name}\"?"))
        };
        self.diagnostics.push(with_hint(error, hint));
    }

    fn dynamic(&mut self, written: &Written, body: &Body, block: &Block) {
        match written.labels.as_slice() {
            [label] => {
                let Some(item) = item(body, block, &label.text) else {
                    let detail = format!("Blocks of type \"{}\" are not expected here.", label.text);
                    let error = Diagnostic::error("Unsupported block type", detail).at(label.span.clone());
                    let hint = did_you_mean(&label.text, block_names(block));
                    self.diagnostics.push(with_hint(error, hint.map(|it| format!("Did you mean \"{it}\"?"))));
                    return;
                };
                if matches!(&item, Item::Nested(nested) if nested.nesting == Nesting::Map) {
                    let detail = "Blocks that are told apart by labels cannot be made by a dynamic block.";
                    let error = Diagnostic::error("Insufficient dynamic block labels", detail);
                    self.diagnostics.push(error.at(label.span.clone()));
                }
                if let Err(found) = dynamic::parse(written) {
                    self.diagnostics.extend(found);
                }
                for content in written.body.blocks_of("content").take(1) {
                    self.body(&content.body, item.block());
                }
            }
            [] => {
                let error = Diagnostic::error(
                    "Missing type for dynamic",
                    "All dynamic blocks must have 1 labels (type).",
                );
                self.diagnostics.push(error.at(missing_item(&written.body)).within(written.header.clone()));
            }
            [_, extra, ..] => {
                let detail = "Only 1 labels (type) are expected for dynamic blocks.";
                let error = Diagnostic::error("Extraneous label for dynamic", detail);
                self.diagnostics.push(error.at(extra.span.clone()).within(written.header.clone()));
            }
        }
    }
}

/// Returns the blocks that are, or make, blocks of the kind `name`.
pub(super) fn blocks_of<'a>(body: &'a Body, name: &'a str) -> impl Iterator<Item = &'a Written> {
    body.blocks.iter().filter(move |it| &*it.kind == name || dynamic::target(it) == Some(name))
}

/// Returns what is wrong with the number of blocks of a kind, whose bodies are `written`.
pub(super) fn count(name: &str, nested: &NestedBlock, body: &Body, written: &[&Body]) -> Option<Diagnostic> {
    let found = written.len() as u64;
    if matches!(nested.nesting, Nesting::Single | Nesting::Group) {
        return match written {
            [] if nested.min > 0 => {
                let detail = format!("A block of type \"{name}\" is required here.");
                Some(Diagnostic::error(format!("Missing {name} block"), detail).at(missing_item(body)))
            }
            [first, second, ..] => {
                let place = &first.span;
                let detail = format!(
                    "Only one block of type \"{name}\" is allowed. Previous definition was at {}:{},{}.",
                    place.file, place.start.line, place.start.column
                );
                Some(Diagnostic::error(format!("Duplicate {name} block"), detail).at(missing_item(second)))
            }
            _ => None,
        };
    }
    if found < nested.min {
        let detail = format!("At least {} \"{name}\" blocks are required.", nested.min);
        return Some(Diagnostic::error(format!("Insufficient {name} blocks"), detail).at(missing_item(body)));
    }
    let max = nested.max.filter(|max| found > *max)?;
    let detail = format!("No more than {max} \"{name}\" blocks are allowed");
    let extra = usize::try_from(max).ok().and_then(|max| written.get(max))?;
    Some(Diagnostic::error(format!("Too many {name} blocks"), detail).at(missing_item(extra)))
}

fn with_hint(diagnostic: Diagnostic, hint: Option<String>) -> Diagnostic {
    match hint {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}

/// Returns the names that may be written as blocks: those of blocks, and of attributes that accept blocks too.
fn block_names(block: &Block) -> impl Iterator<Item = &str> {
    let attributes = block.attributes.iter().filter(|(_, it)| it.accepts_blocks());
    block.blocks.keys().chain(attributes.map(|(name, _)| name)).map(|it| &**it)
}
