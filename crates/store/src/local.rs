//! A state in a file beside the configuration.

mod files;
mod history;
mod journal_file;
mod lock;
mod places;
mod session;
mod stored;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use rinfra_state::{ParseError, State};

use crate::local::history::History;
use crate::local::lock::FileLock;
use crate::local::session::{LocalSession, Opening};
use crate::{Envelope, LockRequest, Plain, Session, Snapshot, StateStore, StoreError, Unlocked, Version};

pub use places::{Local, Places};

/// What the state that a store holds now is called among its versions.
const CURRENT: &str = "current";

/// A state in a file, with the names, the lock and the backup Terraform gives it, so that both can take turns.
///
/// For `terraform.tfstate` these are: the backup `terraform.tfstate.backup`, the state as it was before the
/// session first wrote it; `.terraform.tfstate.lock.info`, which tells who holds the lock; and
/// `.terraform.tfstate.journal`, which is there while something is not in the state yet. In the directory
/// `.terraform.tfstate.history` is every state that was replaced.
///
/// # Guarantees
/// A running Terraform and a session exclude one another, unless the session was to do without the lock: then what
/// the other one was about to write is refused, and stays in its journal if it has one. Readers see the old or the new state, never a part.
#[derive(Clone, Debug)]
pub struct LocalStore {
    path: PathBuf,
    backup: Option<PathBuf>,
    envelope: Arc<dyn Envelope>,
}

impl LocalStore {
    /// Returns the store of the state at a path, which need not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let mut backup = path.clone().into_os_string();
        backup.push(".backup");
        Self { path, backup: Some(backup.into()), envelope: Arc::new(Plain) }
    }

    /// Returns the store with its backup elsewhere, or without any.
    #[must_use]
    pub fn with_backup(self, backup: Option<PathBuf>) -> Self {
        Self { backup, ..self }
    }

    /// Returns the store with what it keeps in other envelopes.
    #[must_use]
    pub fn with_envelope(self, envelope: Arc<dyn Envelope>) -> Self {
        Self { envelope, ..self }
    }

    /// Returns the state's path as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the path of the journal.
    pub fn journal_path(&self) -> PathBuf {
        files::beside(&self.real_path(), ".journal")
    }

    /// Returns the path of the file that tells who holds the lock.
    pub fn lock_info_path(&self) -> PathBuf {
        files::beside(&self.path, ".lock.info")
    }

    /// Returns the path of the file itself when the path given is a link: a file that takes its place must not
    /// replace the link.
    fn real_path(&self) -> PathBuf {
        if self.path.is_symlink() {
            return fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        }
        self.path.clone()
    }
}

#[async_trait]
impl StateStore for LocalStore {
    fn location(&self) -> String {
        self.path.display().to_string()
    }

    async fn load(&self) -> Result<Option<Snapshot>, StoreError> {
        stored::load(&self.real_path(), &self.journal_path(), &*self.envelope).await
    }

    async fn stored(&self) -> Result<Option<State>, StoreError> {
        let path = self.real_path();
        match files::read(&path)? {
            Some(bytes) => Ok(stored::parse(&path, &bytes, &*self.envelope).await?.0),
            None => Ok(None),
        }
    }

    async fn versions(&self, most: usize) -> Result<Vec<Version>, StoreError> {
        let path = self.real_path();
        let mut versions = History::of(&path).versions()?;
        if let Some(bytes) = files::read(&path)?
            && let (Some(state), _) = stored::parse(&path, &bytes, &*self.envelope).await?
        {
            let written = fs::metadata(&path).and_then(|it| it.modified());
            let written = written.map_err(|error| StoreError::file("read", &path, error))?;
            let (id, size) = (CURRENT.to_owned(), bytes.len() as u64);
            versions.insert(0, Version { id, serial: state.serial, written: written.into(), size });
        }
        versions.truncate(most);
        Ok(versions)
    }

    async fn version(&self, id: &str) -> Result<State, StoreError> {
        let path = self.real_path();
        let (path, bytes) = match id {
            CURRENT => (path.clone(), files::read(&path)?.unwrap_or_default()),
            id => History::of(&path).read(id)?,
        };
        let (state, _) = stored::parse(&path, &bytes, &*self.envelope).await?;
        state.ok_or(StoreError::State { path, source: ParseError::Empty })
    }

    async fn unlock(&self, _id: &str) -> Result<Unlocked, StoreError> {
        // The lock of a file ends with the program that holds it, and nobody else can end it; one that can be had is
        // free.
        let session = self.lock(&LockRequest::new("force-unlock", "force-unlock")).await?;
        session.close().await?;
        Ok(Unlocked::WasFree)
    }

    async fn lock(&self, request: &LockRequest) -> Result<Box<dyn Session>, StoreError> {
        files::make_directory(&self.path);
        let lock = FileLock::acquire(&self.path, self.real_path(), self.lock_info_path(), request)?;
        let journal = match lock.is_held() {
            true => self.journal_path(),
            // Whoever has the lock may be writing the usual one.
            false => files::beside(&self.real_path(), &format!(".journal-{}", request.run)),
        };
        let place = Opening { journal, backup: self.backup.clone(), envelope: Arc::clone(&self.envelope) };
        Ok(Box::new(LocalSession::open(lock, place, &request.run).await?))
    }
}
