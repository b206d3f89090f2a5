//! Which of several types to try first as the common one.

use crate::Type;
use std::cmp::Ordering;
use std::collections::VecDeque;

/// Returns the indices of the types, the more general before the less general, otherwise as they came.
pub(super) fn order(types: &[&Type]) -> Vec<usize> {
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); types.len()];
    let mut above = vec![0_usize; types.len()];
    for left in 0..types.len() {
        for right in left + 1..types.len() {
            match generality(types[left], types[right]) {
                Ordering::Less => {
                    below[left].push(right);
                    above[right] += 1;
                }
                Ordering::Greater => {
                    below[right].push(left);
                    above[left] += 1;
                }
                Ordering::Equal => {}
            }
        }
    }
    let mut ready: VecDeque<usize> = (0..types.len()).filter(|&index| above[index] == 0).collect();
    let mut order = Vec::with_capacity(types.len());
    while let Some(index) = ready.pop_front() {
        order.push(index);
        for &next in &below[index] {
            above[next] -= 1;
            if above[next] == 0 {
                ready.push_back(next);
            }
        }
    }
    order
}

/// `Less` when `left` is the more general type, `Equal` when neither is.
fn generality(left: &Type, right: &Type) -> Ordering {
    match (left, right) {
        (Type::Dynamic, Type::Dynamic) => Ordering::Equal,
        // Whatever it turns out to be, it is likely to match its neighbours.
        (Type::Dynamic, _) => Ordering::Greater,
        (_, Type::Dynamic) => Ordering::Less,
        (Type::String, Type::Number | Type::Bool) => Ordering::Less,
        (Type::Number | Type::Bool, Type::String) => Ordering::Greater,
        (Type::List(left), Type::List(right))
        | (Type::Set(left), Type::Set(right))
        | (Type::Map(left), Type::Map(right)) => generality(left, right),
        (Type::List(_), Type::Tuple(_)) | (Type::Map(_), Type::Object(_)) => Ordering::Less,
        (Type::Tuple(_), Type::List(_)) | (Type::Object(_), Type::Map(_)) => Ordering::Greater,
        (Type::Tuple(_) | Type::List(_), Type::Set(_)) => Ordering::Less,
        (Type::Set(_), Type::Tuple(_) | Type::List(_)) => Ordering::Greater,
        (Type::Object(left), Type::Object(right)) if left.attributes.keys().eq(right.attributes.keys()) => {
            agreed(left.attributes.values().zip(right.attributes.values()))
        }
        (Type::Tuple(left), Type::Tuple(right)) if left.len() == right.len() => {
            agreed(left.iter().zip(right.iter()))
        }
        _ => Ordering::Equal,
    }
}

/// Returns the ordering on which all pairs that have one agree.
fn agreed<'a>(pairs: impl Iterator<Item = (&'a Type, &'a Type)>) -> Ordering {
    let mut agreed = Ordering::Equal;
    for (left, right) in pairs {
        match (agreed, generality(left, right)) {
            (_, Ordering::Equal) => {}
            (Ordering::Equal, ordering) => agreed = ordering,
            (before, ordering) if before == ordering => {}
            _ => return Ordering::Equal,
        }
    }
    agreed
}
