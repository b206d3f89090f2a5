//! The configuration inside a saved plan.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rinfra_addr::ModulePath;
use rinfra_change::Snapshot;
use rinfra_config::{
    Config, Loaded, ModuleCall, ModuleDirectories, ModuleManifest, is_configuration_file, load_with,
};
use rinfra_diag::{Diagnostic, Result, Sources};
use rinfra_lang::files::{DirectoryEntry, MemoryFiles};

use crate::environment::Environment;
use crate::failure::{Failure, Outcome};
use crate::loading::with_known;

/// A file that makes a directory be there, and that no module reads.
const PLACEHOLDER: &str = ".directory";

/// Returns the files of a configuration.
pub(crate) fn of(config: &Config) -> Snapshot {
    let directory = |module: &rinfra_config::Module| {
        (ModuleManifest::key(&module.path), module.directory.to_string_lossy().into_owned())
    };
    let file =
        |(name, contents): (&str, &[u8])| (name.to_owned(), String::from_utf8_lossy(contents).into_owned());
    Snapshot {
        directories: config.modules().map(directory).collect(),
        files: config.files().map(file).collect(),
    }
}

/// Loads the configuration a snapshot holds.
pub(crate) fn load(environment: &Environment, snapshot: &Snapshot) -> Loaded {
    let root = &environment.directory;
    let mut files = MemoryFiles::new();
    for directory in snapshot.directories.values() {
        files.insert(root.join(directory).join(PLACEHOLDER), "");
    }
    for (name, contents) in &snapshot.files {
        files.insert(root.join(name), contents.as_str());
    }
    let directories = Recorded(&snapshot.directories);
    with_known(environment, |known| load_with(&files, root, &directories, known))
}

/// The directories that modules had when the snapshot was taken.
struct Recorded<'r>(&'r BTreeMap<String, String>);

impl ModuleDirectories for Recorded<'_> {
    fn directory(
        &self,
        module: &ModulePath,
        _call: &ModuleCall,
        _in_place: Option<PathBuf>,
    ) -> Result<Option<PathBuf>> {
        Ok(self.0.get(&ModuleManifest::key(module)).map(PathBuf::from))
    }
}

/// Refuses a plan when the files that are here are not those it was made from. Where there are none, none are needed.
///
/// *Errors*: "Saved plan is stale".
pub(crate) fn verify(environment: &Environment, snapshot: &Snapshot) -> Outcome<()> {
    let directories =
        snapshot.directories.values().map(|it| Path::new(it).strip_prefix(".").unwrap_or(Path::new(it)));
    for directory in directories.collect::<BTreeSet<_>>() {
        let here = files_in(environment, directory);
        let is_in = |(name, contents): (&'_ String, &String)| {
            let name = Path::new(name);
            (name.parent() == Some(directory)).then(|| (name.to_owned(), contents.clone().into_bytes()))
        };
        let before: BTreeMap<_, _> = snapshot.files.iter().filter_map(is_in).collect();
        if !here.is_empty() && here != before {
            let stale = "The configuration has changed since the plan was made.";
            let diagnostic = Diagnostic::error("Saved plan is stale", stale).hint("make the plan anew");
            return Err(Failure::new(diagnostic, &Sources::default()));
        }
    }
    Ok(())
}

/// Returns the files of the module in a directory that can be read.
fn files_in(environment: &Environment, directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let place = environment.directory.join(directory);
    let entries = environment.files.list(&place).unwrap_or_default();
    let names = entries.into_iter().filter(|it| !it.is_directory && is_configuration_file(&it.name));
    let file = |it: DirectoryEntry| {
        Some((directory.join(&it.name), environment.files.read(&place.join(&it.name)).ok()?))
    };
    names.filter_map(file).collect()
}
