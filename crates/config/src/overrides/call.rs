//! A module call, changed.

use rinfra_diag::Diagnostics;
use rinfra_lang::Block;

use super::{body, refuse_dependencies};
use crate::blocks::meta::Repetition;
use crate::blocks::module_call::{self, ModuleCall};

pub(super) fn merge(base: &mut ModuleCall, block: &Block, found: &mut Diagnostics) {
    let over = module_call::decode_override(block, found);
    if let Some((source, span)) = over.source {
        base.source = source;
        base.source_span = span;
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
