//! The stages of a configuration's life.

/// A stage of a configuration's life.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Stage {
    /// From nothing to everything.
    Create,
    /// To the second generation: changes in place, and replacements in both orders.
    Change,
    /// To nothing.
    Destroy,
}

impl Stage {
    /// All stages in their order.
    pub const ALL: [Self; 3] = [Self::Create, Self::Change, Self::Destroy];

    /// Returns the stage's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Change => "change",
            Self::Destroy => "destroy",
        }
    }

    /// Returns the command of the stage.
    pub fn command(self) -> &'static [&'static str] {
        match self {
            Self::Create => &["apply", "-auto-approve", "-no-color"],
            Self::Change => &["apply", "-auto-approve", "-no-color", "-var", "generation=2"],
            Self::Destroy => &["destroy", "-auto-approve", "-no-color", "-var", "generation=2"],
        }
    }

    /// Returns the command that finds nothing to do after the stage.
    pub(super) fn check(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Create => Some(&["plan", "-detailed-exitcode", "-no-color"]),
            Self::Change => Some(&["plan", "-detailed-exitcode", "-no-color", "-var", "generation=2"]),
            Self::Destroy => None,
        }
    }
}
