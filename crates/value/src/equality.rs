//! The language's `==`.

use crate::{Refinement, Type, Value};

/// Returns whether two values are equal, as a bool: unknown where the unknown parts decide, with the marks of both
/// operands at any depth.
///
/// Values of different types are not equal, whatever they hold, but nulls are equal whatever their types.
pub fn equals(left: &Value, right: &Value) -> Value {
    let marks = left.marks_deep() | right.marks_deep();
    let verdict = if marks.is_empty() {
        compare(left, right)
    } else {
        compare(&left.unmark_deep(), &right.unmark_deep())
    };
    match verdict {
        Some(truth) => Value::bool(truth),
        None => Value::unknown(Type::Bool).not_null(),
    }
    .with_marks(marks)
}

/// Returns the verdict on unmarked values, `None` while it is open.
fn compare(left: &Value, right: &Value) -> Option<bool> {
    if (left.is_null() && right.is_definitely_not_null())
        || (right.is_null() && left.is_definitely_not_null())
    {
        return Some(false);
    }
    match (left.is_known(), right.is_known()) {
        (false, false) => return None,
        (true, false) => return if may_become(right, left) { None } else { Some(false) },
        (false, true) => return if may_become(left, right) { None } else { Some(false) },
        (true, true) => {}
    }
    if left.is_null() || right.is_null() {
        return Some(left.is_null() && right.is_null());
    }
    if has_open_type(left) || has_open_type(right) {
        let possible = left.ty().conforms_to(right.ty()) || right.ty().conforms_to(left.ty());
        return if possible { None } else { Some(false) };
    }
    if left.ty() != right.ty() {
        return Some(false);
    }
    compare_contents(left, right)
}

/// Compares known values of one type.
fn compare_contents(left: &Value, right: &Value) -> Option<bool> {
    if let (Some(left_entries), Some(right_entries)) = (left.entries(), right.entries()) {
        if left_entries.len() != right_entries.len() || !left_entries.keys().eq(right_entries.keys()) {
            return Some(false);
        }
        return all_equal(left_entries.values().zip(right_entries.values()));
    }
    if let (Some(left_elements), Some(right_elements)) = (left.elements(), right.elements()) {
        if matches!(left.ty(), Type::Set(_)) {
            return compare_sets(left_elements, right_elements);
        }
        if left_elements.len() != right_elements.len() {
            return Some(false);
        }
        return all_equal(left_elements.iter().zip(right_elements));
    }
    Some(left == right)
}

/// Returns the verdict on pairs: the first pair that is not equal or open decides.
fn all_equal<'a>(mut pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Option<bool> {
    pairs
        .try_fold(true, |_, (left, right)| match compare(left, right) {
            Some(true) => Ok(true),
            decided => Err(decided),
        })
        .map_or_else(|decided| decided, Some)
}

/// Sets are equal when nothing in them is unknown and they have the same elements.
fn compare_sets(left: &[Value], right: &[Value]) -> Option<bool> {
    if left.iter().chain(right).any(|element| !element.is_wholly_known()) {
        return None;
    }
    // Equal elements stand in the same place, because the order is a function of the elements.
    Some(
        left.len() == right.len()
            && left.iter().zip(right).all(|(left, right)| compare(left, right) == Some(true)),
    )
}

/// Returns whether an unknown value may still turn out to be this known one.
fn may_become(unknown: &Value, known: &Value) -> bool {
    let nothing = Refinement::default();
    let refinement = unknown.refinement().unwrap_or(&nothing);
    if known.is_null() {
        return !refinement.not_null;
    }
    if !known.ty().conforms_to(unknown.ty()) {
        return false;
    }
    let prefix_fits = match (&refinement.prefix, known.as_str()) {
        (Some(prefix), Some(text)) => text.starts_with(prefix.as_ref()),
        _ => true,
    };
    let number_fits = known.as_number().is_none_or(|number| {
        refinement.minimum.as_ref().is_none_or(|bound| bound.allows_above(number))
            && refinement.maximum.as_ref().is_none_or(|bound| bound.allows_below(number))
    });
    let length_fits = known.length_bounds().is_none_or(|(least, greatest)| {
        greatest >= refinement.least_length && refinement.greatest_length.is_none_or(|limit| least <= limit)
    });
    prefix_fits && number_fits && length_fits
}

/// Returns whether something unknown in the value has no type yet.
fn has_open_type(value: &Value) -> bool {
    if value.is_null() {
        return false;
    }
    if !value.is_known() {
        return value.ty().has_dynamic();
    }
    if value.is_wholly_known() {
        return false;
    }
    let in_elements = value.elements().is_some_and(|elements| elements.iter().any(has_open_type));
    in_elements || value.entries().is_some_and(|entries| entries.values().any(has_open_type))
}
