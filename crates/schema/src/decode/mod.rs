//! Bodies become values.
//!
//! [`decode`] is [`static_check`], which looks at names and structure alone, followed by [`evaluate`], which looks at
//! nothing else but values. A body whose instances are none or not known yet is worth a static check all the same.
//!
//! Terraform's two ways around its own rule that attributes and blocks are different things hold here too: `dynamic`
//! blocks, and blocks for attributes that are lists or sets of objects. In JSON a property is a block where the schema
//! says so.

mod dynamic;
mod evaluation;
mod item;
mod json;
mod structure;

use rinfra_diag::{Diagnostics, Span};
use rinfra_lang::{Body, Scope};
use rinfra_value::Value;

use crate::Block;

/// Returns the value of a body, of the block's implied type, and everything that is wrong with the body.
///
/// What is wrong is unknown in the value, so that it can still be looked at. Marks are kept.
pub fn decode(body: &Body, block: &Block, scope: &Scope<'_>) -> (Value, Diagnostics) {
    let mut diagnostics = static_check(body, block);
    let (value, found) = evaluate(body, block, scope);
    diagnostics.extend(found);
    diagnostics.sort();
    (value, diagnostics)
}

/// Returns the value of a body, of the block's implied type, and what is wrong with its values.
///
/// What [`static_check`] finds is not found again.
pub fn evaluate(body: &Body, block: &Block, scope: &Scope<'_>) -> (Value, Diagnostics) {
    let mut evaluation = evaluation::Evaluation::default();
    let value = evaluation.body(body, block, scope);
    (value, evaluation.diagnostics)
}

/// Returns what is wrong with a body whatever its expressions are worth.
pub fn static_check(body: &Body, block: &Block) -> Diagnostics {
    let mut structure = structure::Structure::default();
    structure.body(body, block);
    structure.diagnostics.sort();
    structure.diagnostics
}

/// Returns where something missing from a body is reported.
pub(crate) fn missing_item(body: &Body) -> Span {
    body.missing_item()
}
