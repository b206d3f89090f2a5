//! Modules that were installed from elsewhere.

use std::path::{Path, PathBuf};

use rinfra_addr::ModulePath;
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_lang::files::Files;

use super::manifest::ModuleManifest;
use super::path::join;
use crate::blocks::module_call::ModuleCall;

/// Where the modules lie that come from elsewhere.
pub trait ModuleDirectories {
    /// Returns the directory of a module, relative to the root module's; `None` when the call is to be passed
    /// over in silence.
    ///
    /// # Errors
    /// When the module is not there, or not the one that is called.
    fn directory(&self, module: &ModulePath, call: &ModuleCall) -> rinfra_diag::Result<Option<PathBuf>>;
}

/// The modules that the manifest in `.terraform/modules` lists.
#[derive(Default)]
pub(super) struct Installed(ModuleManifest);

impl Installed {
    pub(super) fn read(files: &dyn Files, root: &Path, found: &mut Diagnostics) -> Self {
        let path = root.join(ModuleManifest::PATH);
        if !files.exists(&path) {
            return Self::default();
        }
        match files.read(&path).map_err(|it| it.to_string()).and_then(|it| ModuleManifest::parse(&it)) {
            Ok(manifest) => Self(manifest),
            Err(reason) => {
                let detail = format!(
                    "The list of installed modules in {} could not be read: {reason}.",
                    ModuleManifest::PATH
                );
                found.push(Diagnostic::error("Failed to read module manifest", detail));
                Self::default()
            }
        }
    }
}

impl ModuleDirectories for Installed {
    fn directory(&self, module: &ModulePath, call: &ModuleCall) -> rinfra_diag::Result<Option<PathBuf>> {
        let refuse = |summary: &str, detail: String, place: &rinfra_diag::Span| {
            let diagnostic = Diagnostic::error(summary, detail).at(place.clone());
            Err(diagnostic.hint("run \"rinfra init\" to install all modules this configuration calls").into())
        };
        let source = call.source.to_string();
        let Some(entry) = self.0.module(module) else {
            let detail = format!(
                "The module source {source:?} is not a local directory, and no installed copy of it is \
                 recorded in {}.",
                ModuleManifest::PATH
            );
            return refuse("Module not installed", detail, &call.header);
        };
        if entry.source != source {
            let detail = format!(
                "The module was installed from {:?}, but the configuration says {source:?} now.",
                entry.source
            );
            return refuse("Module source has changed", detail, &call.source_span);
        }
        let installed = entry.version.as_deref().unwrap_or_default();
        if !entry.fulfils(call.version.as_ref()) {
            let wanted = call.version.as_ref().map(|it| &*it.text).unwrap_or_default();
            let detail = format!(
                "The module was installed in version {installed}, but the configuration asks for {wanted:?} \
                 now."
            );
            return refuse("Module version requirements have changed", detail, &call.source_span);
        }
        Ok(Some(join(Path::new("."), &entry.directory)))
    }
}
