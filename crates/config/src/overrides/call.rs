//! A module call, changed.

use rinfra_diag::Diagnostics;
use rinfra_lang::Block;

use super::{body, refuse_dependencies};
use crate::blocks::meta::Repetition;
use crate::blocks::module_call::{self, UnresolvedCall};

pub(super) fn merge(base: &mut UnresolvedCall, block: &Block, found: &mut Diagnostics) {
    let over = module_call::decode_override(block, found);
    if over.source.is_some() {
        base.source = over.source;
    }
    if over.version.is_some() {
        base.version = over.version;
    }
    if over.repetition != Repetition::Single {
        base.repetition = over.repetition;
    }
    if !over.providers.is_empty() {
        base.providers = over.providers;
    }
    refuse_dependencies(&over.depends_on, found);
    base.arguments = body::merge(&base.arguments, &over.arguments);
}
