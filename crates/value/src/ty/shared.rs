//! Types that are kept once.
//!
//! A type is part of each value, and a hundred thousand objects of one shape need it once, not a hundred thousand
//! times. Who makes an object seldom knows which others were made like it. So each thread remembers the object types
//! it made last, and gives out one of them where it is asked for an equal one.
//!
//! This changes neither what a type is nor what it is equal to: a type that was forgotten is made again.

use super::{ObjectType, Type};
use foldhash::fast::FixedState;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hash, Hasher};
use std::mem::discriminant;
use std::sync::Arc;

/// How many object types a thread remembers.
const PLACES: usize = 256;

/// Objects of more attributes than this are mostly maps in disguise, and seldom two are alike.
const MOST_ATTRIBUTES: usize = 64;

thread_local! {
    static OBJECTS: RefCell<Vec<Option<Arc<ObjectType>>>> = RefCell::new(vec![None; PLACES]);
    static ELEMENTS: [Arc<Type>; 4] = [Type::Dynamic, Type::String, Type::Number, Type::Bool].map(Arc::new);
}

/// Returns the element type of a collection.
pub(super) fn element(ty: Type) -> Arc<Type> {
    let known = ELEMENTS.with(|all| all.iter().find(|it| ***it == ty).cloned());
    known.unwrap_or_else(|| Arc::new(ty))
}

/// Returns the object type with these attributes, none of them optional.
///
/// *Assumptions*: they are ordered by name, and each is there once.
pub(super) fn object<'a>(
    attributes: impl ExactSizeIterator<Item = (&'a Arc<str>, &'a Type)> + Clone,
) -> Arc<ObjectType> {
    if attributes.len() > MOST_ATTRIBUTES {
        return made(attributes);
    }
    let place = place(attributes.clone());
    OBJECTS.with_borrow_mut(|objects| match &mut objects[place] {
        Some(known) if has(known, attributes.clone()) => Arc::clone(known),
        place => Arc::clone(place.insert(made(attributes))),
    })
}

fn made<'a>(attributes: impl Iterator<Item = (&'a Arc<str>, &'a Type)>) -> Arc<ObjectType> {
    let attributes = attributes.map(|(name, ty)| (Arc::clone(name), ty.clone())).collect();
    Arc::new(ObjectType { attributes, optional: BTreeSet::new() })
}

/// Tells whether a remembered type has these attributes. It may say no where a longer look would say yes.
fn has<'a>(known: &ObjectType, attributes: impl ExactSizeIterator<Item = (&'a Arc<str>, &'a Type)>) -> bool {
    known.attributes.len() == attributes.len()
        && known.attributes.iter().zip(attributes).all(|(own, it)| own.0 == it.0 && is_one(own.1, it.1))
}

/// Tells whether two types are one: equal, and kept in one place where they are large.
///
/// An object that holds all instances of a resource has a type as large as they are many. To compare it with an equal
/// one of another place for each of the instances that refer to it would take the square of their number.
fn is_one(one: &Type, other: &Type) -> bool {
    match (one, other) {
        (Type::Object(one), Type::Object(other)) => Arc::ptr_eq(one, other),
        (Type::Tuple(one), Type::Tuple(other)) => Arc::ptr_eq(one, other),
        (Type::List(one), Type::List(other))
        | (Type::Set(one), Type::Set(other))
        | (Type::Map(one), Type::Map(other)) => Arc::ptr_eq(one, other) || is_one(one, other),
        _ => discriminant(one) == discriminant(other),
    }
}

/// Returns where a type is remembered, for which its names and the kinds of its attributes suffice.
fn place<'a>(attributes: impl Iterator<Item = (&'a Arc<str>, &'a Type)>) -> usize {
    let mut hasher = FixedState::default().build_hasher();
    for (name, ty) in attributes {
        name.hash(&mut hasher);
        discriminant(ty).hash(&mut hasher);
    }
    usize::try_from(hasher.finish() % PLACES as u64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::{Type, Value};
    use std::sync::Arc;

    fn object(names: &[String], value: &Value) -> Type {
        Value::object(names.iter().map(|name| (name.as_str(), value.clone()))).ty().clone()
    }

    fn is_shared(one: &Type, other: &Type) -> bool {
        matches!((one, other), (Type::Object(one), Type::Object(other)) if Arc::ptr_eq(one, other))
    }

    #[test]
    fn equal_types_are_kept_once() {
        let names = |count: usize| (0..count).map(|it| format!("n{it:04}")).collect::<Vec<_>>();
        let nested = Value::object([("inside", Value::bool(true))]);
        for (count, value, expected) in [
            (0, Value::from("x"), true),
            (3, Value::from("x"), true),
            (3, nested, true),
            (65, Value::from("x"), false),
        ] {
            let (one, other) = (object(&names(count), &value), object(&names(count), &value));
            assert_eq!(one, other);
            assert_eq!(is_shared(&one, &other), expected, "{count} attributes of {value:?}");
        }
    }

    #[test]
    fn of_large_types_the_last_one_is_remembered() {
        let names: Vec<_> = (0..65).map(|it| format!("n{it:04}")).collect();
        let large = |value: &Value| Value::object(names.iter().map(|name| (name.as_str(), value.clone())));
        let (before, now) = (large(&Value::from("x")), large(&Value::from("x")));
        let around = |value: &Value| object(&["all".to_owned()], value);
        around(&before);
        let (one, other) = (around(&now), around(&now));
        assert!(is_shared(&one, &other));
        assert!(
            is_shared(one.attribute_type("all").unwrap(), now.ty()),
            "it is not compared with the one before"
        );
    }

    #[test]
    fn types_that_differ_are_not_confused() {
        // More than are remembered, so that places are taken again and again.
        for _ in 0..2 {
            for number in 0..1_000 {
                let name = [format!("n{number}")];
                for value in [Value::from("x"), Value::bool(true), Value::object([("a", Value::from("x"))])] {
                    assert_eq!(object(&name, &value), Type::object([(name[0].as_str(), value.ty().clone())]));
                }
            }
        }
        let lists = [Type::String, Type::Bool].map(|it| Value::list(it, Vec::new()));
        let [one, other] = lists.map(|it| object(&["l".to_owned()], &it));
        assert_ne!(one, other);
    }
}
