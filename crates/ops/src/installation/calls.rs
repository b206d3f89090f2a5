//! Which calls are satisfied by what is there, and which are not.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rinfra_addr::{ModulePath, ModuleSource};
use rinfra_config::{Config, InstalledModule, ModuleCall, ModuleDirectories, ModuleManifest};
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_modules::Freshness;

use super::is_remote;
use super::placing::package_directory;

/// The calls of a configuration that is being installed.
pub(super) struct Calls<'c> {
    root: &'c Path,
    before: &'c ModuleManifest,
    freshness: Freshness,
    placed: BTreeMap<ModulePath, InstalledModule>,
    failed: BTreeSet<ModulePath>,
    wanted: RefCell<BTreeMap<ModulePath, ModuleCall>>,
}

impl<'c> Calls<'c> {
    pub(super) fn new(root: &'c Path, before: &'c ModuleManifest, freshness: Freshness) -> Self {
        Self {
            root,
            before,
            freshness,
            placed: BTreeMap::new(),
            failed: BTreeSet::new(),
            wanted: RefCell::default(),
        }
    }

    /// Returns the calls that lead to nothing so far, and forgets them.
    pub(super) fn take_wanted(&self) -> BTreeMap<ModulePath, ModuleCall> {
        self.wanted.take()
    }

    /// Remembers what became of a call: the module that was installed, or nothing.
    pub(super) fn settle(&mut self, path: ModulePath, outcome: Option<InstalledModule>) {
        match outcome {
            Some(module) => drop(self.placed.insert(path, module)),
            None => drop(self.failed.insert(path)),
        }
    }

    pub(super) fn is_placed(&self, path: &ModulePath) -> bool {
        self.placed.contains_key(path)
    }

    /// Returns what the manifest has to say of a module of the configuration.
    pub(super) fn entry(&self, config: &Config, path: &ModulePath) -> Option<InstalledModule> {
        let call = config.call(path)?;
        if is_remote(&call.source) {
            return self.placed.get(path).or_else(|| self.before.module(path)).cloned();
        }
        let directory = &config.module(path).filter(|it| self.root.join(&it.directory).is_dir())?.directory;
        let directory = directory.to_string_lossy().into_owned();
        Some(InstalledModule { source: call.source.to_string(), version: None, directory })
    }

    /// Returns the manifest of everything that is there.
    pub(super) fn manifest(&self, config: &Config) -> ModuleManifest {
        let mut manifest = ModuleManifest::default();
        for module in config.modules() {
            if let Some(entry) = self.entry(config, &module.path) {
                manifest.insert(&module.path, entry);
            }
        }
        manifest
    }

    /// Reports calls that lead out of the package their module is in: it would not be there elsewhere.
    pub(super) fn escapes(&self, config: &Config) -> Diagnostics {
        let escape = |module: &rinfra_config::Module| {
            let call = config.call(&module.path).filter(|it| !is_remote(&it.source))?;
            let callers = std::iter::successors(module.path.parent(), ModulePath::parent);
            let mut packages = callers.filter(|it| config.call(it).is_some_and(|it| is_remote(&it.source)));
            let package = package_directory(&packages.next()?);
            (!module.directory.starts_with(&package)).then(|| {
                let detail = format!(
                    "The directory {:?} of {} would be outside of the package that the calling module belongs \
                     to. Local sources that begin with \"../\" must stay within it.",
                    call.source.to_string(),
                    module.path
                );
                Diagnostic::error("Local module path escapes module package", detail).at(call.source_span.clone())
            })
        };
        config.modules().filter_map(escape).collect()
    }

    /// Returns what is installed already and still right.
    fn usable(&self, path: &ModulePath, call: &ModuleCall) -> Option<PathBuf> {
        let entry = self.before.module(path).filter(|_| self.freshness == Freshness::Known)?;
        let is_right = entry.source == call.source.to_string() && entry.fulfils(call.version.as_ref());
        // Without a version nobody knows what a registry's module is.
        let is_known = entry.version.is_some() || !matches!(call.source, ModuleSource::Registry(_));
        let is_there = self.root.join(&entry.directory).is_dir();
        (is_right && is_known && is_there).then(|| PathBuf::from(&entry.directory))
    }
}

impl ModuleDirectories for Calls<'_> {
    fn directory(
        &self,
        path: &ModulePath,
        call: &ModuleCall,
        in_place: Option<PathBuf>,
    ) -> rinfra_diag::Result<Option<PathBuf>> {
        if in_place.is_some() {
            return Ok(in_place);
        }
        let source = call.source.to_string();
        let known = |it: &ModulePath| self.placed.get(it).or_else(|| self.before.module(it));
        let mut callers = std::iter::successors(path.parent(), ModulePath::parent);
        if callers.any(|it| known(&it).is_some_and(|it| it.source == source)) {
            let detail = format!(
                "The call {path} leads to the module at {source:?} again, inside of itself: the module tree \
                 would be endless."
            );
            return Err(Diagnostic::error("Module calls itself", detail).at(call.source_span.clone()).into());
        }
        if let Some(module) = self.placed.get(path) {
            return Ok(Some(PathBuf::from(&module.directory)));
        }
        let usable = self.usable(path, call);
        if usable.is_none() && !self.failed.contains(path) {
            self.wanted.borrow_mut().insert(path.clone(), call.clone());
        }
        Ok(usable)
    }
}
