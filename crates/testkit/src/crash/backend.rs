//! Where the state is kept while commands are killed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::CrashError;
use crate::bucket::Bucket;
use crate::{Account, Moto};

/// The file that says it, beside the files of the configuration.
const FILE: &str = "backend.tf";

/// The state in the bucket.
const KEY: &str = "crash/main.tfstate";

/// The kinds of backends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Backend {
    /// Files beside the configuration.
    Local,
    /// A bucket.
    S3,
}

impl Backend {
    /// Returns the backend's name, as configurations have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::S3 => "s3",
        }
    }
}

/// What is killed: a binary, with a configuration whose state is kept like this.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The binary.
    pub binary: PathBuf,
    /// The configuration's directory, without any backend.
    pub configuration: PathBuf,
    /// The backend that is added to it.
    pub backend: Backend,
}

/// The place where a state is kept.
#[derive(Debug)]
pub(super) enum Home {
    /// The directory of the configuration.
    Directory(PathBuf),
    /// A bucket of an account of its own, so that what the other holds is the configuration's.
    Bucket { bucket: Bucket, directory: PathBuf },
}

impl Home {
    /// Makes the place, and tells the configuration of it.
    pub(super) fn make(backend: Backend, moto: &Moto, directory: PathBuf) -> Result<Self, CrashError> {
        match backend {
            Backend::Local => Ok(Self::Directory(directory)),
            Backend::S3 => {
                let bucket = Bucket::make(moto.account())?;
                fs::write(directory.join(FILE), bucket.backend(KEY))?;
                Ok(Self::Bucket { bucket, directory })
            }
        }
    }

    /// Returns the account that has only the state, if there is one.
    pub(super) fn account(&self) -> Option<&Account> {
        match self {
            Self::Directory(_) => None,
            Self::Bucket { bucket, .. } => Some(bucket.account()),
        }
    }

    /// Returns the bucket, if the state is kept in one.
    pub(super) fn bucket(&self) -> Option<&Bucket> {
        match self {
            Self::Directory(_) => None,
            Self::Bucket { bucket, .. } => Some(bucket),
        }
    }

    /// Returns the state as it is kept; nothing when there is none yet.
    pub(super) fn state(&self) -> io::Result<String> {
        match self {
            Self::Directory(it) => Ok(fs::read_to_string(it.join("terraform.tfstate")).unwrap_or_default()),
            Self::Bucket { bucket, .. } => Ok(bucket.read(KEY)?.unwrap_or_default()),
        }
    }

    /// Tells whether a command holds the lock.
    pub(super) fn is_locked(&self) -> io::Result<bool> {
        match self {
            Self::Directory(it) => Ok(it.join(".terraform.tfstate.lock.info").exists()),
            Self::Bucket { bucket, .. } => Ok(bucket.read(&lock())?.is_some()),
        }
    }

    /// Lets the lease of a dead command end, which its successor would have to wait for: two and a half minutes pass.
    pub(super) fn let_the_lease_end(&self) -> io::Result<()> {
        let Self::Bucket { bucket, .. } = self else { return Ok(()) };
        let Some(text) = bucket.read(&lock())? else { return Ok(()) };
        let mut lock_info: serde_json::Value = serde_json::from_str(&text)?;
        // A lock without a lease never ends.
        match lock_info.pointer_mut("/Lease/Expires") {
            Some(expires) => *expires = "2020-01-01T00:00:00Z".into(),
            None => return Err(io::Error::other(format!("a lock without a lease: {text}"))),
        }
        bucket.write(&lock(), &lock_info.to_string())
    }

    /// Returns what commands that ended well do not leave behind.
    pub(super) fn leftovers(&self) -> io::Result<Vec<String>> {
        match self {
            Self::Directory(it) => Ok(transient(it, ".terraform.tfstate")),
            Self::Bucket { bucket, directory } => {
                let mut left = transient(&directory.join(".terraform"), "interrupted-");
                for key in bucket.keys()?.into_iter().filter(|it| it != KEY) {
                    if !is_mark(bucket, &key)? {
                        left.push(key);
                    }
                }
                Ok(left)
            }
        }
    }

    /// Removes the marks that journals were closed with: a day passes.
    pub(super) fn let_a_day_pass(&self) -> io::Result<()> {
        let Self::Bucket { bucket, .. } = self else { return Ok(()) };
        for key in bucket.keys()? {
            if is_mark(bucket, &key)? {
                bucket.delete(&key)?;
            }
        }
        Ok(())
    }
}

fn lock() -> String {
    format!("{KEY}.tflock")
}

/// Tells whether an object is only there so that a run that was displaced cannot go on.
fn is_mark(bucket: &Bucket, key: &str) -> io::Result<bool> {
    Ok(key.contains(".journal/") && bucket.read(key)?.is_none_or(|it| it == "closed\n"))
}

fn transient(directory: &Path, beginning: &str) -> Vec<String> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let names = entries.map(|it| it.file_name().to_string_lossy().into_owned());
    let is_transient =
        |it: &String| [".journal", ".lock.info", ".rinfra-new"].iter().any(|end| it.ends_with(end));
    names.filter(|it| it.starts_with(beginning) && is_transient(it)).collect()
}
