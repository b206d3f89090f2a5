//! `moved` and `removed`: what has become of objects that exist already.

use rinfra_addr::{Mode, ObjectAddress};
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Block, TraversalStep};

use super::provisioner::{self, Provisioner};
use crate::content::{Grammar, read};
use crate::object_address;
use crate::{constant, form};

/// Something has a new address.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// Its old address, relative to the module the block is in.
    pub from: ObjectAddress,
    /// Its new address, relative to the module the block is in.
    pub to: ObjectAddress,
    /// Where the old address stands.
    pub from_span: Span,
    /// Where the new address stands.
    pub to_span: Span,
    /// The header of the block.
    pub header: Span,
}

/// Something is no longer part of the configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Removed {
    /// Its address, relative to the module the block is in; never with instance keys.
    pub from: ObjectAddress,
    /// Where the address stands.
    pub from_span: Span,
    /// Whether it is destroyed; otherwise it is only forgotten.
    pub destroy: bool,
    /// What runs before it is destroyed.
    pub provisioners: Vec<Provisioner>,
    /// The header of the block.
    pub header: Span,
}

pub(crate) fn decode_moved(block: &Block, found: &mut Diagnostics) -> Option<Moved> {
    const GRAMMAR: Grammar = Grammar { required: &["from", "to"], optional: &[], blocks: &[] };
    let content = read(&block.body, &GRAMMAR, found);
    let mut end = |argument| {
        let expression = &content.argument(argument)?.expression;
        let traversal = form::reference(expression, found)?;
        let address = found.absorb(object_address::parse(&traversal))?;
        Some((address, expression.span.clone()))
    };
    let (from, to) = (end("from"), end("to"));
    let ((from, from_span), (to, to_span)) = (from?, to?);
    if from.is_module() != to.is_module() {
        let detail =
            "The \"from\" and \"to\" addresses must either both refer to resources or both refer to modules.";
        found.push(Diagnostic::error("Invalid \"moved\" addresses", detail).at(block.header.clone()));
        return None;
    }
    Some(Moved { from, to, from_span, to_span, header: block.header.clone() })
}

pub(crate) fn decode_removed(block: &Block, found: &mut Diagnostics) -> Option<Removed> {
    const GRAMMAR: Grammar = Grammar {
        required: &["from"],
        optional: &[],
        blocks: &[("lifecycle", &[]), ("connection", &[]), ("provisioner", &["type"])],
    };
    let content = read(&block.body, &GRAMMAR, found);
    let mut destroy = true;
    for nested in content.blocks_of("lifecycle") {
        destroy = decode_destroy(nested, found).unwrap_or(true);
    }
    let provisioners: Vec<Provisioner> =
        content.blocks_of("provisioner").map(|it| provisioner::decode(it, found)).collect();
    for provisioner in provisioners.iter().filter(|it| it.when == provisioner::When::Create) {
        let detail = "Only destroy-time provisioners are valid in \"removed\" blocks. To declare a \
                      destroy-time provisioner, use \"when = destroy\".";
        let diagnostic = Diagnostic::error("Invalid provisioner block", detail);
        found.push(diagnostic.at(provisioner.header.clone()));
    }
    let expression = &content.argument("from")?.expression;
    let traversal = form::reference(expression, found)?;
    let from = found.absorb(object_address::parse(&traversal))?;
    let key = traversal.steps.iter().find(|it| matches!(it, TraversalStep::Index { .. }));
    if let Some(key) = key {
        let is_last = traversal.steps.last() == Some(key);
        let what = if !from.is_module() && is_last { "Resource" } else { "Module" };
        let summary = format!("{what} instance keys not allowed");
        let detail =
            "The \"from\" address of a \"removed\" block means all instances: it has no instance keys.";
        found.push(Diagnostic::error(summary, detail).at(key.span().clone()));
        return None;
    }
    if from.is_module() {
        for provisioner in &provisioners {
            let detail = "Provisioners are valid only where a managed resource was removed.";
            let diagnostic = Diagnostic::error("Invalid provisioner block", detail);
            found.push(diagnostic.at(provisioner.header.clone()));
        }
    }
    if from.mode().is_some_and(|it| it != Mode::Managed) {
        let detail = "Data sources are never destroyed, so they are not valid targets of removed blocks. To \
                      remove the data source from the state, remove the data source block from the \
                      configuration.";
        let diagnostic = Diagnostic::error("Data source address not allowed", detail);
        found.push(diagnostic.at(expression.span.clone()));
        return None;
    }
    Some(Removed {
        from,
        from_span: expression.span.clone(),
        destroy,
        provisioners,
        header: block.header.clone(),
    })
}

fn decode_destroy(block: &Block, found: &mut Diagnostics) -> Option<bool> {
    const GRAMMAR: Grammar = Grammar { required: &[], optional: &["destroy"], blocks: &[] };
    let content = read(&block.body, &GRAMMAR, found);
    constant::boolean(content.argument("destroy")?, found)
}
