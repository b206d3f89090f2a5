//! Bodies written in JSON, where only the schema tells an argument from a block.

use std::borrow::Cow;

use rinfra_diag::Diagnostics;
use rinfra_lang::{Body, json_body};

use super::dynamic::DYNAMIC;
use crate::{Block, Nesting};

/// Returns the body with the properties that are nested blocks made blocks; one in native syntax is returned as it is.
pub(super) fn with_blocks<'a>(body: &'a Body, block: &Block, found: &mut Diagnostics) -> Cow<'a, Body> {
    if body.json.is_none() {
        return Cow::Borrowed(body);
    }
    let mut kinds: Vec<(&str, &[&str])> = Vec::with_capacity(block.blocks.len() + 1);
    for (name, nested) in &block.blocks {
        kinds.push((name, if nested.nesting == Nesting::Map { &["key"] } else { &[] }));
    }
    if !block.attributes.contains_key(DYNAMIC) && !block.blocks.contains_key(DYNAMIC) {
        kinds.push((DYNAMIC, &["type"]));
    }
    let (mut body, wrong) = json_body::content(body, &kinds);
    found.extend(wrong);
    for dynamic in body.blocks.iter_mut().filter(|it| &*it.kind == DYNAMIC) {
        let (content, wrong) = json_body::content(&dynamic.body, &[("content", &[])]);
        found.extend(wrong);
        dynamic.body = content;
    }
    Cow::Owned(body)
}
