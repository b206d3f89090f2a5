use rinfra_change::Action;

/// How text is dressed for where it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colours, as ANSI escape sequences.
    pub colour: bool,
}

impl Style {
    /// Returns the style for output that understands no colours.
    pub fn plain() -> Self {
        Self { colour: false }
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Returns a text that stands out.
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    pub(crate) fn faint(self, text: &str) -> String {
        self.paint("90", text)
    }

    pub(crate) fn green(self, text: &str) -> String {
        self.paint("32", text)
    }

    pub(crate) fn red(self, text: &str) -> String {
        self.paint("31", text)
    }

    pub(crate) fn yellow(self, text: &str) -> String {
        self.paint("33", text)
    }

    pub(crate) fn cyan(self, text: &str) -> String {
        self.paint("36", text)
    }

    /// Returns the symbol of an action in its colour, three columns wide.
    pub(crate) fn action(self, action: Action) -> String {
        let symbol = format!("{:>3}", action.symbol());
        match action {
            Action::Create => self.green(&symbol),
            Action::Delete => self.red(&symbol),
            Action::Update => self.yellow(&symbol),
            Action::Read => self.cyan(&symbol),
            Action::DeleteThenCreate if self.colour => {
                format!("{}/{}", self.red("-"), self.green("+"))
            }
            Action::CreateThenDelete if self.colour => {
                format!("{}/{}", self.green("+"), self.red("-"))
            }
            _ => symbol,
        }
    }
}
