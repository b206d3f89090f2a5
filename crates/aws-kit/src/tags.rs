//! Tags: those of the object, those of the provider, and those nobody wants to see.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_schema::Attribute;
use rinfra_schema::typed::{AttributeType, DecodeError, Field};
use rinfra_value::{Type, Value};

use crate::object::{TAGS, TAGS_ALL};

/// The key of the tag that a creation gives its object, and that nobody sees.
pub(crate) const INTENT: &str = "rinfra:intent";

/// How many tags AWS lets an object have.
const MOST_TAGS: usize = 50;

/// The tags of an object, by key.
pub type TagMap = BTreeMap<String, String>;

/// The `tags` argument. In an object read from AWS it holds every tag; the framework sorts them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(pub TagMap);

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Tags {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(tags: I) -> Self {
        Self(tags.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl Field for Tags {
    fn attribute() -> Attribute {
        Attribute::optional(Type::map(Type::String)).description("The tags of the object.")
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        Ok(Self(known(value)))
    }

    fn encode(&self) -> Value {
        AttributeType::encode(&self.0)
    }
}

/// What has to be done to an object's tags.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TagChange {
    /// The keys to take away.
    pub removed: Vec<String>,
    /// The tags to add or overwrite.
    pub added: TagMap,
}

impl TagChange {
    /// Returns how to come from one set of tags to another.
    pub(crate) fn between(prior: &TagMap, planned: &TagMap) -> Self {
        let removed = prior.keys().filter(|key| !planned.contains_key(*key)).cloned().collect();
        let added = planned
            .iter()
            .filter(|(key, value)| prior.get(*key) != Some(value))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        Self { removed, added }
    }

    /// Tells whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty()
    }
}

/// The provider's rules about tags: `default_tags` and `ignore_tags`.
#[derive(Clone, Debug, Default)]
pub(crate) struct TagRules {
    pub(crate) defaults: TagMap,
    pub(crate) ignored_keys: Vec<String>,
    pub(crate) ignored_prefixes: Vec<String>,
}

impl TagRules {
    /// Returns `tags_all` for the `tags` of a configuration; `None` while those are not known.
    pub(crate) fn all(&self, tags: &Value) -> Option<TagMap> {
        tags.is_wholly_known().then(|| {
            let mut all = self.defaults.clone();
            all.extend(known(tags));
            all.retain(|key, _| !self.is_ignored(key));
            all
        })
    }

    /// Sorts the tags of an object: all that count, and those the object itself has to name.
    ///
    /// A tag that equals one of the provider's is the object's own only if `prior` named it too.
    pub(crate) fn sort(&self, mut all: TagMap, prior: Option<&Value>) -> (TagMap, TagMap) {
        all.retain(|key, _| !self.is_ignored(key));
        let named = prior.map(known).unwrap_or_default();
        let own = all
            .iter()
            .filter(|(key, value)| self.defaults.get(*key) != Some(value) || named.get(*key) == Some(value))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        (all, own)
    }

    /// Returns the tags that count.
    pub(crate) fn counted(&self, tags: &TagMap) -> TagMap {
        let counted = tags.iter().filter(|(key, _)| !self.is_ignored(key));
        counted.map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    fn is_ignored(&self, key: &str) -> bool {
        key == INTENT
            || key.starts_with("aws:")
            || self.ignored_keys.iter().any(|it| it == key)
            || self.ignored_prefixes.iter().any(|it| key.starts_with(it.as_str()))
    }
}

/// Returns all tags a planned object shall have.
pub(crate) fn of_planned(object: &Value, rules: &TagRules) -> TagMap {
    match object.attribute(TAGS_ALL) {
        Some(all) if all.is_wholly_known() => known(all),
        _ => object.attribute(TAGS).and_then(|it| rules.all(it)).unwrap_or_default(),
    }
}

/// Tells whether an object with these tags has no room for another.
pub(crate) fn is_full(tags: &TagMap) -> bool {
    tags.len() == MOST_TAGS
}

/// Returns the tags a creation gives its object, to be found by its token. Where there is no room, one of the object's
/// own gives way, which [`Trace::complete_tags`](crate::Trace::complete_tags) gives it later: rather none of the
/// provider's default tags, which those who forbid untagged objects may ask for.
pub(crate) fn with_intent(mut tags: TagMap, token: &str, rules: &TagRules) -> TagMap {
    if is_full(&tags) {
        let own = tags.keys().rfind(|key| !rules.defaults.contains_key(*key));
        let giving_way = own.or_else(|| tags.keys().next_back()).cloned();
        giving_way.map(|key| tags.remove(&key));
    }
    // What has too many is refused by AWS.
    if tags.len() < MOST_TAGS {
        tags.insert(INTENT.to_owned(), token.to_owned());
    }
    tags
}

/// Returns the known, present entries of a map of tags.
pub(crate) fn known(tags: &Value) -> TagMap {
    let entries = tags.entries().into_iter().flatten();
    entries.filter_map(|(key, value)| Some((key.as_ref().to_owned(), value.as_str()?.to_owned()))).collect()
}

/// Returns a map of tags as a value, in the form of `like`: null stays null while there are none, and a key
/// whose tag is null keeps it.
pub(crate) fn value(tags: &TagMap, like: Option<&Value>) -> Value {
    let mut entries: BTreeMap<Arc<str>, Value> =
        tags.iter().map(|(key, value)| (Arc::from(key.as_str()), Value::string(value.as_str()))).collect();
    let nulls = like.and_then(Value::entries).into_iter().flatten().filter(|(_, value)| value.is_null());
    for (key, value) in nulls {
        entries.entry(Arc::clone(key)).or_insert_with(|| value.clone());
    }
    if entries.is_empty() && like.is_some_and(Value::is_null) {
        return Value::null(Type::map(Type::String));
    }
    Value::map(Type::String, entries)
}

#[cfg(test)]
mod tests {
    use super::{INTENT, TagChange, TagMap, TagRules, known, value, with_intent};
    use rinfra_value::{Type, Value};

    fn map(tags: &[(&str, &str)]) -> TagMap {
        tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn rules() -> TagRules {
        TagRules {
            defaults: map(&[("team", "net"), ("env", "test")]),
            ignored_keys: vec!["seen".to_owned()],
            ignored_prefixes: vec!["k8s/".to_owned()],
        }
    }

    #[test]
    fn tags_all_is_the_defaults_under_the_tags() {
        let own = value(&map(&[("env", "prod"), ("seen", "1")]), None);
        assert_eq!(rules().all(&own), Some(map(&[("env", "prod"), ("team", "net")])));
        let null = Value::null(Type::map(Type::String));
        assert_eq!(rules().all(&null), Some(map(&[("env", "test"), ("team", "net")])));
        assert_eq!(rules().all(&Value::unknown(Type::map(Type::String))), None);
    }

    #[test]
    fn a_default_tag_is_the_objects_own_only_if_it_names_it() {
        let seen = map(&[("env", "test"), ("Name", "a"), ("aws:x", "1"), ("k8s/a", "1"), ("seen", "1")]);
        let (all, own) = rules().sort(seen.clone(), None);
        assert_eq!(all, map(&[("env", "test"), ("Name", "a")]));
        assert_eq!(own, map(&[("Name", "a")]));
        let prior = value(&map(&[("env", "test")]), None);
        assert_eq!(rules().sort(seen, Some(&prior)).1, map(&[("env", "test"), ("Name", "a")]));
        let changed = rules().sort(map(&[("env", "other")]), None).1;
        assert_eq!(changed, map(&[("env", "other")]));
    }

    #[test]
    fn there_is_room_for_the_tag_of_a_creation() {
        let many = |count: usize| -> TagMap {
            let mut tags: TagMap = (2..count).map(|it| (format!("t{it:02}"), "1".to_owned())).collect();
            tags.extend(map(&[("team", "net"), ("env", "test")]));
            tags
        };
        let cases = [(2, 3, None), (49, 50, None), (50, 50, Some("t49")), (51, 51, None)];
        for (count, expected, giving_way) in cases {
            let planned = many(count);
            let sent = with_intent(planned.clone(), "token", &rules());
            assert_eq!(sent.len(), expected, "{count}");
            assert_eq!(sent.contains_key(INTENT), count <= 50, "{count}");
            let missing: Vec<_> = planned.keys().filter(|it| !sent.contains_key(*it)).collect();
            assert_eq!(missing, giving_way.iter().collect::<Vec<_>>(), "{count}");
        }
        let defaults: TagMap = (0..50).map(|it| (format!("t{it:02}"), "1".to_owned())).collect();
        let rules = TagRules { defaults: defaults.clone(), ..TagRules::default() };
        assert!(!with_intent(defaults, "token", &rules).contains_key("t49"), "then one of those");
    }

    #[test]
    fn no_tags_keep_the_form_they_had() {
        let null = Value::null(Type::map(Type::String));
        assert!(value(&TagMap::new(), Some(&null)).is_null());
        assert!(!value(&TagMap::new(), None).is_null());
        assert!(known(&null).is_empty());
    }

    #[test]
    fn a_change_takes_away_and_adds() {
        let change =
            TagChange::between(&map(&[("a", "1"), ("b", "1"), ("c", "1")]), &map(&[("b", "2"), ("c", "1")]));
        assert_eq!(change, TagChange { removed: vec!["a".to_owned()], added: map(&[("b", "2")]) });
    }
}
