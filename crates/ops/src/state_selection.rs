use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use rinfra_change::PlannedBackend;
use rinfra_store::Backends;

use crate::workspaces::Workspace;

/// Which state a command is about, and where it goes before it is changed.
#[derive(Clone, Debug, Default)]
pub struct StateSelection {
    /// The workspace.
    pub workspace: Workspace,
    /// The kinds of backends there are beside `local`.
    pub backends: Backends,
    /// The backend that the plan was made with that is carried out.
    pub planned: Option<PlannedBackend>,
    /// A file that holds the state instead of the workspace's.
    pub file: Option<PathBuf>,
    /// Where the state as it was before goes.
    pub backup: Backup,
}

/// Where a state goes before it is changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Backup {
    /// Into a file beside it, in place of the one before.
    #[default]
    Latest,
    /// Into a file of its own beside it, named after the time.
    Each,
    /// Into this file.
    At(PathBuf),
    /// Nowhere.
    Nowhere,
}

impl Backup {
    /// Returns the file for the backup of a state.
    pub(crate) fn of(&self, state: &Path) -> Option<PathBuf> {
        let beside = |ending: &str| {
            let mut path = state.as_os_str().to_owned();
            path.push(ending);
            PathBuf::from(path)
        };
        match self {
            Self::Latest => Some(beside(".backup")),
            Self::Each => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
                // Two commands in one second must not share a backup.
                (now..).map(|it| beside(&format!(".{it}.backup"))).find(|it| !it.exists())
            }
            Self::At(path) => Some(path.clone()),
            Self::Nowhere => None,
        }
    }
}
