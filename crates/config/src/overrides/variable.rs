//! A variable, changed.

use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_lang::Block;
use rinfra_value::Value;
use rinfra_value::convert::convert;

use super::refuse_conditions;
use crate::blocks::variable::{self, GRAMMAR, Variable};
use crate::content::read;

pub(super) fn merge(base: &mut Variable, block: &Block, found: &mut Diagnostics) {
    // What is wrong with the content is found by decoding.
    let content = read(&block.body, &GRAMMAR, &mut Diagnostics::new());
    let is_set = |name| content.argument(name).is_some();
    let over = variable::decode(block, found);
    refuse_conditions(content.blocks_of("validation"), found);
    if is_set("description") {
        base.description = over.description;
    }
    if is_set("deprecated") {
        base.deprecated = over.deprecated;
    }
    if is_set("sensitive") {
        base.sensitive = over.sensitive;
    }
    if is_set("ephemeral") {
        base.ephemeral = over.ephemeral;
    }
    if is_set("const") {
        base.early = over.early;
    }
    if is_set("nullable") {
        base.nullable = over.nullable;
    }
    if is_set("type") {
        base.constraint = over.constraint;
        base.parsing = over.parsing;
    }
    if is_set("default") {
        base.default = over.default;
    }
    check_default(base, is_set("type"), block, found);
}

/// Converts the default value again: it and the type may come from different files.
fn check_default(variable: &mut Variable, has_new_type: bool, block: &Block, found: &mut Diagnostics) {
    let Some(mut value) = variable.default.take() else { return };
    let mut invalid = |detail: String| {
        let diagnostic = Diagnostic::error("Invalid default value for variable", detail);
        found.push(diagnostic.at(block.header.clone()));
    };
    let constraint = &variable.constraint;
    if let Some(defaults) = &constraint.defaults
        && !value.is_null()
    {
        value = defaults.apply(&value);
    }
    let value = convert(&value, &constraint.ty).unwrap_or_else(|error| {
        invalid(if has_new_type {
            format!(
                "The type that the override file gives this variable does not fit its default value: {}.",
                error.message
            )
        } else {
            format!(
                "The default value that the override file gives this variable does not fit its type: {}.",
                error.message
            )
        });
        Value::unknown(constraint.ty.without_optional_attributes())
    });
    if value.is_null() && !variable.nullable {
        invalid("A null default value is not valid when nullable=false.".to_owned());
    }
    variable.default = Some(value);
}
