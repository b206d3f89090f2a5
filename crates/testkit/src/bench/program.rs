//! The programs that are measured.

use std::path::PathBuf;
use std::process::Command;

use crate::{Oracle, isolated};

/// A program with Terraform's command line.
#[derive(Clone, Debug)]
pub enum Program {
    /// This binary of rinfra.
    Rinfra(PathBuf),
    /// The real Terraform with the real AWS provider.
    Terraform(Oracle),
}

impl Program {
    /// Returns its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Rinfra(_) => "rinfra",
            Self::Terraform(_) => "Terraform",
        }
    }

    /// Returns what it says of its version and of its AWS provider's.
    pub fn version(&self) -> String {
        let first_line = |mut command: Command| {
            let output = command.output().map(|it| String::from_utf8_lossy(&it.stdout).into_owned());
            output.unwrap_or_default()
        };
        match self {
            Self::Rinfra(binary) => {
                let mut command = isolated(binary);
                command.arg("version");
                first_line(command).lines().next().unwrap_or("of no version").to_owned()
            }
            Self::Terraform(oracle) => {
                let mut command = isolated(oracle.launcher());
                command.arg("--where");
                first_line(command).lines().collect::<Vec<_>>().join(", AWS provider ")
            }
        }
    }

    pub(super) fn command(&self) -> Command {
        match self {
            Self::Rinfra(binary) => isolated(binary),
            Self::Terraform(oracle) => isolated(oracle.launcher()),
        }
    }
}
