//! The private Python environments that moto, and what reads rinfra's output, run in.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use thiserror::Error;

/// A program in Python, which has an environment of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Package {
    /// What the environment is called after.
    name: &'static str,
    /// What is installed, as pip wants it. Another version is another environment.
    requirement: &'static str,
    /// How long that takes, in words.
    effort: &'static str,
}

/// The local AWS.
pub const MOTO: Package =
    Package { name: "moto", requirement: "moto[server]==5.2.5", effort: "about half a minute" };

/// A checker of plans in JSON.
pub const CHECKOV: Package =
    Package { name: "checkov", requirement: "checkov==3.2.477", effort: "a few minutes" };

/// The oldest Python that these run on.
const OLDEST_PYTHON: (u32, u32) = (3, 10);

/// The file that says what a finished environment holds.
const MARKER: &str = "rinfra-requirement.txt";

/// Why there is no Python environment. Each message is one sentence that says what to do.
#[derive(Debug, Error)]
pub enum PythonError {
    /// No interpreter.
    #[error("the tests need Python 3, and there is no `python3` on PATH")]
    NoPython,
    /// The interpreter is too old.
    #[error("the tests need Python {}.{} or newer, and `python3` is {found}", OLDEST_PYTHON.0, OLDEST_PYTHON.1)]
    OldPython {
        /// The version of `python3` on PATH.
        found: String,
    },
    /// The interpreter's standard library was installed without its `venv` or `ensurepip` module.
    #[error(
        "`python3` cannot make virtual environments: install its venv module (on Debian and Ubuntu the package python3-venv)"
    )]
    NoVenv,
    /// pip failed, most often because the package index cannot be reached.
    #[error(
        "{requirement} could not be installed from the Python package index (is the network reachable?); pip says: {reason}"
    )]
    Install {
        /// What was to be installed.
        requirement: &'static str,
        /// What pip says.
        reason: String,
    },
    /// The directory of the environment cannot be written.
    #[error("the Python environment in {} could not be written: {source}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

/// Returns the directory of an environment: in the user's cache directory, one per version, shared by all clones of
/// the repository and untouched by `cargo clean`.
pub fn environment_directory(package: Package) -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
        .unwrap_or_else(std::env::temp_dir);
    let version = package.requirement.rsplit('=').next().unwrap_or_default();
    cache.join("rinfra").join(format!("{}-{version}", package.name))
}

/// Returns the Python interpreter of an environment in `directory` in which a package is installed.
///
/// The environment is made when it is missing, unfinished or holds something else, and reused otherwise.
/// `announce` is called with one line before something slow happens.
///
/// # Guarantees
/// Processes that ask at the same time make the environment once: the others wait.
///
/// # Errors
/// One sentence for each thing a fresh machine may lack: Python, its venv module, the network, a writable directory.
pub fn prepare_environment(
    package: Package,
    directory: &Path,
    announce: &mut dyn FnMut(&str),
) -> Result<PathBuf, PythonError> {
    let Package { requirement, effort, .. } = package;
    let interpreter = directory.join("bin").join("python");
    // A lock beside the directory, because the directory itself may be replaced.
    let lock = lock_beside(directory)?;
    if is_ready(requirement, directory, &interpreter) {
        return Ok(interpreter);
    }
    check_python()?;
    announce(&format!("installing {requirement} into {} (once, {effort})", directory.display()));
    if directory.exists() {
        fs::remove_dir_all(directory).map_err(|source| cannot_write(directory, source))?;
    }
    let made = run(Command::new("python3").args(["-m", "venv"]).arg(directory))
        .map_err(|_| PythonError::NoPython)?;
    if !made.status.success() || !directory.join("bin").join("pip").exists() {
        return Err(PythonError::NoVenv);
    }
    let installed =
        run(Command::new(&interpreter).args(["-m", "pip", "install", "--quiet", "--no-input", requirement]))
            .map_err(|source| cannot_write(directory, source))?;
    if !installed.status.success() {
        return Err(PythonError::Install { requirement, reason: reason(&installed) });
    }
    fs::write(directory.join(MARKER), requirement).map_err(|source| cannot_write(directory, source))?;
    drop(lock);
    Ok(interpreter)
}

fn lock_beside(directory: &Path) -> Result<File, PythonError> {
    let path = directory.with_added_extension("lock");
    let locked = || {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let file = File::create(&path)?;
        file.lock()?;
        Ok(file)
    };
    locked().map_err(|source| cannot_write(directory, source))
}

/// An environment is ready when its marker names the requirement and its interpreter, which is a link to the
/// machine's own, still starts.
fn is_ready(requirement: &str, directory: &Path, interpreter: &Path) -> bool {
    fs::read_to_string(directory.join(MARKER)).is_ok_and(|text| text.trim() == requirement)
        && run(Command::new(interpreter).arg("--version")).is_ok_and(|output| output.status.success())
}

fn check_python() -> Result<(), PythonError> {
    let asked =
        run(Command::new("python3").args(["-c", "import sys; print(*sys.version_info[:3], sep='.')"]))
            .ok()
            .filter(|output| output.status.success())
            .ok_or(PythonError::NoPython)?;
    let version = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    if is_new_enough(&version) { Ok(()) } else { Err(PythonError::OldPython { found: version }) }
}

fn is_new_enough(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= OLDEST_PYTHON
}

/// Returns the last line of an error output that says something, without pip's "ERROR:".
fn reason(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines()
        .rev()
        .find_map(|line| line.strip_prefix("ERROR:"))
        .or_else(|| lines().next_back())
        .unwrap_or("nothing")
        .trim()
        .to_owned()
}

fn run(command: &mut Command) -> io::Result<Output> {
    // The machine's own Python settings must not leak into the environment.
    command.env_remove("PYTHONHOME").env_remove("PYTHONPATH").stdin(Stdio::null()).output()
}

fn cannot_write(path: &Path, source: io::Error) -> PythonError {
    PythonError::Directory { path: path.to_path_buf(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_python_versions_as_numbers() {
        for (version, expected) in [
            ("3.11.7", true),
            ("3.10.0", true),
            ("3.9.18", false),
            ("2.7.18", false),
            ("4.0.0", true),
            ("", false),
        ] {
            assert_eq!(is_new_enough(version), expected, "{version}");
        }
    }

    #[test]
    fn an_unfinished_environment_is_not_ready() {
        let directory = tempfile::tempdir().unwrap();
        let interpreter = directory.path().join("bin").join("python");
        let requirement = MOTO.requirement;
        assert!(!is_ready(requirement, directory.path(), &interpreter), "an empty directory");
        fs::write(directory.path().join(MARKER), requirement).unwrap();
        assert!(!is_ready(requirement, directory.path(), &interpreter), "a marker without an interpreter");
    }

    #[test]
    fn a_directory_that_cannot_be_written_is_said_so() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = prepare_environment(MOTO, &file.path().join("moto"), &mut |_| {}).unwrap_err();
        assert!(matches!(error, PythonError::Directory { .. }), "{error}");
    }
}
