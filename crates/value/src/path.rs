//! Where something is inside a value.

use crate::Value;
use std::fmt;
use std::sync::Arc;

/// Steps from the outside in.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<PathStep>);

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathStep {
    /// An attribute of an object.
    Attribute(Arc<str>),
    /// An element of a list or tuple by number, of a map by string, of a set by the element itself.
    Index(Value),
}

impl Path {
    /// The value itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// Returns the path with these steps.
    pub fn new(steps: impl IntoIterator<Item = PathStep>) -> Self {
        Self(steps.into_iter().collect())
    }

    /// Returns the steps, outermost first.
    pub fn steps(&self) -> &[PathStep] {
        &self.0
    }

    /// Returns whether this is the value itself.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the path to an attribute of what is here.
    #[must_use]
    pub fn attribute(&self, name: impl Into<Arc<str>>) -> Self {
        self.child(PathStep::Attribute(name.into()))
    }

    /// Returns the path to the element with this key.
    #[must_use]
    pub fn index(&self, key: impl Into<Value>) -> Self {
        self.child(PathStep::Index(key.into()))
    }

    /// Returns the path to the element at this position.
    #[must_use]
    pub fn position(&self, position: usize) -> Self {
        self.child(PathStep::Index(Value::number(position)))
    }

    /// Returns the path one step further.
    #[must_use]
    pub fn child(&self, step: PathStep) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step);
        Self(steps)
    }

    /// Returns whether this path is `prefix` or leads further.
    pub fn starts_with(&self, prefix: &Self) -> bool {
        self.0.starts_with(&prefix.0)
    }

    /// Adds a step.
    pub fn push(&mut self, step: PathStep) {
        self.0.push(step);
    }

    /// Takes the last step off.
    pub fn pop(&mut self) -> Option<PathStep> {
        self.0.pop()
    }
}

impl From<Vec<PathStep>> for Path {
    fn from(steps: Vec<PathStep>) -> Self {
        Self(steps)
    }
}

impl FromIterator<PathStep> for Path {
    fn from_iter<I: IntoIterator<Item = PathStep>>(steps: I) -> Self {
        Self::new(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| write!(f, "{step}"))
    }
}

impl fmt::Display for PathStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(name) => write!(f, ".{name}"),
            Self::Index(key) => match (key.as_number(), key.as_str()) {
                (Some(number), _) => write!(f, "[{number}]"),
                (_, Some(text)) => write!(f, "[{text:?}]"),
                (None, None) => f.write_str("[...]"),
            },
        }
    }
}
