//! Installing the modules a configuration calls.
//!
//! The configuration is loaded with the modules that are there; whatever it calls beyond them is fetched, side by
//! side, and it is loaded again, until nothing is missing. Modules of the same package are fetched once.
//!
//! The manifest never lists a module that is not there in full: modules to be replaced leave it before anything
//! is touched, and enter it again when they are in their place.

mod calls;
mod copying;
mod manifest;
mod observer;
mod packages;
mod placing;
mod refusal;
mod side_by_side;

use std::collections::BTreeSet;

use rinfra_addr::{ModulePath, ModuleSource};
use rinfra_config::{Config, Known, Loaded, ModuleManifest, load_with};
use rinfra_diag::{Diagnostic, Diagnostics, Sources};
use rinfra_modules::{Fetcher, Freshness};

use crate::environment::Environment;
use crate::failure::{Failure, Outcome};
use crate::loading::with_known;
use crate::readiness::check_language;
use calls::Calls;
use packages::Packages;
use placing::Places;

pub use copying::copy_module;
pub use observer::InstallObserver;

/// A configuration all of whose modules are there.
pub struct Installed {
    /// The configuration.
    pub config: Config,
    /// What the user should know.
    pub warnings: Diagnostics,
}

/// Installs the modules a configuration calls, as far as they are not there yet.
///
/// It blocks until everything is fetched.
///
/// *Errors*: what is wrong with the configuration, and every module that cannot be installed. What could be is.
pub fn install_modules(
    environment: &Environment,
    fetcher: &Fetcher,
    freshness: Freshness,
    observer: &dyn InstallObserver,
) -> Outcome<Installed> {
    let root = &environment.directory;
    let failure = |diagnostic: Diagnostic| Failure::new(diagnostic, &Sources::default());
    let written = manifest::read(root).map_err(failure)?;
    let mut places = Places::new(root, written.clone());
    let mut packages = Packages::new(fetcher, freshness);
    let mut calls = Calls::new(root, &written, freshness);
    let mut announced = BTreeSet::new();
    let mut found = Diagnostics::new();
    let mut is_first = true;
    let loaded = loop {
        let load = |known: &Known<'_>| load_with(environment.files.as_ref(), root, &calls, known);
        let loaded = with_known(environment, load);
        announce(&loaded.config, &calls, &written, &mut announced, observer);
        let wanted = calls.take_wanted();
        // A configuration with errors calls who knows what.
        if wanted.is_empty() || (is_first && loaded.diagnostics.has_errors()) {
            break loaded;
        }
        is_first = false;
        for (path, outcome) in packages.install(&wanted, &mut places, observer, &mut found) {
            calls.settle(path, outcome);
        }
    };
    let Loaded { config, diagnostics } = loaded;
    found.extend(diagnostics);
    found.extend(calls.escapes(&config));
    if let Err(diagnostic) = manifest::write(root, &calls.manifest(&config), &places.manifest) {
        found.push(diagnostic);
    }
    found.sort();
    if found.has_errors() {
        // What another version of the language means may be an error in this one.
        let language = check_language(&config);
        let all = if language.has_errors() { language } else { found };
        return Err(Failure::new(all, config.sources()));
    }
    Ok(Installed { config, warnings: found })
}

/// Tells of modules that were not there before.
fn announce(
    config: &Config,
    calls: &Calls<'_>,
    before: &ModuleManifest,
    announced: &mut BTreeSet<ModulePath>,
    observer: &dyn InstallObserver,
) {
    for module in config.modules().filter(|it| !it.path.is_root()) {
        let Some(entry) = calls.entry(config, &module.path) else { continue };
        let is_new = before.module(&module.path) != Some(&entry) || calls.is_placed(&module.path);
        if is_new && announced.insert(module.path.clone()) {
            observer.installed(
                &ModuleManifest::key(&module.path),
                entry.version.as_deref(),
                &entry.directory,
            );
        }
    }
}

/// Tells whether a call needs something to be fetched.
fn is_remote(source: &ModuleSource) -> bool {
    !matches!(source, ModuleSource::Local(_))
}
