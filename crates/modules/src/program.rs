//! Running the programs of version control.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::FetchError;
use crate::url::redacted;

/// A program that must be installed.
pub(crate) struct Program {
    command: Command,
    name: &'static str,
}

impl Program {
    /// Returns a program that is looked for on the PATH and asks nothing.
    pub(crate) fn new(name: &'static str) -> Self {
        let mut command = Command::new(name);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self { command, name }
    }

    pub(crate) fn arguments<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn without_variable(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub(crate) fn directory(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// Runs it to its end and returns what it printed.
    ///
    /// # Errors
    /// When it is not installed, or ends otherwise than well: with what it had to say.
    pub(crate) fn run(mut self) -> Result<String, FetchError> {
        let name = self.name;
        let output = self.command.output().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                FetchError::unusable(format!("{name} must be available and on the PATH"))
            }
            _ => FetchError::unusable(format!("{name} does not start: {error}")),
        })?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let said: Vec<String> = said
            .trim()
            .trim_end_matches('.')
            .lines()
            .filter(|it| !it.trim().is_empty())
            .map(|line| without_secrets(line.trim_end()))
            .collect();
        let ending = match output.status.code() {
            Some(code) => format!("exited with {code}"),
            None => "was killed".to_owned(),
        };
        Err(FetchError::unreachable(format!("{name} {ending}: {}", said.join("\n"))))
    }
}

/// Returns a line of output without the passwords of URLs in it.
fn without_secrets(line: &str) -> String {
    let words = line.split_inclusive([' ', '\'', '"']).map(|word| {
        let end = word.len() - usize::from(word.ends_with([' ', '\'', '"']));
        format!("{}{}", redacted(&word[..end]), &word[end..])
    });
    words.collect()
}
