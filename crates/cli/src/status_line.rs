//! One line at the bottom of a terminal that changes as time goes by.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often the line is drawn at most, each second.
const RATE: u8 = 8;

/// The line; it disappears when this is dropped.
pub(crate) struct StatusLine {
    bar: ProgressBar,
}

impl StatusLine {
    /// Returns an empty line.
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(RATE));
        let style =
            ProgressStyle::with_template("{wide_msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        bar.set_style(style);
        Self { bar }
    }

    /// Returns how many columns the terminal has now.
    pub(crate) fn columns(&self) -> usize {
        // The last one stays empty: where it is written on, some terminals go on to the next line.
        usize::from(console::Term::stderr().size().1).saturating_sub(1)
    }

    /// Shows a text instead of the one before.
    pub(crate) fn show(&self, text: &str) {
        if text.is_empty() && self.bar.message().is_empty() {
            return;
        }
        self.bar.set_message(text.to_owned());
        self.bar.tick();
    }

    /// Prints something above the line.
    pub(crate) fn aside(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }
}

impl Drop for StatusLine {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
