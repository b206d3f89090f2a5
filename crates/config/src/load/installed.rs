//! Where called modules lie.

use std::path::{Path, PathBuf};

use rinfra_addr::ModulePath;
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_lang::files::{FileKind, Files};

use super::manifest::ModuleManifest;
use super::path::join;
use crate::blocks::module_call::ModuleCall;

/// Where called modules lie.
pub trait ModuleDirectories {
    /// Returns the directory of a module, relative to the root module's; `None` when the call is to be passed
    /// over in silence. `in_place` is where a local source leads.
    ///
    /// # Errors
    /// When the module is not there, or not the one that is called.
    fn directory(
        &self,
        module: &ModulePath,
        call: &ModuleCall,
        in_place: Option<PathBuf>,
    ) -> rinfra_diag::Result<Option<PathBuf>>;
}

/// The modules that the manifest in `.terraform/modules` lists, and no others.
pub struct InstalledModules<'i> {
    files: &'i dyn Files,
    root: &'i Path,
    manifest: ModuleManifest,
}

/// Local modules where they are, others as installed.
pub(super) struct InPlace<'i>(pub(super) InstalledModules<'i>);

impl<'i> InstalledModules<'i> {
    /// Reads the manifest of a root module's directory; without one, nothing is installed.
    ///
    /// That it cannot be read goes to `found`.
    pub fn read(files: &'i dyn Files, root: &'i Path, found: &mut Diagnostics) -> Self {
        let installed = |manifest| Self { files, root, manifest };
        let path = root.join(ModuleManifest::PATH);
        if !files.exists(&path) {
            return installed(ModuleManifest::default());
        }
        match files.read(&path).map_err(|it| it.to_string()).and_then(|it| ModuleManifest::parse(&it)) {
            Ok(manifest) => installed(manifest),
            Err(reason) => {
                let detail = format!(
                    "The list of installed modules in {} could not be read: {reason}.",
                    ModuleManifest::PATH
                );
                found.push(Diagnostic::error("Failed to read module manifest", detail));
                installed(ModuleManifest::default())
            }
        }
    }
}

impl ModuleDirectories for InPlace<'_> {
    fn directory(
        &self,
        module: &ModulePath,
        call: &ModuleCall,
        in_place: Option<PathBuf>,
    ) -> rinfra_diag::Result<Option<PathBuf>> {
        match in_place {
            Some(directory) => Ok(Some(directory)),
            None => self.0.directory(module, call, None),
        }
    }
}

impl ModuleDirectories for InstalledModules<'_> {
    fn directory(
        &self,
        module: &ModulePath,
        call: &ModuleCall,
        _in_place: Option<PathBuf>,
    ) -> rinfra_diag::Result<Option<PathBuf>> {
        let refuse = |summary: &str, detail: String, place: &rinfra_diag::Span| {
            let diagnostic = Diagnostic::error(summary, detail).at(place.clone());
            Err(diagnostic.hint("run \"rinfra init\" to install all modules this configuration calls").into())
        };
        let source = call.source.to_string();
        let Some(entry) = self.manifest.module(module) else {
            let detail = format!("The module from {source:?} is not recorded in {}.", ModuleManifest::PATH);
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
        let directory = join(Path::new("."), &entry.directory);
        if !matches!(self.files.kind(&self.root.join(&directory)), Ok(Some(FileKind::Directory))) {
            let detail = format!("The directory {} of this module is not there.", directory.display());
            return refuse("Module not installed", detail, &call.header);
        }
        Ok(Some(directory))
    }
}
