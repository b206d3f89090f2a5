//! The manifest on the disk.

use std::io::Write as _;
use std::path::Path;

use rinfra_config::ModuleManifest;
use rinfra_diag::Diagnostic;

use super::placing::INCOMING;

/// Returns the manifest; an empty one where there is none.
///
/// # Errors
/// When it cannot be read.
pub(super) fn read(root: &Path) -> Result<ModuleManifest, Diagnostic> {
    let path = root.join(ModuleManifest::PATH);
    let failed = |reason: String| {
        let detail =
            format!("The list of installed modules in {} could not be read: {reason}.", ModuleManifest::PATH);
        Diagnostic::error("Failed to read module manifest", detail)
            .hint("remove the directory .terraform/modules to have everything installed anew")
    };
    match std::fs::read(&path) {
        Ok(bytes) => ModuleManifest::parse(&bytes).map_err(failed),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(ModuleManifest::default()),
        Err(error) => Err(failed(error.to_string())),
    }
}

/// Writes the manifest whole, unless the one on the disk says the same or there is nothing to say.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write(
    root: &Path,
    manifest: &ModuleManifest,
    on_disk: &ModuleManifest,
) -> Result<(), Diagnostic> {
    if manifest == on_disk {
        return Ok(());
    }
    let path = root.join(ModuleManifest::PATH);
    let replace = || {
        let directory = path.parent().unwrap_or(root);
        std::fs::create_dir_all(directory)?;
        let mut file = tempfile::Builder::new().prefix(INCOMING).tempfile_in(directory)?;
        file.write_all(manifest.to_json().as_bytes())?;
        file.as_file().sync_all()?;
        readable_by_all(file.as_file())?;
        file.persist(&path).map(drop).map_err(|it| it.error)
    };
    replace().map_err(|error: std::io::Error| {
        let detail = format!("Unable to write the module manifest {}: {error}.", ModuleManifest::PATH);
        Diagnostic::error("Failed to update module manifest", detail)
    })
}

/// Temporary files are for their owner only; a manifest is like any file of the project.
#[cfg(unix)]
fn readable_by_all(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_all(_file: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}
