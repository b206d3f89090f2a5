//! Null and unknown: only their types can be converted.

use super::Safety;
use super::unify::unify_with;
use crate::{ObjectType, Refinement, Type, Value};

/// Returns an unmarked null or unknown value of the wanted type, as far as that is decided.
pub(super) fn convert(value: &Value, to: &Type) -> Value {
    let ty = filled_in(value.ty(), &to.without_optional_attributes());
    if value.is_null() {
        return Value::null(ty);
    }
    let refinement = refinement(value, &ty);
    Value::unknown(ty).with_refinement(refinement)
}

/// Returns what stays known of an unknown value of another type.
fn refinement(value: &Value, to: &Type) -> Refinement {
    let nothing = Refinement::default();
    let known = value.refinement().unwrap_or(&nothing);
    let length = match (value.ty(), to) {
        (Type::Object(object), Type::Map(_)) => {
            Refinement::length(object.attributes.len(), Some(object.attributes.len()))
        }
        (Type::Tuple(elements), Type::List(_)) => Refinement::length(elements.len(), Some(elements.len())),
        // Elements may turn out equal, but not all of them vanish.
        (Type::Tuple(elements), Type::Set(_)) => {
            Refinement::length(elements.len().min(1), Some(elements.len()))
        }
        (from, Type::Set(_)) if from.is_collection() => {
            Refinement::length(known.least_length.min(1), known.greatest_length)
        }
        (from, to) if from.is_collection() && to.is_collection() => {
            Refinement::length(known.least_length, known.greatest_length)
        }
        _ => Refinement::default(),
    };
    Refinement { not_null: known.not_null, ..length }
}

/// Returns `to` with its dynamic parts replaced by what `from` says about them.
fn filled_in(from: &Type, to: &Type) -> Type {
    let inside = |from: &Type, to: &Type| filled_in(from, to);
    let unified = |types: &mut dyn Iterator<Item = &Type>, to: &Type| match unify_with(types, Safety::Unsafe)
    {
        Some(common) => filled_in(&common, to),
        None => to.clone(),
    };
    match (from, to) {
        (Type::Dynamic, to) => to.clone(),
        (from, Type::Dynamic) => from.clone(),
        (Type::Map(from), Type::Map(to)) => Type::map(inside(from, to)),
        (Type::Object(from), Type::Map(to)) => Type::map(unified(&mut from.attributes.values(), to)),
        (Type::Set(from) | Type::List(from), Type::Set(to)) => Type::set(inside(from, to)),
        (Type::Set(from) | Type::List(from), Type::List(to)) => Type::list(inside(from, to)),
        (Type::Tuple(from), Type::Set(to)) => Type::set(unified(&mut from.iter(), to)),
        (Type::Tuple(from), Type::List(to)) => Type::list(unified(&mut from.iter(), to)),
        (Type::Tuple(from), Type::Tuple(to)) => {
            Type::tuple(from.iter().zip(to.iter()).map(|(from, to)| inside(from, to)))
        }
        (Type::Map(from), Type::Object(to)) => filled_in_object(to, |_| Some(from)),
        (Type::Object(from), Type::Object(to)) => filled_in_object(to, |name| from.attributes.get(name)),
        (_, to) => to.clone(),
    }
}

fn filled_in_object<'a>(to: &ObjectType, from: impl Fn(&str) -> Option<&'a Type>) -> Type {
    Type::object(to.attributes.iter().map(|(name, wanted)| {
        let ty = from(name).map_or_else(|| wanted.clone(), |own| filled_in(own, wanted));
        (std::sync::Arc::clone(name), ty)
    }))
}
