//! What functions may ask of the world around the configuration.

use std::path::PathBuf;
use std::sync::Arc;

use crate::files::Files;

/// What differs from one call to the next: the time and chance.
pub trait World: Send + Sync {
    /// Returns the seconds since 1970 began in UTC.
    fn now(&self) -> i64;

    /// Fills `bytes` with random ones, fit for secrets.
    fn randomise(&self, bytes: &mut [u8]);
}

/// What functions may ask of the world around the configuration.
///
/// [`FunctionContext::new`] gives the least: everything else is set by whoever knows it.
#[derive(Clone)]
pub struct FunctionContext {
    /// Where `file`, `templatefile` and their like read.
    pub files: Arc<dyn Files>,
    /// The directory that relative paths of files are relative to.
    pub base_dir: PathBuf,
    /// The process's working directory, for `abspath`.
    pub working_dir: PathBuf,
    /// The user's home directory, for `~`.
    pub home_dir: Option<PathBuf>,
    /// When planning began, in RFC 3339; `None` while validating, when it is not known yet.
    pub plan_timestamp: Option<Arc<str>>,
    /// The clock and the dice of `timestamp`, `uuid` and `bcrypt`; `None` while planning, when what they will say is
    /// not known yet.
    pub world: Option<Arc<dyn World>>,
}

impl FunctionContext {
    /// Returns a context in which nothing but files is known.
    pub fn new(files: Arc<dyn Files>, base_dir: impl Into<PathBuf>) -> Self {
        Self {
            files,
            base_dir: base_dir.into(),
            working_dir: PathBuf::from("/"),
            home_dir: None,
            plan_timestamp: None,
            world: None,
        }
    }
}
