//! The configuration inside a saved plan.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rinfra_addr::ModulePath;
use rinfra_change::Snapshot;
use rinfra_config::{Config, Loaded, ModuleCall, ModuleDirectories, ModuleManifest, load_with};
use rinfra_diag::Result;
use rinfra_lang::files::MemoryFiles;

use crate::environment::Environment;
use crate::loading::with_known;

/// A file that makes a directory be there, and that no module reads.
const PLACEHOLDER: &str = ".directory";

/// Returns the files of a configuration.
pub(crate) fn of(config: &Config) -> Snapshot {
    let directory = |module: &rinfra_config::Module| {
        (ModuleManifest::key(&module.path), module.directory.to_string_lossy().into_owned())
    };
    let file = |(name, contents): (&str, &[u8])| (name.to_owned(), contents.to_vec());
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
        files.insert(root.join(name), contents.as_slice());
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
