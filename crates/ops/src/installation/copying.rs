//! Beginning a configuration with a copy of a module.

use std::path::Path;

use rinfra_addr::{ModuleSource, ModuleSourceError, RemotePackage};
use rinfra_diag::{Diagnostic, Sources};
use rinfra_modules::{FetchError, Fetcher, Freshness, Limits, Package, copy_tree, find_subdirectory};

use crate::environment::Environment;
use crate::failure::{Failure, Outcome};

/// Copies a module into the directory of the root module, which must be empty.
///
/// A relative source is relative to that directory. It blocks until everything is fetched.
///
/// *Errors*: a directory with files in it, and a module that cannot be fetched.
pub fn copy_module(environment: &Environment, fetcher: &Fetcher, source: &str) -> Outcome<()> {
    let failure = |diagnostic: Diagnostic| Failure::new(diagnostic, &Sources::default());
    let root = &environment.directory;
    let is_empty = std::fs::read_dir(root).is_ok_and(|mut it| it.next().is_none());
    if !is_empty {
        let detail = "The working directory already contains files. The -from-module option requires an empty \
                      directory into which a copy of the referenced module will be placed.";
        return Err(failure(
            Diagnostic::error("Directory not empty", detail)
                .hint("to initialize the configuration already in this directory, omit the option"),
        ));
    }
    let package = package(source, root, fetcher).map_err(failure)?;
    let copied = copy(fetcher, &package, root);
    copied.map_err(|error| {
        let detail = format!("Could not download the module source code from {source:?}: {error}.");
        failure(Diagnostic::error("Failed to download module", detail))
    })
}

/// Returns the package that holds the module, and the directory in it.
fn package(source: &str, root: &Path, fetcher: &Fetcher) -> Result<(Package, String), Diagnostic> {
    let refuse = |reason: &str| {
        let detail = format!("Failed to parse module source address: {reason}.");
        Diagnostic::error("Invalid module source address", detail)
    };
    let parsed =
        ModuleSource::parse(source).map_err(|error: ModuleSourceError| refuse(&error.to_string()))?;
    let subdirectory = parsed.subdirectory().to_owned();
    let package = match parsed {
        ModuleSource::Remote(package) => Package::Remote(package),
        ModuleSource::Local(path) => {
            let directory = root.canonicalize().map(|it| it.join(&*path));
            let directory = directory.map_err(|error| refuse(&error.to_string()))?;
            let package = RemotePackage::parse(&directory.to_string_lossy());
            Package::Remote(package.map_err(|error| refuse(&error.to_string()))?)
        }
        ModuleSource::Registry(module) => {
            let offered = fetcher.versions(&module).map_err(|error| {
                let detail = format!("Failed to retrieve available versions from {}: {error}.", module.host);
                Diagnostic::error("Error accessing remote module registry", detail)
            })?;
            let finished = offered.versions.into_iter().filter(|it| !it.version.is_prerelease());
            let newest = finished.max_by(|left, right| left.version.cmp(&right.version));
            let newest = newest.ok_or_else(|| {
                let detail = format!("The module {} has no versions.", module.package());
                Diagnostic::error("Module has no versions", detail)
            })?;
            Package::Registry { module, version: newest.text }
        }
    };
    Ok((package, subdirectory))
}

fn copy(fetcher: &Fetcher, (package, within): &(Package, String), root: &Path) -> Result<(), FetchError> {
    let staging = tempfile::tempdir()
        .map_err(|error| FetchError::other(format!("failed to make a temporary directory: {error}")))?;
    let fetched = staging.path().join("package");
    let obtained = fetcher.obtain(package, &fetched, Freshness::Known)?;
    let within = [&*obtained.subdirectory, &**within].join("/");
    let within = within.trim_matches('/');
    let directory = fetched.join(find_subdirectory(&fetched, within)?);
    copy_tree(&directory, root, &Limits::default()).map(drop)
}
