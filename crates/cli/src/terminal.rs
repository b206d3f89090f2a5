//! What is printed where: results on standard output, everything else on standard error.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use rinfra_diag::{Diagnostics, Sources};
use rinfra_ops::Failure;
use rinfra_view::Style;

use crate::arguments::Cli;

/// Where results and messages go, and how they look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    out: Style,
    err: Style,
}

impl Terminal {
    /// Returns the terminal of this process: coloured where a person looks at it and does not object.
    pub(crate) fn new(cli: &Cli) -> Self {
        let wanted = !cli.no_color && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|it| it == "dumb");
        let style = |is_terminal: bool| Style { colour: wanted && !dumb && is_terminal };
        Self { out: style(std::io::stdout().is_terminal()), err: style(std::io::stderr().is_terminal()) }
    }

    /// Returns how results look.
    pub(crate) fn style(self) -> Style {
        self.out
    }

    /// Prints a result, or a part of one.
    pub(crate) fn print(self, text: &str) {
        // A reader that has seen enough, such as `head`, is no failure of ours.
        let _ = std::io::stdout().lock().write_all(text.as_bytes());
    }

    /// Prints JSON on one line.
    pub(crate) fn json(self, json: &serde_json::Value) {
        self.print(&format!("{json}\n"));
    }

    /// Prints diagnostics for people.
    pub(crate) fn diagnostics(self, diagnostics: &Diagnostics, sources: &Sources) {
        let text = rinfra_view::diagnostics(diagnostics, sources, self.err);
        // When even standard error is closed, nobody is left to tell.
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }

    /// Prints the diagnostics of a failure and returns the exit code for it.
    pub(crate) fn fail(self, failure: &Failure) -> ExitCode {
        self.diagnostics(&failure.diagnostics, &failure.sources);
        ExitCode::FAILURE
    }

    /// Prints a problem that has no place in any file.
    pub(crate) fn problem(self, message: &str) {
        let diagnostics = Diagnostics::from(rinfra_diag::Diagnostic::error(message, ""));
        self.diagnostics(&diagnostics, &Sources::default());
    }

    /// Asks a question and returns the answer without the line's end; `None` when nobody can answer.
    pub(crate) fn ask(self, question: &str) -> Option<String> {
        self.print(question);
        std::io::stdout().flush().ok()?;
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer).ok()?;
        (read > 0).then(|| answer.trim_end_matches(['\n', '\r']).to_owned())
    }
}
