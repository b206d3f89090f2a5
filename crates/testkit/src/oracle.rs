//! The real Terraform, where it is installed.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::account::Account;
use crate::outcome::Outcome;
use crate::process_environment::{command_line, isolated};
use crate::workspace;

/// Exit code of the launcher on a machine without Terraform or without the AWS provider.
const NOT_INSTALLED: i32 = 77;

/// The real Terraform with the real AWS provider: the specification of how a configuration behaves.
///
/// It is found through the launcher `../shared/tools/tf-oracle`, which lies outside the repository: a user's clone
/// has none, and tests that need it say so and pass.
#[derive(Clone, Debug)]
pub struct Oracle {
    launcher: PathBuf,
}

impl Oracle {
    /// Returns the oracle, or reports on standard error why the test is skipped.
    pub fn find() -> Option<Self> {
        Self::locate().map_err(|reason| skipped(&reason)).ok()
    }

    /// Returns the oracle.
    ///
    /// # Errors
    /// Why there is none.
    pub fn locate() -> Result<Self, String> {
        let launcher = workspace::root().join("../shared/tools/tf-oracle");
        Self::at(&launcher.canonicalize().unwrap_or(launcher))
    }

    /// Returns what runs Terraform.
    pub fn launcher(&self) -> &Path {
        &self.launcher
    }

    fn at(launcher: &Path) -> Result<Self, String> {
        if !launcher.exists() {
            return Err("no ../shared".to_owned());
        }
        match Command::new(launcher).arg("version").output() {
            Ok(output) if output.status.success() => Ok(Self { launcher: launcher.to_path_buf() }),
            Ok(output) if output.status.code() == Some(NOT_INSTALLED) => {
                Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
            }
            Ok(output) => Err(format!("{} ended with {}", launcher.display(), output.status)),
            Err(error) => Err(format!("{} does not start: {error}", launcher.display())),
        }
    }

    /// Runs Terraform in `directory` against `account`.
    ///
    /// # Panics
    /// When the launcher, which was there a moment ago, does not start.
    pub fn run(&self, directory: &Path, account: &Account, arguments: &[&str]) -> Outcome {
        let mut command = isolated(&self.launcher);
        command.current_dir(directory).args(arguments).envs(account.env());
        let line = command_line(&command);
        match command.output() {
            Ok(output) => Outcome::new(line, &output),
            Err(error) => panic!("{line}: {error}"),
        }
    }
}

/// Reports on the process's own standard error that a test does nothing, and why.
///
/// Test harnesses capture what `eprintln!` prints in tests that pass; this line is shown all the same.
pub fn skipped(reason: &str) {
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    let _ = writeln!(io::stderr(), "skipped: {test}: {reason}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn launcher(directory: &Path, script: &str) -> PathBuf {
        let path = directory.join("launcher");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[test]
    fn is_found_only_where_the_launcher_succeeds() {
        let directory = tempfile::tempdir().unwrap();
        assert!(Oracle::at(&directory.path().join("absent")).is_err(), "absent");
        for (script, found) in
            [("exit 0", true), ("echo nothing here >&2; exit 77", false), ("exit 1", false)]
        {
            let path = launcher(directory.path(), script);
            assert_eq!(Oracle::at(&path).is_ok(), found, "{script}");
        }
    }
}
