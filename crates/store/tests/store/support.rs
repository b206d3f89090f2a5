//! What the tests of stores share.

use std::fs;
use std::path::PathBuf;

use rinfra_state::State;
use rinfra_store::{LocalStore, LockRequest, Persisted, Session, StateStore, StoreError};
use tempfile::TempDir;

pub(crate) use crate::samples::{address, ids, intent, object, provider, record_at_once, recorded};

/// A directory with a store in it.
pub(crate) struct Place {
    pub(crate) directory: TempDir,
    pub(crate) store: LocalStore,
}

impl Place {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = LocalStore::new(directory.path().join("terraform.tfstate"));
        Self { directory, store }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Returns the names of all files, sorted, but for the history.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.directory.path()).unwrap().map(Result::unwrap);
        let mut names: Vec<String> = entries.map(|it| it.file_name().into_string().unwrap()).collect();
        names.retain(|it| it != ".terraform.tfstate.history");
        names.sort();
        names
    }

    pub(crate) fn lock(&self) -> Result<Box<dyn Session>, StoreError> {
        wait(self.store.lock(&LockRequest::new("run-1", "OperationTypeApply")))
    }

    pub(crate) fn open(&self) -> Box<dyn Session> {
        self.lock().unwrap()
    }

    /// Writes a state with one object for each id, and returns it.
    pub(crate) fn with_objects(&self, ids: &[&str]) -> State {
        let session = self.open();
        let mut state = State::clone(&session.opened().state);
        for id in ids {
            state.set_current(&address(id), &provider(), object(id));
        }
        wait(session.persist(&mut state, session.position())).unwrap();
        state
    }
}

/// Waits for what a store does.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Persists a state with everything recorded so far.
pub(crate) fn persist(session: &dyn Session, state: &mut State) -> Persisted {
    wait(session.persist(state, session.position())).unwrap()
}
