//! `check`: assertions about the whole, which warn instead of failing.

use std::sync::Arc;

use rinfra_addr::Mode;
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::Block;

use super::condition::{self, Condition};
use super::lifecycle::Lifecycle;
use super::meta::Repetition;
use super::resource::{self, Resource};
use crate::content::{Grammar, label, label_span, read};
use crate::name;

/// Assertions about the whole, which warn instead of failing.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Its name.
    pub name: Arc<str>,
    /// The address of the data source that only this check reads, if it declares one.
    pub data: Option<rinfra_addr::Resource>,
    /// What must hold.
    pub assertions: Vec<Condition>,
    /// The header of the block.
    pub header: Span,
}

const GRAMMAR: Grammar =
    Grammar { required: &[], optional: &[], blocks: &[("data", &["type", "name"]), ("assert", &[])] };

/// Returns the check, and the data source declared in it.
pub(crate) fn decode(block: &Block, found: &mut Diagnostics) -> (Check, Option<Resource>) {
    let content = read(&block.body, &GRAMMAR, found);
    let name = label(block, 0);
    name::check(&name, "Invalid check block name", label_span(block, 0), found);
    let mut data: Option<Resource> = None;
    for nested in content.blocks_of("data") {
        if let Some(earlier) = &data {
            let detail =
                format!("This check block already has a data resource defined at {}.", earlier.header);
            found.push(Diagnostic::error("Multiple data resource blocks", detail).at(nested.header.clone()));
            continue;
        }
        let mut resource = resource::decode(nested, Mode::Data, found);
        forbid_meta_arguments(nested, &mut resource, found);
        resource.check = Some(name.clone());
        data = Some(resource);
    }
    let mut assertions = Vec::new();
    for nested in content.blocks_of("assert") {
        let mut wrong = Diagnostics::new();
        let assertion = condition::decode(nested, &mut wrong);
        if !wrong.has_errors() {
            assertions.extend(assertion);
        }
        found.extend(wrong);
    }
    if assertions.is_empty() {
        let detail = "Check blocks must have at least one assert block.";
        found.push(Diagnostic::error("Zero assert blocks", detail).at(block.header.clone()));
    }
    let address = data.as_ref().map(|it| it.address.clone());
    (Check { name, data: address, assertions, header: block.header.clone() }, data)
}

/// Reports what only data sources outside of checks may have, and takes it away.
fn forbid_meta_arguments(block: &Block, resource: &mut Resource, found: &mut Diagnostics) {
    for name in ["count", "for_each"] {
        if let Some(argument) = block.body.attribute(name) {
            let detail =
                "The \"count\" and \"for_each\" meta-arguments are not supported within nested data blocks.";
            let diagnostic = Diagnostic::error(format!("Invalid \"{name}\" attribute"), detail);
            found.push(diagnostic.at(argument.name_span.clone()));
            resource.repetition = Repetition::Single;
        }
    }
    for lifecycle in block.body.blocks_of("lifecycle") {
        let detail = "Nested data blocks do not support \"lifecycle\" blocks: the check around them says what \
                      must hold.";
        found.push(Diagnostic::error("Invalid lifecycle block", detail).at(lifecycle.header.clone()));
        resource.lifecycle = Lifecycle::default();
    }
}
