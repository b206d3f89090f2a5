//! Which package each call means, and getting them all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rinfra_addr::{ModulePath, ModuleSource, RegistryModule};
use rinfra_config::{InstalledModule, ModuleCall};
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_modules::{
    FetchError, Fetcher, Freshness, Obtained, Offered, Package, copy_package, find_subdirectory,
};

use super::observer::InstallObserver;
use super::placing::{Places, package_directory};
use super::refusal::Refusal;
use super::side_by_side::side_by_side;

/// The packages of an installation.
pub(super) struct Packages<'p> {
    fetcher: &'p Fetcher,
    freshness: Freshness,
    offered: BTreeMap<String, Result<Offered, FetchError>>,
    /// Where each package was put first.
    obtained: BTreeMap<String, Result<(PathBuf, Obtained), FetchError>>,
}

/// What became of a call: the module that was installed, or nothing.
type Settled = (ModulePath, Option<InstalledModule>);

impl<'p> Packages<'p> {
    pub(super) fn new(fetcher: &'p Fetcher, freshness: Freshness) -> Self {
        Self { fetcher, freshness, offered: BTreeMap::new(), obtained: BTreeMap::new() }
    }

    /// Installs what these calls lead to.
    pub(super) fn install(
        &mut self,
        wanted: &BTreeMap<ModulePath, ModuleCall>,
        places: &mut Places<'_>,
        observer: &dyn InstallObserver,
        found: &mut Diagnostics,
    ) -> Vec<Settled> {
        self.ask_registries(wanted, found);
        let mut chosen = Vec::new();
        let mut settled = Vec::new();
        for (path, call) in wanted {
            match self.choose(&Refusal { path, call }) {
                Ok(package) => {
                    observer.downloading(&package.address(), &rinfra_config::ModuleManifest::key(path));
                    chosen.push((path, call, package));
                }
                Err(diagnostic) => {
                    found.push(diagnostic);
                    settled.push((path.clone(), None));
                }
            }
        }
        let staged = places.forget(chosen.iter().map(|(path, ..)| *path)).and_then(|()| places.staging());
        let staging = match staged {
            Ok(staging) => staging,
            Err(diagnostic) => {
                found.push(diagnostic);
                settled.extend(chosen.into_iter().map(|(path, ..)| (path.clone(), None)));
                return settled;
            }
        };
        self.fetch(chosen.iter().map(|(.., package)| package), staging.path(), found);
        for (place, (path, call, package)) in chosen.into_iter().enumerate() {
            let copy = staging.path().join(format!("copy-{place}"));
            let module = self.put(&Refusal { path, call }, &package, &copy, places);
            let module = module.map_err(|diagnostic| found.push(diagnostic)).ok();
            settled.push((path.clone(), module));
        }
        settled
    }

    /// Asks for the versions of all registry modules that are called for the first time.
    fn ask_registries(&mut self, wanted: &BTreeMap<ModulePath, ModuleCall>, found: &mut Diagnostics) {
        let modules = wanted.values().filter_map(|call| registry_module(call));
        let open: BTreeMap<String, &RegistryModule> = modules
            .map(|it| (it.package(), it))
            .filter(|(package, _)| !self.offered.contains_key(package))
            .collect();
        let open: Vec<_> = open.into_iter().collect();
        let answers = side_by_side(&open, |(_, module)| self.fetcher.versions(module));
        for ((package, _), answer) in open.into_iter().zip(answers) {
            found.extend(answer.iter().flat_map(|it| &it.remarks).map(|it| remark(it)));
            self.offered.insert(package, answer);
        }
    }

    /// Returns the package a call means: of a registry the newest version that will do.
    fn choose(&self, refusal: &Refusal<'_>) -> Result<Package, Diagnostic> {
        let call = refusal.call;
        let module = match &call.source {
            ModuleSource::Registry(module) => module,
            ModuleSource::Remote(package) => return Ok(Package::Remote(package.clone())),
            ModuleSource::Local(_) => unreachable!("local modules are read where they are"),
        };
        let offered = match self.offered.get(&module.package()) {
            Some(Ok(offered)) => &offered.versions,
            Some(Err(error)) => return Err(refusal.no_answer(module, error)),
            None => return Err(refusal.no_versions(module)),
        };
        let wanted = call.version.as_ref();
        let will_do = |it: &&rinfra_modules::OfferedVersion| {
            let is_exact = wanted.is_some_and(|wanted| wanted.constraint.is_exactly(&it.version));
            is_exact
                || (!it.version.is_prerelease()
                    && wanted.is_none_or(|wanted| wanted.constraint.matches(&it.version)))
        };
        match offered.iter().filter(will_do).max_by(|left, right| left.version.cmp(&right.version)) {
            Some(version) => Ok(Package::Registry { module: module.clone(), version: version.text.clone() }),
            None => match offered.iter().max_by(|left, right| left.version.cmp(&right.version)) {
                Some(newest) => Err(refusal.no_version(&newest.text)),
                None => Err(refusal.no_versions(module)),
            },
        }
    }

    /// Fetches all packages that are not there yet, side by side.
    fn fetch<'f>(
        &mut self,
        packages: impl Iterator<Item = &'f Package>,
        staging: &Path,
        found: &mut Diagnostics,
    ) {
        let open: BTreeMap<String, &Package> = packages
            .map(|it| (it.address(), it))
            .filter(|(address, _)| !self.obtained.contains_key(address))
            .collect();
        let open: Vec<_> = open
            .into_iter()
            .enumerate()
            .map(|(place, (address, package))| (address, package, staging.join(format!("package-{place}"))))
            .collect();
        let results =
            side_by_side(&open, |(_, package, into)| self.fetcher.obtain(package, into, self.freshness));
        for ((address, _, into), result) in open.into_iter().zip(results) {
            found.extend(result.iter().flat_map(|it| &it.remarks).map(|it| remark(it)));
            self.obtained.insert(address, result.map(|it| (into, it)));
        }
    }

    /// Puts the package of a call in its place, and finds the module in it.
    fn put(
        &mut self,
        refusal: &Refusal<'_>,
        package: &Package,
        copy: &Path,
        places: &Places<'_>,
    ) -> Result<InstalledModule, Diagnostic> {
        let address = package.address();
        let refuse = |error: &FetchError| refusal.no_package(&address, error);
        let (first, obtained) = match self.obtained.get(&address) {
            Some(Ok(obtained)) => obtained.clone(),
            Some(Err(error)) => return Err(refuse(error)),
            None => unreachable!("every package that was chosen was fetched"),
        };
        copy_package(&first, copy).map_err(|it| refuse(&it))?;
        let place = places.put(copy, refusal.path)?;
        let within = [&*obtained.subdirectory, refusal.call.source.subdirectory()].join("/");
        let within = within.trim_matches('/');
        let directory = find_subdirectory(&place, within).map_err(|it| refusal.no_directory(&it))?;
        // The next call of this package finds it here: what is staged is gone by then.
        self.obtained.insert(address, Ok((place, obtained)));
        let directory = package_directory(refusal.path).join(directory);
        let version = match package {
            Package::Registry { version, .. } => Some(version.clone()),
            Package::Remote(_) => None,
        };
        Ok(InstalledModule {
            source: refusal.call.source.to_string(),
            version,
            directory: directory.to_string_lossy().trim_end_matches('/').to_owned(),
        })
    }
}

fn registry_module(call: &ModuleCall) -> Option<&RegistryModule> {
    match &call.source {
        ModuleSource::Registry(module) => Some(module),
        _ => None,
    }
}

fn remark(text: &str) -> Diagnostic {
    Diagnostic::warning("Module may not be up to date", text.to_owned())
}
