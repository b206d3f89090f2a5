//! What is expected of every resource type.

use std::sync::Arc;

use rinfra_value::{Path, Type, Value};
use serde_json::Value as Json;

use super::World;

impl World {
    /// Asserts that a configuration describes an object as it is.
    pub fn assert_unchanged(&self, kind: &str, object: &Value, config: &Json) {
        let plan = self.plan(kind, Some(object), config);
        assert!(plan.changed.is_empty(), "{kind}: {} would change with {config}", paths(&plan.changed));
        assert!(plan.replace.is_empty(), "{kind}: {} need a new object", paths(&plan.replace));
    }

    /// Asserts that a configuration needs a new object because of one argument.
    pub fn assert_replaces(&self, kind: &str, object: &Value, config: &Json, because: &str) {
        let replace = paths(&self.plan(kind, Some(object), config).replace);
        assert!(replace.contains(because), "{kind}: {because} should need a new object, not {replace:?}");
    }

    /// Asserts that a change nobody planned shows as one, and goes back in place.
    pub async fn assert_drift_shows(&self, kind: &str, object: &Value, config: &Json, other: &Json) {
        let meddled = self.plan(kind, Some(object), other).value;
        self.set(kind, object, &meddled).await;
        let seen = self.read(kind, &self.identity(kind, object), Some(object)).await.expect("the object");
        let plan = self.plan(kind, Some(&seen), config);
        assert!(!plan.changed.is_empty() && plan.replace.is_empty(), "{kind}: {other} does not show");
        self.set(kind, &seen, object).await;
    }

    /// Asserts that an object reads as it is known, can be imported, and shows when its tags were changed behind
    /// its back, if it has any.
    pub async fn assert_lasting(&self, kind: &str, object: &Value, config: &Json) {
        let identity = self.identity(kind, object);
        let again = self.read(kind, &identity, Some(object)).await.expect("the object");
        assert_eq!(again, *object, "{kind}: a refresh changes nothing");
        let imported = self.read(kind, &identity, None).await.expect("the object");
        let plan = self.plan(kind, Some(&imported), config);
        assert!(
            plan.replace.is_empty(),
            "{kind}: an imported object needs replacing: {}",
            paths(&plan.replace)
        );
        if self.block(kind).attributes.contains_key("tags_all") {
            self.assert_tags_drift(kind, object, &identity).await;
        }
    }

    /// Asserts that an object lasts, and that it is gone when it is deleted, however often.
    pub async fn end(&self, kind: &str, object: &Value, config: &Json) {
        self.assert_lasting(kind, object, config).await;
        self.delete(kind, object).await;
        let identity = self.identity(kind, object);
        assert_eq!(self.read(kind, &identity, Some(object)).await, None, "{kind}: it is gone");
        self.delete(kind, object).await;
    }

    async fn assert_tags_drift(&self, kind: &str, object: &Value, identity: &str) {
        let tags = Value::map(Type::String, [("drifted".into(), Value::string("yes"))]);
        let meddled = object.entries().expect("an object").iter().map(|(name, value)| {
            let is_tags = ["tags", "tags_all"].contains(&name.as_ref());
            (Arc::clone(name), if is_tags { tags.clone() } else { value.clone() })
        });
        let meddled = Value::object(meddled);
        self.set(kind, object, &meddled).await;
        let seen = self.read(kind, identity, Some(object)).await.expect("the object");
        assert_eq!(seen.attribute("tags"), Some(&tags), "{kind}: drift shows");
        self.set(kind, &seen, object).await;
        let restored = self.read(kind, identity, Some(object)).await.expect("the object");
        assert_eq!(restored, *object, "{kind}: the tags are as they were");
    }
}

/// Returns an attribute as text.
///
/// # Panics
///
/// If there is none, or it is no text.
pub fn text(object: &Value, name: &str) -> String {
    let value = object.attribute(name).unwrap_or_else(|| panic!("no {name} in {object:?}"));
    value.as_str().unwrap_or_else(|| panic!("{name} is {value:?}")).to_owned()
}

pub(super) fn paths(paths: &[Path]) -> String {
    paths.iter().map(Path::to_string).collect::<Vec<_>>().join(" ")
}
