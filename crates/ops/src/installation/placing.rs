//! Putting fetched packages where the manifest says they are.

use std::path::{Path, PathBuf};

use rinfra_addr::ModulePath;
use rinfra_config::ModuleManifest;
use rinfra_diag::Diagnostic;
use tempfile::TempDir;

use super::manifest;

/// Returns the directory of the package that is installed for a module, relative to the root module's.
pub(super) fn package_directory(path: &ModulePath) -> PathBuf {
    Path::new(MODULES).join(ModuleManifest::key(path))
}

const MODULES: &str = ".terraform/modules";

/// The directories of a project that modules are installed into.
pub(super) struct Places<'p> {
    root: &'p Path,
    /// The manifest as it is on the disk.
    pub(super) manifest: ModuleManifest,
}

impl<'p> Places<'p> {
    pub(super) fn new(root: &'p Path, manifest: ModuleManifest) -> Self {
        Self { root, manifest }
    }

    /// Returns a directory from which packages can be moved to their places. It is removed when it is dropped.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(super) fn staging(&self) -> Result<TempDir, Diagnostic> {
        let modules = self.root.join(MODULES);
        let made = std::fs::create_dir_all(&modules)
            .and_then(|()| tempfile::Builder::new().prefix(".incoming-").tempdir_in(&modules));
        made.map_err(|error| failed("create", &modules, &error))
    }

    /// Takes modules that are about to be replaced, and those below them, out of the manifest on the disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn forget<'m>(
        &mut self,
        paths: impl Iterator<Item = &'m ModulePath>,
    ) -> Result<(), Diagnostic> {
        let keys: Vec<String> = paths.map(ModuleManifest::key).collect();
        let is_below = |key: &str| {
            keys.iter().any(|it| {
                key.strip_prefix(&**it).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        let rest = self.manifest.without(is_below);
        manifest::write(self.root, &rest, &self.manifest)?;
        self.manifest = rest;
        Ok(())
    }

    /// Moves a package, or a link to one, to its place.
    ///
    /// # Errors
    /// When it cannot be moved.
    pub(super) fn put(&self, from: &Path, module: &ModulePath) -> Result<PathBuf, Diagnostic> {
        let place = self.root.join(package_directory(module));
        let removed = match std::fs::symlink_metadata(&place) {
            Ok(found) if found.is_dir() => std::fs::remove_dir_all(&place),
            Ok(_) => std::fs::remove_file(&place),
            Err(_) => Ok(()),
        };
        removed.map_err(|error| {
            let detail = format!("Failed to remove {}: {error}.", place.display());
            Diagnostic::error("Failed to remove local module cache", detail)
        })?;
        std::fs::rename(from, &place).map_err(|error| failed("move a module to", &place, &error))?;
        Ok(place)
    }
}

fn failed(what: &str, path: &Path, error: &std::io::Error) -> Diagnostic {
    let detail = format!("Failed to {what} {}: {error}.", path.display());
    Diagnostic::error("Failed to install modules", detail)
}
