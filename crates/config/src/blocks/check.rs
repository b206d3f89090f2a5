//! `check`: assertions about the whole, which warn instead of failing.

use std::sync::Arc;

use rinfra_addr::Mode;
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::Block;

use super::condition::{self, Condition};
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
