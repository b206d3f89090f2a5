use std::collections::BTreeSet;
use std::rc::Rc;

use rinfra_addr::AbsResource;
use rinfra_value::Value;

/// The value of one object of the configuration, and what it came from.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The value; of unknown type and value when the answer is poisoned.
    pub value: Value,
    /// The resources the value was computed from.
    pub dependencies: Rc<BTreeSet<AbsResource>>,
    /// Whether something failed on the way here, which has been reported.
    pub poisoned: bool,
}

impl Answer {
    /// Returns an answer that came from nowhere but the configuration itself.
    pub(crate) fn of(value: Value) -> Self {
        Self { value, dependencies: Rc::default(), poisoned: false }
    }

    /// Returns the answer that stands for something that failed.
    pub(crate) fn poison(origin: Origin) -> Self {
        Self { value: Value::dynamic(), dependencies: Rc::new(origin.dependencies), poisoned: true }
    }

    /// Returns an answer with its origin.
    pub(crate) fn from_origin(value: Value, origin: Origin) -> Self {
        if origin.poisoned {
            return Self::poison(origin);
        }
        Self { value, dependencies: Rc::new(origin.dependencies), poisoned: false }
    }
}

/// What several answers were computed from, gathered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origin {
    pub(crate) dependencies: BTreeSet<AbsResource>,
    pub(crate) poisoned: bool,
}

impl Origin {
    /// Takes in where another answer came from.
    pub(crate) fn absorb(&mut self, answer: &Answer) {
        for resource in &*answer.dependencies {
            if !self.dependencies.contains(resource) {
                self.dependencies.insert(resource.clone());
            }
        }
        self.poisoned |= answer.poisoned;
    }

    /// Takes in another origin.
    pub(crate) fn merge(&mut self, other: Self) {
        self.dependencies.extend(other.dependencies);
        self.poisoned |= other.poisoned;
    }
}
