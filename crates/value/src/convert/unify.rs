//! The most general of several types, or a type made of them.

use super::{Safety, availability::is_available};
use crate::Type;
use std::collections::HashSet;

mod preference;

/// Returns the type that values of all these types can be brought to, unsafe conversions allowed.
///
/// `None` when there is none, and for no types at all. Types that are not known yet do not take part, except beside
/// collections and structures, where the result stays open; see [`convert_unified`](super::convert_unified).
pub fn unify(types: &[Type]) -> Option<Type> {
    unify_with(types.iter(), Safety::Unsafe)
}

/// Returns the type that all values of all these types can be brought to.
pub fn unify_safe(types: &[Type]) -> Option<Type> {
    unify_with(types.iter(), Safety::Safe)
}

/// Returns the common type; types that occur again change nothing.
pub(super) fn unify_with<'a>(types: impl Iterator<Item = &'a Type>, safety: Safety) -> Option<Type> {
    let mut seen = HashSet::new();
    let distinct: Vec<&Type> = types.filter(|ty| seen.insert(*ty)).collect();
    match distinct.as_slice() {
        [] => None,
        [only] => Some((*only).clone()),
        several => unify_distinct(several, safety),
    }
}

/// How many of the types are of which kind.
#[derive(Default)]
struct Census {
    maps: usize,
    lists: usize,
    sets: usize,
    objects: usize,
    tuples: usize,
    dynamic: usize,
}

impl Census {
    fn of(types: &[&Type]) -> Self {
        let mut census = Self::default();
        for ty in types {
            match ty {
                Type::Map(_) => census.maps += 1,
                Type::List(_) => census.lists += 1,
                Type::Set(_) => census.sets += 1,
                Type::Object(_) => census.objects += 1,
                Type::Tuple(_) => census.tuples += 1,
                Type::Dynamic => census.dynamic += 1,
                Type::String | Type::Number | Type::Bool => {}
            }
        }
        census
    }
}

fn unify_distinct(types: &[&Type], safety: Safety) -> Option<Type> {
    let census = Census::of(types);
    let all = |count: usize| count > 0 && count + census.dynamic == types.len();
    let one_kind =
        [census.maps, census.lists, census.sets, census.objects, census.tuples].into_iter().any(all);
    if one_kind && census.dynamic > 0 {
        // What the types that are not known yet will be decides which way is taken.
        return Some(Type::Dynamic);
    }
    if all(census.maps) {
        return unify_elements(types, safety).map(Type::map);
    }
    if all(census.lists) {
        return unify_elements(types, safety).map(Type::list);
    }
    if all(census.sets) {
        return unify_elements(types, safety).map(Type::set);
    }
    if all(census.objects) {
        return unify_objects(types, safety);
    }
    if all(census.tuples) {
        return unify_tuples(types, safety);
    }
    if census.maps > 0 && all(census.maps + census.objects) {
        // Objects are often maps in disguise.
        let objects: Vec<&Type> = only(types, |ty| matches!(ty, Type::Object(_)));
        if let Some(unified) = unify_replaced(types, &objects, objects_as_map(&objects, safety), safety)
            && matches!(unified, Type::Map(_))
        {
            return Some(unified);
        }
    } else if census.lists > 0 && all(census.lists + census.tuples) {
        // Tuples are often lists in disguise.
        let tuples: Vec<&Type> = only(types, |ty| matches!(ty, Type::Tuple(_)));
        if let Some(unified) = unify_replaced(types, &tuples, tuples_as_list(&tuples, safety), safety)
            && matches!(unified, Type::List(_))
        {
            return Some(unified);
        }
    } else if census.objects > 0 && census.tuples > 0 {
        return None;
    }
    let order = preference::order(types);
    order
        .into_iter()
        .map(|index| types[index])
        .find(|wanted| types.iter().all(|ty| is_available(ty, wanted, safety)))
        .cloned()
}

fn only<'a>(types: &[&'a Type], keep: impl Fn(&Type) -> bool) -> Vec<&'a Type> {
    types.iter().copied().filter(|ty| keep(ty)).collect()
}

/// Unifies with the structural types replaced by the collection type they were found to be.
fn unify_replaced(
    types: &[&Type],
    replaced: &[&Type],
    collection: Option<Type>,
    safety: Safety,
) -> Option<Type> {
    let collection = collection?;
    let types = types.iter().map(|ty| if replaced.contains(ty) { &collection } else { *ty });
    unify_with(types, safety)
}

fn unify_elements(types: &[&Type], safety: Safety) -> Option<Type> {
    unify_with(types.iter().filter_map(|ty| ty.element_type()), safety)
}

/// Objects with the same attribute names unify attribute by attribute, others to a map.
fn unify_objects(types: &[&Type], safety: Safety) -> Option<Type> {
    let names =
        |ty: &Type| ty.attribute_types().map(|attributes| attributes.keys().cloned().collect::<Vec<_>>());
    let first = names(types.first()?)?;
    if types.iter().any(|ty| names(ty).as_ref() != Some(&first)) {
        return objects_as_map(types, safety);
    }
    let attributes = first.into_iter().map(|name| {
        let across = types.iter().filter_map(|ty| ty.attribute_type(&name));
        unify_with(across, safety).map(|ty| (name.clone(), ty))
    });
    let unified = Type::object(attributes.collect::<Option<Vec<_>>>()?);
    if types.iter().all(|ty| is_available(ty, &unified, safety)) {
        Some(unified)
    } else {
        objects_as_map(types, safety)
    }
}

fn objects_as_map(types: &[&Type], safety: Safety) -> Option<Type> {
    let attributes =
        types.iter().filter_map(|ty| ty.attribute_types()).flat_map(|attributes| attributes.values());
    let unified = Type::map(unify_with(attributes, safety)?);
    types.iter().all(|ty| is_available(ty, &unified, safety)).then_some(unified)
}

/// Tuples of the same length unify element by element, others to a list.
fn unify_tuples(types: &[&Type], safety: Safety) -> Option<Type> {
    let length = types.first()?.tuple_types()?.len();
    if types.iter().any(|ty| ty.tuple_types().is_none_or(|elements| elements.len() != length)) {
        return tuples_as_list(types, safety);
    }
    let elements = (0..length).map(|index| {
        let across = types.iter().filter_map(|ty| ty.tuple_types()?.get(index));
        unify_with(across, safety)
    });
    let unified = Type::tuple(elements.collect::<Option<Vec<_>>>()?);
    if types.iter().all(|ty| is_available(ty, &unified, safety)) {
        Some(unified)
    } else {
        tuples_as_list(types, safety)
    }
}

fn tuples_as_list(types: &[&Type], safety: Safety) -> Option<Type> {
    let elements = types.iter().filter_map(|ty| ty.tuple_types()).flatten();
    let unified = Type::list(unify_with(elements, safety)?);
    types.iter().all(|ty| is_available(ty, &unified, safety)).then_some(unified)
}
