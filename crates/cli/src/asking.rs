//! Asking the person in front of the program.

use std::io::{IsTerminal, stdin};

use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};

use crate::interruption::Interruption;
use crate::terminal::Terminal;

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// An answer, without the line's end and white space before it.
    Line(String),
    /// Nobody can answer: standard input has ended.
    Nobody,
    /// The person wants to end the program.
    Interrupted,
}

/// Whether an answer can be seen while it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Echo {
    Shown,
    Hidden,
}

/// Asks a question and waits for the answer.
pub(crate) async fn ask(
    terminal: Terminal,
    interruption: &Interruption,
    question: String,
    echo: Echo,
) -> Reply {
    // Kept here and not where the answer is read: that goes on waiting when the program is to end.
    let hidden = match echo {
        Echo::Shown => Ok(None),
        Echo::Hidden => Hidden::begin(),
    };
    let Ok(_hidden) = hidden else { return Reply::Nobody };
    let asking = tokio::task::spawn_blocking(move || terminal.ask(&question));
    match interruption.unless(asking).await {
        Some(Ok(Some(line))) => Reply::Line(line.trim_end().to_owned()),
        Some(_) => Reply::Nobody,
        None => Reply::Interrupted,
    }
}

/// A terminal that does not show what is typed, until this is dropped.
struct Hidden {
    before: Termios,
}

impl Hidden {
    /// Stops showing what is typed; `None` where standard input is no terminal and nothing is shown anyway.
    ///
    /// *Errors*: that the terminal does not let itself be changed.
    fn begin() -> nix::Result<Option<Self>> {
        if !stdin().is_terminal() {
            return Ok(None);
        }
        let before = tcgetattr(stdin())?;
        let mut quiet = before.clone();
        quiet.local_flags.remove(LocalFlags::ECHO);
        // The end of the line is no secret, and without it the next text would follow on the same line.
        quiet.local_flags.insert(LocalFlags::ECHONL);
        tcsetattr(stdin(), SetArg::TCSADRAIN, &quiet)?;
        Ok(Some(Self { before }))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // A terminal that is gone needs no care.
        let _ = tcsetattr(stdin(), SetArg::TCSADRAIN, &self.before);
    }
}
