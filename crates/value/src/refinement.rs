//! What is known of a value that is not known.

use crate::Number;
use std::sync::Arc;

/// Constraints that an unknown value will meet once it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Refinement {
    /// The value will not be null.
    pub not_null: bool,
    /// A string will begin with this.
    pub prefix: Option<Arc<str>>,
    /// A number will not be below this.
    pub minimum: Option<Bound>,
    /// A number will not be above this.
    pub maximum: Option<Bound>,
    /// A collection will have at least this many elements.
    pub least_length: usize,
    /// A collection will have at most this many elements.
    pub greatest_length: Option<usize>,
}

/// One end of a range of numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bound {
    /// Where the range ends.
    pub value: Number,
    /// Whether the end belongs to the range.
    pub inclusive: bool,
}

impl Bound {
    /// Returns whether a number is inside the range that begins here.
    pub fn allows_above(&self, number: &Number) -> bool {
        *number > self.value || (self.inclusive && *number == self.value)
    }

    /// Returns whether a number is inside the range that ends here.
    pub fn allows_below(&self, number: &Number) -> bool {
        *number < self.value || (self.inclusive && *number == self.value)
    }
}

impl Refinement {
    /// Knows only that the value is not null.
    pub fn not_null() -> Self {
        Self { not_null: true, ..Self::default() }
    }

    /// Returns whether nothing is known at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns what is known when both hold; the narrower bound wins.
    pub fn and(self, other: Self) -> Self {
        Self {
            not_null: self.not_null || other.not_null,
            prefix: longer(self.prefix, other.prefix),
            minimum: narrower(self.minimum, other.minimum, |left, right| left > right),
            maximum: narrower(self.maximum, other.maximum, |left, right| left < right),
            least_length: self.least_length.max(other.least_length),
            greatest_length: match (self.greatest_length, other.greatest_length) {
                (Some(left), Some(right)) => Some(left.min(right)),
                (left, right) => left.or(right),
            },
        }
    }

    /// Keeps the known length within these bounds.
    pub fn length(least: usize, greatest: Option<usize>) -> Self {
        Self { least_length: least, greatest_length: greatest, ..Self::default() }
    }
}

fn longer(left: Option<Arc<str>>, right: Option<Arc<str>>) -> Option<Arc<str>> {
    match (left, right) {
        (Some(left), Some(right)) if right.len() > left.len() => Some(right),
        (left, right) => left.or(right),
    }
}

fn narrower(
    left: Option<Bound>,
    right: Option<Bound>,
    tighter: impl Fn(&Number, &Number) -> bool,
) -> Option<Bound> {
    match (left, right) {
        (Some(left), Some(right)) => {
            let replace = tighter(&right.value, &left.value)
                || (right.value == left.value && left.inclusive && !right.inclusive);
            Some(if replace { right } else { left })
        }
        (left, right) => left.or(right),
    }
}
