//! Rules that must hold: validations, preconditions, postconditions and assertions.

use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Block, Expression};

use crate::content::{Grammar, read};

/// A condition, and what to say when it does not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// What must be true.
    pub condition: Expression,
    /// What to say otherwise.
    pub error_message: Expression,
    /// The header of the block.
    pub header: Span,
}

const GRAMMAR: Grammar = Grammar { required: &["condition", "error_message"], optional: &[], blocks: &[] };

pub(crate) fn decode(block: &Block, found: &mut Diagnostics) -> Option<Condition> {
    let content = read(&block.body, &GRAMMAR, found);
    let condition = content.argument("condition").map(|it| it.expression.clone());
    if let Some(condition) = &condition
        && rinfra_lang::references(condition).is_empty()
    {
        let detail = "The condition expression must refer to at least one object from elsewhere in the \
                      configuration, or else its result would not be checking anything.";
        let diagnostic = Diagnostic::error(format!("Invalid {} expression", block.kind), detail);
        found.push(diagnostic.at(condition.span.clone()));
    }
    let error_message = content.argument("error_message")?.expression.clone();
    Some(Condition { condition: condition?, error_message, header: block.header.clone() })
}
