//! What is printed where: results on standard output, everything else on standard error.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use rinfra_diag::{Diagnostic, Diagnostics, Sources};
use rinfra_ops::Failure;
use rinfra_view::{Message, Style, Surface};

/// Where results and messages go, and how they look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    out: Style,
    err: Style,
    /// Whether a person looks at both, and the screen can be written on more than once.
    is_live: bool,
    /// Whether the locale says that more than ASCII can be shown.
    is_unicode: bool,
    compact_warnings: bool,
    is_concise: bool,
    form: Form,
}

/// In what form a command tells how it goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// As text for people.
    #[default]
    Text,
    /// As Terraform's stream of JSON messages, one a line, on standard output.
    Messages,
}

impl Terminal {
    /// Returns the terminal of this process: coloured where a person looks at it and does not object.
    pub(crate) fn new(no_color: bool) -> Self {
        let wanted = !no_color && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|it| it == "dumb");
        let style = |is_terminal: bool| Style { colour: wanted && !dumb && is_terminal };
        let (out, err) = (std::io::stdout().is_terminal(), std::io::stderr().is_terminal());
        let is_live = out && err && !dumb;
        Self {
            out: style(out),
            err: style(err),
            is_live,
            is_unicode: is_unicode(|name| std::env::var(name).ok()),
            compact_warnings: false,
            is_concise: false,
            form: Form::Text,
        }
    }

    /// Returns this terminal, showing warnings as a list of their summaries if so wished.
    pub(crate) fn with_compact_warnings(self, compact_warnings: bool) -> Self {
        Self { compact_warnings, ..self }
    }

    /// Returns this terminal, showing plans with a line for each instance and no progress if so wished.
    pub(crate) fn with_concise(self, is_concise: bool) -> Self {
        Self { is_concise, ..self }
    }

    /// Tells whether only the essential is shown.
    pub(crate) fn is_concise(self) -> bool {
        self.is_concise
    }

    /// Returns this terminal with a stream of messages begun on it, if so wished.
    pub(crate) fn with_messages(self, wished: bool) -> Self {
        if !wished {
            return self;
        }
        let stream = Self { form: Form::Messages, is_live: false, ..self };
        let language = rinfra_state::State::TERRAFORM_VERSION;
        stream.message(|| Some(rinfra_view::version_message(env!("CARGO_PKG_VERSION"), language)));
        stream
    }

    /// Tells whether a stream of messages is printed instead of text.
    pub(crate) fn is_stream(self) -> bool {
        self.form == Form::Messages
    }

    /// Returns how results look.
    pub(crate) fn style(self) -> Style {
        self.out
    }

    /// Tells whether a line can be shown that changes as time goes by.
    pub(crate) fn is_live(self) -> bool {
        self.is_live
    }

    /// Returns where a line of so many columns is shown.
    pub(crate) fn surface(self, columns: usize) -> Surface {
        Surface { columns, is_unicode: self.is_unicode }
    }

    /// Prints a result, or a part of one.
    pub(crate) fn print(self, text: &str) {
        // A reader that has seen enough, such as `head`, is no failure of ours.
        let _ = std::io::stdout().lock().write_all(text.as_bytes());
    }

    /// Tells people how a command goes on; a stream has messages for that.
    pub(crate) fn tell(self, text: &str) {
        if self.form == Form::Text {
            self.print(text);
        }
    }

    /// Prints messages, where they are wished instead of text.
    pub(crate) fn message(self, messages: impl FnOnce() -> Option<Message>) {
        self.messages(|| messages().into_iter().collect());
    }

    /// Prints messages, where they are wished instead of text.
    pub(crate) fn messages(self, messages: impl FnOnce() -> Vec<Message>) {
        if self.form == Form::Messages {
            let timestamp = rinfra_ops::timestamp();
            messages().iter().for_each(|it| self.json(&it.to_json(&timestamp)));
        }
    }

    /// Prints something that is no result.
    pub(crate) fn say(self, text: &str) {
        // When even standard error is closed, nobody is left to tell.
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }

    /// Prints JSON on one line.
    pub(crate) fn json(self, json: &serde_json::Value) {
        self.print(&rinfra_view::json_line(json));
    }

    /// Prints JSON on many lines, where Terraform does.
    pub(crate) fn indented_json(self, json: &serde_json::Value) {
        self.print(&rinfra_view::json_lines(json));
    }

    /// Prints diagnostics.
    pub(crate) fn diagnostics(self, diagnostics: &Diagnostics, sources: &Sources) {
        if self.is_stream() {
            return self.messages(|| rinfra_view::diagnostic_messages(diagnostics, sources));
        }
        let compact = self.compact_warnings && !diagnostics.has_errors() && !diagnostics.is_empty();
        self.say(&if compact {
            rinfra_view::compact_warnings(diagnostics, self.err)
        } else {
            rinfra_view::diagnostics(diagnostics, sources, self.err)
        });
    }

    /// Prints the diagnostics of a failure and returns the exit code for it.
    pub(crate) fn fail(self, failure: &Failure) -> ExitCode {
        self.diagnostics(&failure.diagnostics, &failure.sources);
        ExitCode::FAILURE
    }

    /// Prints a diagnostic that has no place in any file.
    pub(crate) fn report(self, diagnostic: Diagnostic) {
        self.diagnostics(&Diagnostics::from(diagnostic), &Sources::default());
    }

    /// Prints a problem that has no place in any file.
    pub(crate) fn problem(self, summary: &str, detail: &str) {
        self.report(Diagnostic::error(summary, detail));
    }

    /// Asks a question and returns the answer without the line's end; `None` when nobody can answer.
    ///
    /// It blocks until there is an answer.
    pub(crate) fn ask(self, question: &str) -> Option<String> {
        self.print(question);
        std::io::stdout().flush().ok()?;
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer).ok()?;
        (read > 0).then(|| answer.trim_end_matches(['\n', '\r']).to_owned())
    }
}

/// Tells whether the locale of an environment has the characters of Unicode.
fn is_unicode(variable: impl Fn(&str) -> Option<String>) -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|it| variable(it).filter(|it| !it.is_empty()));
    locale.is_some_and(|it| it.to_ascii_lowercase().replace('-', "").contains("utf8"))
}

#[cfg(test)]
mod tests {
    use super::is_unicode;

    #[test]
    fn the_first_variable_that_says_anything_decides_the_locale() {
        let cases: [(&[(&str, &str)], bool); 6] = [
            (&[], false),
            (&[("LANG", "en_US.UTF-8")], true),
            (&[("LANG", "de_DE.utf8")], true),
            (&[("LANG", "de_DE@euro")], false),
            (&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")], false),
            (&[("LC_ALL", ""), ("LC_CTYPE", "C.UTF-8"), ("LANG", "C")], true),
        ];
        for (environment, expected) in cases {
            let variable = |name: &str| {
                environment.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(is_unicode(variable), expected, "{environment:?}");
        }
    }
}
