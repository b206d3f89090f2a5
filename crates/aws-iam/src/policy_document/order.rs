//! The order in which Terraform's provider walks sets: by the decimal digits of their elements' checksums.
//!
//! It shows in a document where two blocks are about the same thing.

use std::collections::BTreeSet;

use super::{Condition, Principals};

/// Returns the checksum by which the provider knows a text.
pub(super) fn hash(text: &str) -> u32 {
    crc32fast::hash(text.as_bytes())
}

/// Returns the elements of a set in the provider's order, given the texts it takes the checksums of.
pub(super) fn ordered<T>(set: &BTreeSet<T>, text: impl Fn(&T) -> String) -> Vec<&T> {
    let mut elements: Vec<_> = set.iter().map(|it| (hash(&text(it)).to_string(), it)).collect();
    elements.sort_by(|(one, _), (other, _)| one.cmp(other));
    elements.into_iter().map(|(_, it)| it).collect()
}

/// Returns the text of a block of principals.
pub(super) fn principals(it: &Principals) -> String {
    let element = |it: &String| format!("{it};");
    let identifiers: String = ordered(&it.identifiers, element).into_iter().map(element).collect();
    format!("identifiers:{{{identifiers}}};type:{};", it.kind)
}

/// Returns the text of a condition.
pub(super) fn condition(it: &Condition) -> String {
    let values: String = it.values.iter().map(|it| format!("{it};")).collect();
    format!("test:{};values:({values});variable:{};", it.test, it.variable)
}
