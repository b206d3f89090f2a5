//! The rinfra binary under test.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::SystemTime;

use thiserror::Error;

use crate::account::Account;
use crate::outcome::Outcome;
use crate::process_environment::{command_line, isolated};
use crate::workspace;

/// Why there is no binary to test.
#[derive(Clone, Debug, Error)]
pub enum BinaryError {
    /// It was never built.
    #[error("{} does not exist: run `cargo build --package rinfra` first", .0.display())]
    Missing(PathBuf),
    /// Its sources changed since it was built.
    #[error("{} is older than {}: run `cargo build --package rinfra` first", binary.display(), source_file.display())]
    Stale {
        /// The binary.
        binary: PathBuf,
        /// A file that changed after the binary was built.
        source_file: PathBuf,
    },
}

/// A command line of the rinfra binary, to be run in some directory.
///
/// The command sees neither the developer's AWS settings and credentials nor their Terraform settings.
#[derive(Debug)]
pub struct Rinfra {
    command: Command,
}

impl Rinfra {
    /// Returns a command without arguments that will run in `directory`, without any credentials.
    ///
    /// # Panics
    /// When the binary is missing or older than its sources, with a sentence that says how to build it.
    pub fn in_dir(directory: impl AsRef<Path>) -> Self {
        let binary = binary().unwrap_or_else(|error| panic!("{error}"));
        let mut command = isolated(binary);
        command.current_dir(directory);
        Self { command }
    }

    /// Returns where the binary lies.
    ///
    /// # Panics
    /// When it is missing or older than its sources, with a sentence that says how to build it.
    pub fn path() -> PathBuf {
        binary().unwrap_or_else(|error| panic!("{error}")).to_path_buf()
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets one environment variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Points the command at an account of the local AWS.
    #[must_use]
    pub fn account(mut self, account: &Account) -> Self {
        self.command.envs(account.env());
        self
    }

    /// Runs the command to its end, with nothing on standard input.
    ///
    /// # Panics
    /// When the operating system cannot start it.
    pub fn run(mut self) -> Outcome {
        let line = command_line(&self.command);
        match self.command.stdin(std::process::Stdio::null()).output() {
            Ok(output) => Outcome::new(line, &output),
            Err(error) => panic!("{line}: {error}"),
        }
    }

    /// Runs the command and checks its exit code.
    ///
    /// # Panics
    /// With the whole output, when the exit code is not `expected`.
    #[track_caller]
    pub fn expect(self, expected: i32) -> Outcome {
        self.run().expect_code(expected)
    }
}

/// Returns the binary that lies beside the running test: `target/debug/rinfra` for `target/debug/deps/test-1234`.
///
/// Cargo builds it along with the tests of the whole workspace, but not along with those of one package, so a
/// binary that is older than its sources is refused rather than tested.
fn binary() -> Result<&'static Path, BinaryError> {
    static FOUND: OnceLock<Result<PathBuf, BinaryError>> = OnceLock::new();
    FOUND
        .get_or_init(|| {
            let test = std::env::current_exe().unwrap_or_default();
            let profile = test.ancestors().nth(2).unwrap_or(Path::new("target/debug"));
            check(&profile.join("rinfra"), &workspace::root().join("crates"))
        })
        .as_deref()
        .map_err(BinaryError::clone)
}

fn check(binary: &Path, sources: &Path) -> Result<PathBuf, BinaryError> {
    let Ok(built) = std::fs::metadata(binary).and_then(|it| it.modified()) else {
        return Err(BinaryError::Missing(binary.to_path_buf()));
    };
    match newer_source(sources, built) {
        Ok(Some(source_file)) => Err(BinaryError::Stale { binary: binary.to_path_buf(), source_file }),
        Ok(None) | Err(_) => Ok(binary.to_path_buf()),
    }
}

/// Returns a Rust file under `directory` that changed after `built`, tests aside.
fn newer_source(directory: &Path, built: SystemTime) -> io::Result<Option<PathBuf>> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        // Tests and this crate are not part of the binary.
        let found = if ["tests", "tests.rs", "testkit"].iter().any(|it| name == *it) {
            None
        } else if path.is_dir() {
            newer_source(&path, built)?
        } else if path.extension().is_some_and(|it| it == "rs") && path.metadata()?.modified()? > built {
            Some(path)
        } else {
            None
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, File};
    use std::time::Duration;

    #[test]
    fn refuses_a_binary_that_is_missing_or_older_than_its_sources() {
        let directory = tempfile::tempdir().unwrap();
        let binary = directory.path().join("rinfra");
        let sources = directory.path().join("crates");
        fs::create_dir_all(sources.join("value/src")).unwrap();
        fs::create_dir_all(sources.join("value/tests")).unwrap();
        let source = sources.join("value/src/lib.rs");
        fs::write(&source, "").unwrap();
        assert!(matches!(check(&binary, &sources), Err(BinaryError::Missing(_))));

        let now = SystemTime::now();
        let built = File::create(&binary).unwrap();
        built.set_modified(now + Duration::from_secs(10)).unwrap();
        assert!(check(&binary, &sources).is_ok(), "newer than its sources");

        File::create(sources.join("value/tests/laws.rs"))
            .unwrap()
            .set_modified(now + Duration::from_secs(20))
            .unwrap();
        assert!(check(&binary, &sources).is_ok(), "tests do not count");

        File::open(&source).unwrap().set_modified(now + Duration::from_secs(20)).unwrap();
        assert!(matches!(check(&binary, &sources), Err(BinaryError::Stale { .. })));
    }
}
