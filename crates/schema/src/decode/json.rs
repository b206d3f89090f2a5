//! Bodies written in JSON, where only the schema tells an argument from a block.

use std::borrow::Cow;
use std::sync::Arc;

use rinfra_diag::Span;
use rinfra_lang::{
    Attribute as Argument, Block as Written, Body, Expression, Label, ObjectKey, static_value,
};

use super::dynamic::DYNAMIC;
use crate::{Block, NestedBlock, Nesting};

/// Returns the body with the properties that are nested blocks made blocks; one in native syntax is returned as it is.
///
/// A property holds one block as an object or several as a list of objects; labels are further objects around them.
pub(super) fn with_blocks<'a>(body: &'a Body, block: &Block) -> Cow<'a, Body> {
    if !body.span.file.ends_with(".json") {
        return Cow::Borrowed(body);
    }
    let mut result = Body { attributes: Vec::new(), ..body.clone() };
    for argument in &body.attributes {
        let name = &*argument.name;
        match labels(name, block) {
            // The customary way to comment JSON.
            None if name == "//" => {}
            None => result.attributes.push(argument.clone()),
            Some(labels) => {
                blocks(argument, &argument.expression, labels, &mut Vec::new(), &mut result.blocks);
            }
        }
    }
    Cow::Owned(result)
}

/// Returns how many labels the blocks called `name` have; `None` when they are no blocks.
fn labels(name: &str, block: &Block) -> Option<usize> {
    match block.blocks.get(name) {
        Some(nested) => Some(usize::from(nested.nesting == Nesting::Map)),
        None => (name == DYNAMIC && !block.attributes.contains_key(name)).then_some(1),
    }
}

fn blocks(
    argument: &Argument,
    value: &Expression,
    labels: usize,
    given: &mut Vec<Label>,
    found: &mut Vec<Written>,
) {
    if let Some(elements) = static_value::as_list(value) {
        for element in elements {
            blocks(argument, element, labels, given, found);
        }
        return;
    }
    let Some(items) = static_value::as_map(value) else {
        // Null is no block; anything else is one whose body lacks everything, which the checks then say.
        if static_value::as_keyword(value) != Some("null") {
            found.push(written(argument, value, given, Vec::new()));
        }
        return;
    };
    let items = items.into_iter().filter_map(|(key, value)| Some((label(key)?, value)));
    if labels == 0 {
        let arguments = items.map(|(name, value)| Argument {
            name: name.text,
            span: name.span.to(&value.span),
            name_span: name.span,
            expression: value.clone(),
        });
        found.push(written(argument, value, given, arguments.collect()));
        return;
    }
    for (label, value) in items {
        given.push(label);
        blocks(argument, value, labels - 1, given, found);
        given.pop();
    }
}

fn written(argument: &Argument, value: &Expression, labels: &[Label], attributes: Vec<Argument>) -> Written {
    let mut body =
        Body { attributes, blocks: Vec::new(), span: value.span.clone(), end: end_of(&value.span) };
    if &*argument.name == DYNAMIC {
        let content = NestedBlock::new(Nesting::List, Block::new());
        body = with_blocks(&body, &Block::new().block("content", content)).into_owned();
    }
    Written {
        kind: Arc::clone(&argument.name),
        kind_span: argument.name_span.clone(),
        labels: labels.to_vec(),
        body,
        header: argument.name_span.clone(),
    }
}

fn end_of(span: &Span) -> Span {
    Span::new(Arc::clone(&span.file), span.end, span.end)
}

fn label(key: &ObjectKey) -> Option<Label> {
    match key {
        ObjectKey::Name { name, span } => Some(Label { text: Arc::clone(name), span: span.clone() }),
        ObjectKey::Expression(expression) => {
            let text = static_value::literal_string(expression)?;
            Some(Label { text: Arc::clone(text), span: expression.span.clone() })
        }
    }
}
