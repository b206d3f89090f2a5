//! An output, changed.

use rinfra_diag::Diagnostics;
use rinfra_lang::Block;

use super::{refuse_conditions, refuse_dependencies};
use crate::blocks::meta;
use crate::blocks::output::{OVERRIDE, Output};
use crate::constant;
use crate::content::read;

pub(super) fn merge(base: &mut Output, block: &Block, found: &mut Diagnostics) {
    let content = read(&block.body, &OVERRIDE, found);
    refuse_conditions(content.blocks(), found);
    refuse_dependencies(&meta::depends_on(content.argument("depends_on"), found), found);
    if let Some(value) = content.argument("value") {
        base.value = value.expression.clone();
    }
    if let Some(description) = content.argument("description") {
        base.description = constant::string(description, found);
    }
    if let Some(deprecated) = content.argument("deprecated") {
        base.deprecated = constant::string(deprecated, found);
    }
    if let Some(sensitive) = content.argument("sensitive") {
        base.sensitive = constant::boolean(sensitive, found).unwrap_or(false);
    }
    if let Some(ephemeral) = content.argument("ephemeral") {
        base.ephemeral = constant::boolean(ephemeral, found).unwrap_or(false);
    }
}
