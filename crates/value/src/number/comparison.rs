//! Which numbers are the same, and which is greater.

use super::decimal::Decimal;
use super::{Number, Repr};
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

impl Number {
    /// Returns how the exact values compare, however they are printed: the language's `<` and `>`.
    pub fn compare_values(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Integer { value: left, .. }, Repr::Integer { value: right, .. }) => left.cmp(right),
            (Repr::Infinity { negative: left }, Repr::Infinity { negative: right }) => right.cmp(left),
            (Repr::Infinity { negative }, _) => of_sign(*negative),
            (_, Repr::Infinity { negative }) => of_sign(*negative).reverse(),
            _ => match (self.to_binary(), other.to_binary()) {
                (Some(left), Some(right)) => left.cmp_value(&right),
                (None, Some(right)) => of_sign(!right.negative),
                (Some(left), None) => of_sign(left.negative),
                (None, None) => Ordering::Equal,
            },
        }
    }

    /// Returns the value when its text is that of a machine's integer, which is so of almost every number.
    fn plain_integer(&self) -> Option<i64> {
        match &self.0 {
            Repr::NegativeZero { .. } => Some(0),
            Repr::Integer { value, .. } if self.is_printed_exactly() => Some(*value),
            Repr::Integer { .. } | Repr::Binary(_) | Repr::Infinity { .. } => None,
        }
    }
}

fn of_sign(negative: bool) -> Ordering {
    if negative { Ordering::Less } else { Ordering::Greater }
}

/// As in Terraform, numbers are equal when they are printed alike: a fraction that was computed through a float equals
/// the text it is shown as. Zero equals minus zero.
impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By what is printed, so that the order agrees with `==`. [`Number::compare_values`] is the language's.
impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Some(left), Some(right)) = (self.plain_integer(), other.plain_integer()) {
            return left.cmp(&right);
        }
        let by_value = self.compare_values(other);
        match (self.to_binary(), other.to_binary()) {
            (Some(left), Some(right)) if left.negative == right.negative => {
                // Neighbours of other precisions may be printed alike; what is further apart is not.
                if (left.magnitude() - right.magnitude()).abs() > 1
                    || (by_value.is_eq() && left.precision == right.precision)
                {
                    return by_value;
                }
                let printed = Decimal::shortest(&left).cmp(&Decimal::shortest(&right));
                if left.negative { printed.reverse() } else { printed }
            }
            _ => by_value,
        }
    }
}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match (self.plain_integer(), &self.0) {
            (Some(value), _) => value.hash(state),
            (None, Repr::Infinity { negative }) => negative.hash(state),
            (None, _) => {
                let text = self.to_string();
                // An integer of low precision is printed like another one.
                match text.parse::<i64>() {
                    Ok(value) => value.hash(state),
                    Err(_) => text.hash(state),
                }
            }
        }
    }
}
