//! What a finished command left behind.

use std::fmt;
use std::process::Output;

/// The exit code and the whole output of a command that has ended.
///
/// `Display` shows all three, so that a failed assertion tells what happened.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The command line, for messages.
    pub command: String,
    /// The exit code; `None` when a signal ended the command.
    pub code: Option<i32>,
    /// All of standard output; bytes that are not UTF-8 are replaced.
    pub stdout: String,
    /// All of standard error; bytes that are not UTF-8 are replaced.
    pub stderr: String,
}

impl Outcome {
    pub(crate) fn new(command: String, output: &Output) -> Self {
        Self {
            command,
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Returns the outcome itself when the exit code is the expected one.
    ///
    /// # Panics
    /// With the whole output, when the exit code is another one.
    #[track_caller]
    pub fn expect_code(self, expected: i32) -> Self {
        assert_eq!(self.code, Some(expected), "unexpected exit code\n{self}");
        self
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.map_or_else(|| "none (killed by a signal)".to_owned(), |code| code.to_string());
        write!(
            f,
            "$ {}\nexit code: {code}\n--- standard output\n{}\n--- standard error\n{}",
            self.command, self.stdout, self.stderr
        )
    }
}
