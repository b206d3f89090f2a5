//! The settings of a module, changed.

use rinfra_diag::Diagnostics;
use rinfra_lang::Block;

use crate::blocks::terraform;
use crate::module::Module;

impl Module {
    /// Lays the `terraform` blocks of one override file over what is known.
    ///
    /// A version that is asked for replaces all that were asked for, a provider the one of its name, and a backend or
    /// `cloud` block either of them.
    pub(super) fn override_settings<'a>(
        &mut self,
        blocks: impl Iterator<Item = &'a Block>,
        found: &mut Diagnostics,
    ) {
        let mut over = Self::new(self.path.clone(), self.directory.clone(), None);
        blocks.for_each(|block| terraform::decode(block, &mut over, found));
        if !over.required_versions.is_empty() {
            self.required_versions = over.required_versions;
        }
        if over.backend.is_some() {
            self.backend = over.backend;
        }
        if let Some(over) = over.encryption {
            self.encryption = Some(match self.encryption.take() {
                Some(base) => base.overridden(over),
                None => over,
            });
        }
        self.required_providers.append(&mut over.required_providers);
        if self.required_providers_span.is_none() {
            self.required_providers_span = over.required_providers_span;
        }
    }
}
