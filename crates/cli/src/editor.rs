//! The line editor of the console.

use rinfra_lang::goes_on;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{
    Cmd, ConditionalEventHandler, Config, Context, Event, EventContext, EventHandler, Helper, KeyEvent,
    Movement, RepeatCount,
};

/// What is told about names: where the one before the cursor begins, and what it may become.
pub(crate) trait Vocabulary {
    fn complete(&self, text: &str, cursor: usize) -> (usize, Vec<String>);
}

impl Vocabulary for rinfra_ops::Console<'_> {
    fn complete(&self, text: &str, cursor: usize) -> (usize, Vec<String>) {
        rinfra_ops::Console::complete(self, text, cursor)
    }
}

/// Reads expressions from a terminal, of one line or of many.
///
/// What was typed is remembered as long as the editor lives and no longer: it may hold secrets.
pub(crate) struct Editor<'v, V: Vocabulary> {
    inner: rustyline::Editor<Assistant<'v, V>, MemHistory>,
}

impl<'v, V: Vocabulary> Editor<'v, V> {
    /// Returns an editor that knows these names.
    ///
    /// *Errors*: that the terminal cannot be used.
    pub(crate) fn new(vocabulary: &'v V) -> Result<Self, ReadlineError> {
        let config = Config::builder().auto_add_history(true).history_ignore_space(true).build();
        let mut inner = rustyline::Editor::with_history(config, MemHistory::new())?;
        inner.set_helper(Some(Assistant { vocabulary }));
        inner.bind_sequence(KeyEvent::ctrl('C'), EventHandler::Conditional(Box::new(ForgetOrLeave)));
        Ok(Self { inner })
    }

    /// Returns what the person types next; `None` when the person wants to leave.
    ///
    /// *Errors*: that the terminal is gone.
    pub(crate) fn read(&mut self) -> Result<Option<String>, ReadlineError> {
        match self.inner.readline("> ") {
            Ok(text) => Ok(Some(text)),
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// What Control-C does: it drops what is typed, and leaves when nothing is.
struct ForgetOrLeave;

impl ConditionalEventHandler for ForgetOrLeave {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext<'_>) -> Option<Cmd> {
        let is_empty = context.line().is_empty();
        (!is_empty).then_some(Cmd::Kill(Movement::WholeBuffer))
    }
}

struct Assistant<'v, V> {
    vocabulary: &'v V,
}

impl<V: Vocabulary> Helper for Assistant<'_, V> {}

impl<V: Vocabulary> Highlighter for Assistant<'_, V> {}

impl<V: Vocabulary> Hinter for Assistant<'_, V> {
    type Hint = String;
}

impl<V: Vocabulary> Completer for Assistant<'_, V> {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(self.vocabulary.complete(line, position))
    }
}

impl<V: Vocabulary> Validator for Assistant<'_, V> {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if goes_on(context.input()) {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Valid(None)
        })
    }
}
