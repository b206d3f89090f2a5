//! A project in a temporary directory, and a cache beside it.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rinfra_modules::{Cache, Credentials, Fetcher, Freshness, Limits, Web};
use rinfra_ops::{DiskFiles, Environment, InstallObserver};
use rinfra_provider::Catalogue;
use tempfile::TempDir;

pub(crate) struct Project {
    root: TempDir,
    web: Web,
    credentials: Credentials,
}

/// What an installation printed, and what it found: place, summary and detail of each diagnostic.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) told: Vec<String>,
    pub(crate) found: Vec<String>,
}

impl Done {
    /// Asserts that one error has this place and summary, and its detail these words.
    #[track_caller]
    pub(crate) fn refused(&self, place: &str, words: &str) {
        let is_expected = |it: &String| it.starts_with(place) && it.contains(words);
        assert!(self.found.len() == 1 && self.found.iter().all(is_expected), "{self:#?}");
    }
}

#[derive(Default)]
struct Listener(RefCell<Vec<String>>);

impl InstallObserver for Listener {
    fn downloading(&self, package: &str, module: &str) {
        self.0.borrow_mut().push(format!("Downloading {package} for {module}"));
    }

    fn installed(&self, module: &str, _version: Option<&str>, directory: &str) {
        self.0.borrow_mut().push(format!("- {module} in {directory}"));
    }
}

impl Project {
    pub(crate) fn new(web: Web) -> Self {
        Self { root: tempfile::tempdir().unwrap(), web, credentials: Credentials::default() }
    }

    pub(crate) fn with_credentials(web: Web, credentials: Credentials) -> Self {
        Self { credentials, ..Self::new(web) }
    }

    /// Returns the directory of everything, the root module's among it.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    /// Writes a file of the root module.
    pub(crate) fn write(&self, path: &str, text: &str) {
        write(&self.path("project").join(path), text);
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path("project").join(path)).unwrap()
    }

    pub(crate) fn manifest(&self) -> String {
        self.read(".terraform/modules/modules.json")
    }

    /// Removes what is installed; the cache stays.
    pub(crate) fn forget(&self) {
        std::fs::remove_dir_all(self.path("project/.terraform")).unwrap();
    }

    pub(crate) fn environment(&self) -> Environment {
        Environment::new(
            self.path("project"),
            Arc::new(DiskFiles),
            Catalogue::new(rinfra_std_providers::providers()),
        )
    }

    pub(crate) fn fetcher(&self) -> Fetcher {
        let cache = Cache::at(self.path("cache"));
        Fetcher::new(self.web.clone(), self.credentials.clone(), Some(cache), Limits::default())
    }

    pub(crate) fn install(&self) -> Done {
        self.run(Freshness::Known)
    }

    pub(crate) fn upgrade(&self) -> Done {
        self.run(Freshness::Latest)
    }

    fn run(&self, freshness: Freshness) -> Done {
        let listener = Listener::default();
        let done = rinfra_ops::install_modules(&self.environment(), &self.fetcher(), freshness, &listener);
        let diagnostics = match done {
            Ok(installed) => installed.warnings,
            Err(failure) => failure.diagnostics,
        };
        let shown = |it: &rinfra_diag::Diagnostic| {
            let place = it.subject.as_ref().map(|it| format!("{it} ")).unwrap_or_default();
            format!("{place}{}: {}", it.summary, it.detail)
        };
        Done { told: listener.0.take(), found: diagnostics.iter().map(shown).collect() }
    }
}

/// Writes a file and the directories it is in.
pub(crate) fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}
