//! The module tree.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rinfra_addr::{ConfigResource, ModulePath};
use rinfra_diag::{Diagnostic, Diagnostics, Sources};
use sha2::{Digest as _, Sha256};

use crate::analysis::Analysis;
use crate::blocks::module_call::ModuleCall;
use crate::blocks::resource::Resource;
use crate::blocks::terraform::RequiredVersion;
use crate::encryption::Encryption;
use crate::module::Module;
use crate::version::Version;

/// A configuration: the root module and everything it calls, directly or through other modules.
#[derive(Clone, Debug)]
pub struct Config {
    /// The directory of the root module, as the files were asked for it.
    pub directory: PathBuf,
    pub(crate) modules: BTreeMap<ModulePath, Module>,
    pub(crate) sources: Sources,
    pub(crate) files: BTreeMap<Arc<str>, Arc<[u8]>>,
    pub(crate) encryption: Option<Encryption>,
    pub(crate) analysis: OnceLock<Arc<Analysis>>,
}

impl Config {
    /// Returns the root module.
    pub fn root(&self) -> &Module {
        let root = self.modules.get(&ModulePath::root());
        root.expect("a configuration is made with its root module")
    }

    /// Returns how states and saved plans are encrypted, if anybody says so.
    pub fn encryption(&self) -> Option<&Encryption> {
        self.encryption.as_ref()
    }

    /// Returns a module of the tree; `None` when nothing leads there or it could not be loaded.
    pub fn module(&self, path: &ModulePath) -> Option<&Module> {
        self.modules.get(path)
    }

    /// Returns all modules, callers before what they call.
    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        self.modules.values()
    }

    /// Returns the call that leads to a module; the root module has none.
    pub fn call(&self, path: &ModulePath) -> Option<&ModuleCall> {
        self.module(&path.parent()?)?.calls.get(path.name()?)
    }

    /// Returns the module a call leads to.
    pub fn called(&self, caller: &ModulePath, name: &str) -> Option<&Module> {
        self.modules.get(&caller.child(name))
    }

    /// Returns a resource of the tree.
    pub fn resource(&self, address: &ConfigResource) -> Option<&Resource> {
        self.module(&address.module)?.resources.get(&address.resource).map(Box::as_ref)
    }

    /// Returns all resources of the tree, module by module.
    pub fn resources(&self) -> impl Iterator<Item = (&Module, &Resource)> {
        self.modules().flat_map(|module| module.resources.values().map(move |it| (module, it.as_ref())))
    }

    /// Returns what is wrong when a module does not work with the given version of the engine.
    pub fn check_version(&self, running: &Version) -> Diagnostics {
        let all = self.modules().flat_map(|module| &module.required_versions);
        let diagnostic = |it: &RequiredVersion| {
            let (summary, detail) = if it.constraint.has_prerelease() {
                let detail = format!(
                    "{:?} names a version before the final one. Versions before the final one count as the final \
                     one here: leave out what follows the numbers.",
                    it.text
                );
                ("Invalid required_version constraint", detail)
            } else if it.constraint.matches(running) {
                return None;
            } else {
                let detail = format!(
                    "This configuration does not support Terraform version {running}: it asks for {:?}. Either \
                     choose another supported version or update this version constraint. Version constraints are \
                     normally set for good reason, so updating the constraint may lead to other errors or \
                     unexpected behavior.",
                    it.text
                );
                ("Unsupported Terraform Core version", detail)
            };
            Some(Diagnostic::error(summary, detail).at(it.span.clone()))
        };
        all.filter_map(diagnostic).collect()
    }

    /// Returns the text of every file that was read, to show the places diagnostics are about.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Returns the names and contents of all files that were read. Names are paths from the root module's directory.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(name, contents)| (&**name, &**contents))
    }

    /// Returns a digest of the names and contents of all files that were read, in hexadecimal.
    ///
    /// # Guarantees
    /// Two configurations have the same digest only if they were read from the same files.
    pub fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for (name, contents) in &self.files {
            // Lengths keep a name and a content from running into each other.
            for part in [name.as_bytes(), contents] {
                digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
                digest.update(part);
            }
        }
        digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
