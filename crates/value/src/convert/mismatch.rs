//! Why a type does not fit, in words about what is required.

use super::{Safety, availability::is_available};
use crate::{ObjectType, Type};
use std::sync::Arc;

/// Returns what is required of a value of type `got` where `want` is wanted and no conversion exists.
pub(super) fn message(got: &Type, want: &Type) -> String {
    match (got, want) {
        (Type::Object(got), Type::Object(want)) => between_objects(got, want),
        (Type::Tuple(_), Type::List(element)) if **element == Type::Dynamic => {
            "all list elements must have the same type".to_owned()
        }
        (Type::Tuple(_), Type::Set(element)) if **element == Type::Dynamic => {
            "all set elements must have the same type".to_owned()
        }
        (Type::Object(_), Type::Map(element)) if **element == Type::Dynamic => {
            "all map elements must have the same type".to_owned()
        }
        (Type::Tuple(elements), Type::List(want) | Type::Set(want)) => {
            let named = elements.iter().enumerate().map(|(index, element)| (index.to_string(), element));
            among_elements(named, want)
        }
        (Type::Object(object), Type::Map(want)) => {
            let named = object.attributes.iter().map(|(name, ty)| (format!("{name:?}"), ty));
            among_elements(named, want)
        }
        (Type::List(got) | Type::Set(got), Type::List(want)) => {
            format!("incorrect list element type: {}", message(got, want))
        }
        (Type::List(got) | Type::Set(got), Type::Set(want)) => {
            format!("incorrect set element type: {}", message(got, want))
        }
        (Type::Map(got), Type::Map(want)) => format!("incorrect map element type: {}", message(got, want)),
        (_, want) => format!("{} required", want.friendly_name_for_constraint()),
    }
}

fn between_objects(got: &ObjectType, want: &ObjectType) -> String {
    let missing: Vec<&Arc<str>> = want
        .attributes
        .keys()
        .filter(|name| !got.attributes.contains_key(*name) && !want.optional.contains(*name))
        .collect();
    match missing.as_slice() {
        [] => {}
        [only] => return format!("attribute {only:?} is required"),
        [first, second] => return format!("attributes {first:?} and {second:?} are required"),
        [others @ .., last] => {
            let others: String = others.iter().map(|name| format!("{name:?}, ")).collect();
            return format!("attributes {others}and {last:?} are required");
        }
    }
    [Safety::Unsafe, Safety::Safe]
        .into_iter()
        .find_map(|safety| {
            want.attributes.iter().find_map(|(name, want)| {
                let got = got.attributes.get(name)?;
                (!is_available(got, want, safety))
                    .then(|| format!("attribute {name:?}: {}", message(got, want)))
            })
        })
        .unwrap_or_else(|| "incorrect object attributes".to_owned())
}

fn among_elements<'a>(elements: impl Iterator<Item = (String, &'a Type)>, want: &Type) -> String {
    for (name, got) in elements {
        if !is_available(got, want, Safety::Unsafe) {
            return format!("element {name}: {}", message(got, want));
        }
    }
    format!("all elements must be {}", want.friendly_name_for_constraint())
}
