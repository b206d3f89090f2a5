//! A resource, changed.

use rinfra_addr::Mode;
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_lang::Block;

use super::{body, refuse_conditions, refuse_dependencies};
use crate::blocks::lifecycle::{self, IgnoreChanges, Lifecycle};
use crate::blocks::meta::Repetition;
use crate::blocks::resource::{self, Resource};
use crate::content::{read, read_part};
use crate::module::Module;

impl Module {
    pub(super) fn override_resource(&mut self, block: &Block, mode: Mode, found: &mut Diagnostics) {
        let over = resource::decode(block, mode, found);
        // A data source of a check is the check's, which no file overrides.
        let base = self.resources.get_mut(&over.address).filter(|it| it.check.is_none());
        let Some(base) = base else {
            let (summary, what) = match mode {
                Mode::Managed => ("Missing resource to override", "resource"),
                Mode::Data => ("Missing data resource to override", "data resource"),
                Mode::Ephemeral => ("Missing ephemeral resource to override", "ephemeral resource"),
            };
            let detail = format!(
                "There is no {} {what} named \"{}\". An override file can only change what another file of the \
                 module declares.",
                over.address.kind, over.address.name
            );
            found.push(Diagnostic::error(summary, detail).at(over.header));
            return;
        };
        refuse_dependencies(&over.depends_on, found);
        override_lifecycle(&mut base.lifecycle, block, &over, found);
        base.body = body::merge(&base.body, &over.body);
        if over.repetition != Repetition::Single {
            base.repetition = over.repetition;
        }
        if over.provider.is_some() {
            base.provider = over.provider;
        }
        if over.connection.is_some() {
            base.connection = over.connection;
        }
        if !over.provisioners.is_empty() {
            base.provisioners = over.provisioners;
        }
    }
}

fn override_lifecycle(base: &mut Lifecycle, block: &Block, over: &Resource, found: &mut Diagnostics) {
    // What is wrong with the content was found by decoding.
    let ignored = &mut Diagnostics::new();
    let (content, _) = read_part(&block.body, resource::grammar(over.address.mode), ignored);
    let over = &over.lifecycle;
    for block in content.blocks_of("lifecycle") {
        let content = read(&block.body, &lifecycle::GRAMMAR, ignored);
        refuse_conditions(content.blocks(), found);
        if content.argument("prevent_destroy").is_some() {
            base.prevent_destroy = over.prevent_destroy;
        }
    }
    if over.create_before_destroy.is_some() {
        base.create_before_destroy = over.create_before_destroy;
    }
    if over.ignore_changes != IgnoreChanges::default() {
        base.ignore_changes = over.ignore_changes.clone();
    }
    if !over.replace_triggered_by.is_empty() {
        base.replace_triggered_by.clone_from(&over.replace_triggered_by);
    }
}
