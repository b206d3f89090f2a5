//! Putting fetched packages where the manifest says they are.

use std::path::{Path, PathBuf};
use std::time::Duration;

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

/// How the names of files and directories begin that are moved to their places later.
pub(super) const INCOMING: &str = ".incoming-";

/// No run takes longer than this; what is older was left by one that was killed.
const LONGEST_RUN: Duration = Duration::from_secs(60 * 60);

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
        remove_abandoned(&modules);
        let made = std::fs::create_dir_all(&modules)
            .and_then(|()| tempfile::Builder::new().prefix(INCOMING).tempdir_in(&modules));
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

/// Removes what runs have left that were killed.
fn remove_abandoned(modules: &Path) {
    for entry in std::fs::read_dir(modules).into_iter().flatten().flatten() {
        let is_incoming = entry.file_name().to_string_lossy().starts_with(INCOMING);
        let changed = entry.metadata().and_then(|it| it.modified()).ok();
        if is_incoming && changed.and_then(|it| it.elapsed().ok()).is_some_and(|it| it > LONGEST_RUN) {
            // What cannot be removed is in nobody's way.
            let _ = std::fs::remove_dir_all(entry.path()).or_else(|_| std::fs::remove_file(entry.path()));
        }
    }
}

fn failed(what: &str, path: &Path, error: &std::io::Error) -> Diagnostic {
    let detail = format!("Failed to {what} {}: {error}.", path.display());
    Diagnostic::error("Failed to install modules", detail)
}
