//! A directory with a configuration, in which commands run.

#![expect(dead_code, reason = "no test uses everything here")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A directory with a configuration.
pub(crate) struct Place(TempDir);

/// What a command did.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new(configuration: &str) -> Self {
        let place = Self(TempDir::new().unwrap());
        place.write("main.tf", configuration);
        place
    }

    pub(crate) fn empty() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// Returns a place whose configuration was applied.
    pub(crate) fn applied(configuration: &str) -> Self {
        let place = Self::new(configuration);
        place.good(&["apply", "-auto-approve"]);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Returns the names of what is in a directory, sorted.
    pub(crate) fn names(&self, directory: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(directory)).unwrap();
        let mut names: Vec<_> = entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Runs a command with a variable of the environment and an answer on standard input.
    pub(crate) fn run(&self, arguments: &[&str], variable: Option<(&str, &str)>, input: &str) -> Done {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rinfra"));
        command.args(arguments).arg("-no-color").current_dir(self.0.path()).env_clear().envs(variable);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that reads nothing may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Done { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Runs a command that is to end well, and returns what it printed.
    pub(crate) fn good(&self, arguments: &[&str]) -> String {
        let done = self.run(arguments, None, "");
        assert_eq!(done.code, 0, "{arguments:?}: {done:?}");
        done.out
    }

    /// Runs a command that is to be refused with these words and exit code 1.
    pub(crate) fn refused(&self, arguments: &[&str], words: &str) {
        let done = self.run(arguments, None, "");
        assert_eq!(done.code, 1, "{arguments:?}: {done:?}");
        assert!(done.err.contains(words), "{arguments:?}: {done:?}");
    }
}
