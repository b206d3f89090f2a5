//! `output`: what a module tells its caller.

use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Block, Expression, Traversal};

use super::condition::{self, Condition};
use super::meta;
use crate::content::{Grammar, label, label_span, read};
use crate::{constant, name};

/// An output value.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Its name.
    pub name: Arc<str>,
    /// What it is.
    pub value: Expression,
    /// What it is for.
    pub description: Option<Arc<str>>,
    /// Why nobody should use it any more, and what to do instead.
    pub deprecated: Option<Arc<str>>,
    /// Whether its value is hidden.
    pub sensitive: bool,
    /// Whether its value is never stored.
    pub ephemeral: bool,
    /// What must be done before it is known.
    pub depends_on: Vec<Traversal>,
    /// What must hold before it is given out.
    pub preconditions: Vec<Condition>,
    /// The header of the block.
    pub header: Span,
}

const GRAMMAR: Grammar = Grammar { required: &["value"], ..OVERRIDE };

/// What an override file may say about an output.
pub(crate) const OVERRIDE: Grammar = Grammar {
    required: &[],
    optional: &["value", "description", "depends_on", "sensitive", "ephemeral", "deprecated"],
    blocks: &[("precondition", &[]), ("postcondition", &[])],
};

pub(crate) fn decode(block: &Block, found: &mut Diagnostics) -> Option<Output> {
    let content = read(&block.body, &GRAMMAR, found);
    name::check(&label(block, 0), "Invalid output name", label_span(block, 0), found);
    let mut flag = |argument| content.argument(argument).and_then(|it| constant::boolean(it, found));
    let (sensitive, ephemeral) = (flag("sensitive").unwrap_or(false), flag("ephemeral").unwrap_or(false));
    let deprecated = content.argument("deprecated").and_then(|it| constant::string(it, found));
    let description = content.argument("description").and_then(|it| constant::string(it, found));
    let depends_on = meta::depends_on(content.argument("depends_on"), found);
    for block in content.blocks_of("postcondition") {
        let detail = "Output values can only have preconditions, not postconditions.";
        found.push(Diagnostic::error("Postconditions are not allowed", detail).at(block.kind_span.clone()));
    }
    let preconditions =
        content.blocks_of("precondition").filter_map(|it| condition::decode(it, found)).collect();
    Some(Output {
        name: label(block, 0),
        value: content.argument("value")?.expression.clone(),
        description,
        deprecated,
        sensitive,
        ephemeral,
        depends_on,
        preconditions,
        header: block.header.clone(),
    })
}
