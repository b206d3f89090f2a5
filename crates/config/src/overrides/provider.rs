//! A provider configuration, changed.

use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_lang::Block;

use super::body;
use crate::blocks::provider;
use crate::module::Module;

impl Module {
    pub(super) fn override_provider(&mut self, block: &Block, found: &mut Diagnostics) {
        let Some(over) = provider::decode(block, found) else { return };
        let Some(base) = self.providers.get_mut(&over.provider) else {
            let Some(alias) = &over.provider.alias else {
                // The default configuration is there, empty, without being written.
                self.providers.insert(over.provider.clone(), over);
                return;
            };
            let detail = format!(
                "There is no {} provider configuration with the alias \"{alias}\". An override file can only \
                 change what another file of the module declares.",
                over.provider.name
            );
            let diagnostic = Diagnostic::error("Missing base provider configuration for override", detail);
            found.push(diagnostic.at(over.header));
            return;
        };
        base.body = body::merge(&base.body, &over.body);
        if over.version.is_some() {
            base.version = over.version;
        }
        if over.for_each.is_some() {
            base.for_each = over.for_each;
        }
    }
}
