//! checkov, which reads plans in JSON and says what is dangerous in them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::process_environment::isolated;
use crate::python::{self, CHECKOV, PythonError};

/// An installed checkov.
#[derive(Clone, Debug)]
pub struct Checkov {
    interpreter: PathBuf,
}

impl Checkov {
    /// Returns checkov, installed on first use.
    ///
    /// `announce` is called with one line before something slow happens.
    ///
    /// # Errors
    /// When Python is missing, or checkov cannot be installed.
    pub fn prepare(announce: &mut dyn FnMut(&str)) -> Result<Self, PythonError> {
        let directory = python::environment_directory(CHECKOV);
        let interpreter = python::prepare_environment(CHECKOV, &directory, announce)?;
        Ok(Self { interpreter })
    }

    /// Returns what checkov reports of a plan in JSON, in JSON. It does not use the network.
    ///
    /// # Errors
    /// What it says instead of a report.
    pub fn report(&self, plan: &Path) -> Result<String, String> {
        let options = ["-m", "checkov.main", "--framework", "terraform_plan", "--output", "json"];
        let mut command = isolated(&self.interpreter);
        command.args(options).args(["--skip-download", "--soft-fail", "--compact", "--file"]);
        command.arg::<&OsStr>(plan.as_ref());
        // Settings for other programs of this machine's Python would leak in.
        command.env_remove("PYTHONHOME").env_remove("PYTHONPATH");
        let output = command.output().map_err(|error| error.to_string())?;
        match String::from_utf8(output.stdout) {
            Ok(report) if output.status.success() => Ok(report),
            _ => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }
}
