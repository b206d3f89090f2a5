//! Rules that must hold: validations, preconditions, postconditions and assertions.

use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Block, Expression, Traversal};
use rinfra_value::Value;

use crate::content::{Grammar, read};
use crate::reference::{Reference, Subject};

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

impl Condition {
    /// Reports references to the resource the condition belongs to: it must say `self`.
    pub(crate) fn check_own_name(&self, kind: &str, owner: &rinfra_addr::Resource, found: &mut Diagnostics) {
        for expression in [&self.condition, &self.error_message] {
            let references = rinfra_lang::references(expression);
            let is_own = |it: &Arc<Traversal>| match Reference::parse(it).map(|it| it.subject) {
                Ok(Subject::Resource(address, _)) => address == *owner,
                _ => false,
            };
            if references.iter().any(is_own) {
                let detail = format!("Configuration for {owner} may not refer to itself.");
                let diagnostic = Diagnostic::error(format!("Invalid reference in {kind}"), detail);
                found.push(diagnostic.at(expression.span.clone()));
            }
        }
    }
}

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
    // One that is missing has been reported, and leaves the condition to be checked.
    let message = content.argument("error_message").map(|it| it.expression.clone());
    let header = block.header.clone();
    let error_message = message.unwrap_or_else(|| Expression::literal(Value::dynamic_null(), header.clone()));
    Some(Condition { condition: condition?, error_message, header })
}
