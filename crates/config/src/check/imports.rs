//! `import` blocks: whether they stand where they may, and lead to something.

use rinfra_diag::{Diagnostic, Diagnostics};

use super::Findings;
use crate::blocks::import::Import;
use crate::config::Config;
use crate::node::Item;
use crate::reference::{Reference, Subject};

const MISSING: &str = "Configuration for import target does not exist";

impl Config {
    /// Checks what stops an import wherever its target may be.
    pub(super) fn check_import_blocks(&self, found: &mut Diagnostics) {
        for module in self.modules().filter(|it| !it.path.is_root()) {
            for import in &module.imports {
                let detail = format!(
                    "This block is in {}. Import blocks are only allowed in the root module.",
                    module.path
                );
                let diagnostic = Diagnostic::error("Invalid import configuration", detail);
                let hint = "Move it to the root module, and let its address begin with the module";
                found.push(diagnostic.at(import.header.clone()).hint(hint));
            }
        }
        for import in &self.root().imports {
            found.extend(self.misplaced_provider(import));
            let target = &import.to.resource;
            if self.module(&target.module).is_none() {
                let detail = format!(
                    "Nothing in the configuration is {target}. Every imported object needs a resource block."
                );
                found.push(Diagnostic::error(MISSING, detail).at(import.to.span.clone()));
            }
        }
    }

    /// Checks what each import says of its target.
    pub(super) fn check_import_targets(&self, findings: &mut Findings) {
        for import in &self.root().imports {
            let target = &import.to.resource;
            let node = Item::Resource(target.resource.clone()).in_module(&target.module);
            let diagnostic = names_itself(import).or_else(|| self.missing_target(import));
            if let Some(diagnostic) = diagnostic {
                findings.references.entry(node).or_default().push(diagnostic);
            }
        }
    }

    /// Says that an import cannot get its resource block written for it, which a plan could do for the others.
    fn missing_target(&self, import: &Import) -> Option<Diagnostic> {
        let target = &import.to.resource;
        let module = self.module(&target.module)?;
        if module.resources.contains_key(&target.resource) {
            return None;
        }
        let constant = import.to.constant.as_ref();
        let detail = if !target.module.is_root() {
            format!("There is no {target}. Every imported object needs a resource block.")
        } else if constant.is_some_and(|it| !it.key.is_none() || import.for_each.is_some()) {
            format!(
                "There is no {target}. Every imported object needs a resource block, and none can be written for \
                 instances of \"count\" or \"for_each\"."
            )
        } else {
            return None;
        };
        Some(Diagnostic::error(MISSING, detail).at(import.to.span.clone()))
    }

    /// Says that the resource block of the target, or the call of its module, chooses the provider.
    fn misplaced_provider(&self, import: &Import) -> Option<Diagnostic> {
        let (_, span) = import.provider.as_ref()?;
        let target = &import.to.resource;
        let chosen = if !target.module.is_root() {
            "the \"providers\" argument of the module call"
        } else if self.resource(target).is_some() {
            "the \"provider\" argument of the resource block"
        } else {
            return None;
        };
        let detail = format!(
            "The provider argument of an import is for targets without a resource block. For {target}, {chosen} \
             chooses the provider configuration."
        );
        Some(Diagnostic::error("Invalid import provider argument", detail).at(span.clone()))
    }
}

fn names_itself(import: &Import) -> Option<Diagnostic> {
    let target = &import.to.resource;
    let is_target = |it: &Reference<'_>| match &it.subject {
        Subject::Resource(address, _) => *address == target.resource && target.module.is_root(),
        _ => false,
    };
    let references = rinfra_lang::references(&import.id);
    let own = references.iter().filter_map(|it| Reference::parse(it).ok()).find(is_target)?;
    let detail = "The import ID cannot reference the resource being imported.";
    Some(Diagnostic::error("Invalid import id argument", detail).at(own.span))
}
