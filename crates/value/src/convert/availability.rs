//! Which conversions exist, decided from the types alone.

use super::Safety;
use super::unify::unify_with;
use crate::Type;

/// Returns whether there is a conversion; a type converts to itself.
pub(super) fn is_available(from: &Type, to: &Type, safety: Safety) -> bool {
    if from == to {
        return true;
    }
    match (from, to) {
        (_, Type::Dynamic) => true,
        (Type::Dynamic, _) => safety == Safety::Unsafe,
        (Type::Number | Type::Bool, Type::String) => true,
        (Type::String, Type::Number | Type::Bool) => safety == Safety::Unsafe,
        (Type::List(from) | Type::Set(from), Type::List(to))
        | (Type::Set(from), Type::Set(to))
        | (Type::Map(from), Type::Map(to)) => is_available(from, to, safety),
        // The order and the duplicates are lost.
        (Type::List(from), Type::Set(to)) => safety == Safety::Unsafe && is_available(from, to, safety),
        (Type::Tuple(from), Type::List(to) | Type::Set(to)) => {
            from.is_empty()
                || common_element(from.iter(), to, safety)
                    .is_some_and(|to| from.iter().all(|from| is_available(from, &to, safety)))
        }
        (Type::Tuple(from), Type::Tuple(to)) => {
            from.len() == to.len()
                && from.iter().zip(to.iter()).all(|(from, to)| is_available(from, to, safety))
        }
        (Type::Object(from), Type::Map(to)) => {
            let types = || from.attributes.values();
            from.attributes.is_empty()
                || common_attribute(types(), to, safety)
                    .is_some_and(|to| types().all(|from| is_available(from, &to, safety)))
        }
        (Type::Object(from), Type::Object(to)) => {
            to.attributes.iter().all(|(name, wanted)| match from.attributes.get(name) {
                Some(own) => is_available(own, wanted, safety),
                None => to.optional.contains(name),
            })
        }
        // Which attributes there are depends on the map; an optional one may turn out absent.
        (Type::Map(from), Type::Object(to)) => {
            safety == Safety::Unsafe
                && to
                    .attributes
                    .iter()
                    .all(|(name, wanted)| to.optional.contains(name) || is_available(from, wanted, safety))
        }
        _ => false,
    }
}

/// Returns the type that the elements of a tuple get in a list or set of `wanted`.
pub(super) fn common_element<'a>(
    elements: impl Iterator<Item = &'a Type> + Clone,
    wanted: &Type,
    safety: Safety,
) -> Option<Type> {
    let common = common_attribute(elements.clone(), wanted, safety)?;
    // What has no type yet cannot sit beside what has one.
    let undecided = common == Type::Dynamic && elements.into_iter().any(|element| *element != Type::Dynamic);
    (!undecided).then_some(common)
}

/// Returns the type that the attributes of an object get in a map of `wanted`.
pub(super) fn common_attribute<'a>(
    attributes: impl Iterator<Item = &'a Type>,
    wanted: &Type,
    safety: Safety,
) -> Option<Type> {
    match wanted {
        Type::Dynamic => unify_with(attributes, safety),
        wanted => Some(wanted.clone()),
    }
}
