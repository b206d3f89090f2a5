//! The entries of a map and the attributes of an object.

use crate::Value;
use crate::value::normalized;
use std::collections::BTreeMap;
use std::fmt;
use std::iter::Map;
use std::slice;
use std::sync::Arc;

/// Values under keys, in the order of the keys, each of which is there once and in Unicode's normal form C.
///
/// Cloning copies a pointer: entries are shared, and never change. Whoever wants others collects them anew, from
/// [`to_map`](Self::to_map) where they come one by one.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entries(Arc<[(Arc<str>, Value)]>);

impl Entries {
    /// Returns how many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the value under a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.position(key).map(|position| &self.0[position].1)
    }

    /// Returns whether there is a value under a key.
    pub fn contains_key(&self, key: &str) -> bool {
        self.position(key).is_some()
    }

    /// Returns the entries, in the order of their keys.
    pub fn iter(&self) -> Iter<'_> {
        self.into_iter()
    }

    /// Returns the keys, in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Arc<str>> + ExactSizeIterator + Clone {
        self.0.iter().map(|(key, _)| key)
    }

    /// Returns the values, in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Value> + ExactSizeIterator + Clone {
        self.0.iter().map(|(_, value)| value)
    }

    /// Returns the entries as a map that can be changed.
    pub fn to_map(&self) -> BTreeMap<Arc<str>, Value> {
        self.0.iter().cloned().collect()
    }

    /// Returns the value under a key to be changed in place, with all entries copied if others share them.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let position = self.position(key)?;
        Some(&mut Arc::make_mut(&mut self.0)[position].1)
    }

    /// Returns the same keys with other values.
    pub(crate) fn with_values(&self, mut value: impl FnMut(&Arc<str>, &Value) -> Value) -> Self {
        Self(self.iter().map(|(key, it)| (Arc::clone(key), value(key, it))).collect())
    }

    fn position(&self, key: &str) -> Option<usize> {
        self.0.binary_search_by(|(it, _)| it.as_ref().cmp(key)).ok()
    }
}

impl<K: Into<Arc<str>>> FromIterator<(K, Value)> for Entries {
    /// Of several values under one key the last one stays.
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Self {
        let mut entries: Vec<(Arc<str>, Value)> =
            entries.into_iter().map(|(key, value)| (normalized(key.into()), value)).collect();
        if !entries.is_sorted_by(|(one, _), (next, _)| one < next) {
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            entries.dedup_by(|next, kept| {
                let is_again = next.0 == kept.0;
                if is_again {
                    std::mem::swap(next, kept);
                }
                is_again
            });
        }
        Self(entries.into())
    }
}

/// The entries in the order of their keys.
type Iter<'e> =
    Map<slice::Iter<'e, (Arc<str>, Value)>, fn(&'e (Arc<str>, Value)) -> (&'e Arc<str>, &'e Value)>;

impl<'e> IntoIterator for &'e Entries {
    type Item = (&'e Arc<str>, &'e Value);
    type IntoIter = Iter<'e>;

    fn into_iter(self) -> Iter<'e> {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

impl IntoIterator for Entries {
    type Item = (Arc<str>, Value);
    type IntoIter = std::vec::IntoIter<(Arc<str>, Value)>;

    /// The entries are copied, because others may share them.
    fn into_iter(self) -> Self::IntoIter {
        Vec::from(&*self.0).into_iter()
    }
}

impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Entries;
    use crate::Value;

    fn check(given: &[(&str, u64)], expected: &[(&str, u64)]) {
        let entries: Entries = given.iter().map(|(key, number)| (*key, Value::number(*number))).collect();
        let expected: Vec<_> = expected.iter().map(|(key, number)| (*key, Value::number(*number))).collect();
        let found: Vec<_> = entries.iter().map(|(key, value)| (key.as_ref(), value.clone())).collect();
        assert_eq!(found, expected, "{given:?}");
        for (key, value) in &expected {
            assert_eq!(entries.get(key), Some(value), "{given:?}");
        }
        assert!(!entries.contains_key("absent"));
    }

    #[test]
    fn are_sorted_and_each_key_is_there_once() {
        check(&[], &[]);
        check(&[("a", 1), ("b", 2)], &[("a", 1), ("b", 2)]);
        check(&[("b", 2), ("a", 1)], &[("a", 1), ("b", 2)]);
        check(&[("a", 1), ("a", 2), ("a", 3)], &[("a", 3)]);
        check(&[("b", 1), ("a", 2), ("b", 3), ("a", 4), ("b", 5)], &[("a", 4), ("b", 5)]);
        check(&[("e\u{301}", 1), ("é", 2)], &[("é", 2)]);
    }

    #[test]
    fn to_be_changed_they_are_copied() {
        let shared: Entries = [("a", Value::number(1_u64))].into_iter().collect();
        let mut changed = shared.clone();
        *changed.get_mut("a").unwrap() = Value::number(2_u64);
        assert_eq!(shared.get("a"), Some(&Value::number(1_u64)));
        assert_eq!(changed.get("a"), Some(&Value::number(2_u64)));
        assert_eq!(changed.to_map().into_iter().collect::<Entries>(), changed);
    }
}
