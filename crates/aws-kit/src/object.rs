//! Between the values of the engine and the structs of the resource types.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rinfra_provider::Region;
use rinfra_schema::{Attribute, Block, Presence, Timeouts, planning};
use rinfra_value::{Entries, Type, Value};

use crate::semantic::duration;
use crate::tags::{self, TagRules};
use crate::{Error, Result};

/// What the framework adds to the schema of a type.
pub(crate) const REGION: &str = "region";
pub(crate) const TAGS: &str = "tags";
pub(crate) const TAGS_ALL: &str = "tags_all";
pub(crate) const TIMEOUTS: &str = "timeouts";

/// How long an operation may take when its type does not say.
const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// Returns a value as a struct can take it: what is unknown is null, and no map has null entries.
pub(crate) fn plain(value: &Value) -> Value {
    value.unmark_deep().transform(&mut |_, it| {
        if !it.is_known() {
            return Value::null(it.ty().clone());
        }
        match (it.ty().clone(), it.entries()) {
            (Type::Map(element), Some(entries)) if entries.values().any(Value::is_null) => {
                let present = entries.iter().filter(|(_, value)| !value.is_null());
                let present = present.map(|(key, value)| (Arc::clone(key), value.clone()));
                Value::map((*element).clone(), present)
            }
            _ => it,
        }
    })
}

/// Returns an object in which arguments that are null have their defaults.
pub(crate) fn with_defaults(block: &Block, object: &Value) -> Value {
    let Some(entries) = object.entries() else { return object.clone() };
    let filled = entries.iter().map(|(name, value)| {
        let default = block.attributes.get(name).and_then(|it| it.default.as_ref());
        (Arc::clone(name), default.filter(|_| value.is_null()).unwrap_or(value).clone())
    });
    Value::object(filled).with_marks(object.marks())
}

/// Completes an object that was read: Region, tags, what only the configuration knows, and the spelling that
/// `like`, the object as it was known or planned, has for what means the same.
pub(crate) fn finish(
    block: &Block,
    read: &Value,
    like: Option<&Value>,
    region: Option<&Region>,
    rules: &TagRules,
) -> Value {
    let mut entries: BTreeMap<Arc<str>, Value> = read.entries().map(Entries::to_map).unwrap_or_default();
    let known = |name: &str| like.and_then(|it| it.attribute(name)).filter(|it| it.is_wholly_known());
    if let Some(region) = region.filter(|_| block.attributes.contains_key(REGION)) {
        entries.entry(REGION.into()).or_insert_with(|| Value::string(region.as_str()));
    }
    if block.attributes.contains_key(TAGS_ALL) {
        let seen = entries.get(TAGS).map(tags::known).unwrap_or_default();
        let (all, own) = rules.sort(seen, known(TAGS));
        entries.insert(TAGS.into(), tags::value(&own, known(TAGS)));
        entries.insert(TAGS_ALL.into(), tags::value(&all, None));
    }
    let like = like.map(|it| planning::without_unknowns(block, it));
    planning::merge_read(block, like.as_ref(), &block.complete(&Value::object(entries)))
}

/// Tells whether an object that was read, and spelled like the plan, shows everything that was planned and
/// known.
pub(crate) fn shows(block: &Block, planned: &Value, read: &Value) -> bool {
    told(block).all(|name| match (planned.attribute(name), read.attribute(name)) {
        (Some(planned), Some(read)) if planned.is_wholly_known() && !planned.is_null() => {
            planned.unmark_deep() == *read
        }
        _ => true,
    })
}

/// Tells whether an object that was read may be what was planned: whether nothing of it, at any depth, is known to
/// differ, but for some arguments.
pub(crate) fn is_like(block: &Block, except: &[&str], planned: &Value, read: &Value) -> bool {
    told(block).filter(|name| !except.contains(name)).all(|name| {
        match (planned.attribute(name), read.attribute(name)) {
            (Some(planned), Some(read)) => agrees(&planned.unmark_deep(), read),
            _ => true,
        }
    })
}

/// Tells whether nothing that is known of a planned value differs from the one that was read.
fn agrees(planned: &Value, read: &Value) -> bool {
    if !planned.is_known() || planned.is_null() || planned == read {
        return true;
    }
    if planned.is_wholly_known() && planned.entries().is_none() && planned.elements().is_none() {
        return false;
    }
    match (planned.elements(), read.elements(), planned.entries(), read.entries()) {
        // In a set nothing tells which element is which.
        (Some(planned_all), Some(read_all), ..) if matches!(planned.ty(), Type::Set(_)) => {
            let is_there = |one: &Value| read_all.iter().any(|other| agrees(one, other));
            planned_all.len() == read_all.len() && planned_all.iter().all(is_there)
        }
        (Some(planned), Some(read), ..) => {
            planned.len() == read.len() && planned.iter().zip(read).all(|(one, other)| agrees(one, other))
        }
        (.., Some(planned), Some(read)) => {
            planned.len() == read.len()
                && planned.iter().all(|(name, value)| read.get(name).is_some_and(|it| agrees(value, it)))
        }
        _ => false,
    }
}

/// Returns the arguments and blocks that a service tells of.
fn told(block: &Block) -> impl Iterator<Item = &str> {
    let told = |it: &Attribute| !it.local && !it.write_only && it.presence != Presence::Computed;
    let attributes = block.attributes.iter().filter(move |(_, it)| told(it)).map(|(name, _)| name.as_ref());
    attributes.chain(block.blocks.keys().map(AsRef::as_ref).filter(|it| *it != TIMEOUTS))
}

/// Tells whether anything but the tags, the timeouts and what only the cloud sets differs.
pub(crate) fn differs_beyond_tags(block: &Block, prior: &Value, planned: &Value) -> bool {
    let names =
        block.attributes.iter().filter(|(_, it)| it.presence != Presence::Computed).map(|(name, _)| name);
    names
        .chain(block.blocks.keys())
        .filter(|name| ![TAGS, TAGS_ALL, TIMEOUTS, REGION].contains(&name.as_ref()))
        .any(|name| prior.attribute(name) != planned.attribute(name))
}

/// Returns how long the operations on an object may take: what its configuration says, else its type, else
/// twenty minutes.
///
/// *Errors*: texts that are no durations.
pub(crate) fn timeouts(declared: Timeouts, object: &Value) -> Result<Timeouts> {
    let given = object.attribute(TIMEOUTS);
    let read = |name: &str, declared: Option<Duration>| match given.and_then(|it| it.attribute(name)) {
        Some(text) if text.as_str().is_some() => {
            let text = text.as_str().unwrap_or_default();
            let parsed = duration::parse(text).ok_or_else(|| {
                Error::invalid(format!("timeouts.{name} is {text:?}; a duration is written like \"10m\""))
            })?;
            Ok::<_, Error>(Some(parsed))
        }
        _ => Ok(Some(declared.unwrap_or(PATIENCE))),
    };
    Ok(Timeouts {
        create: read("create", declared.create)?,
        read: read("read", declared.read)?,
        update: read("update", declared.update)?,
        delete: read("delete", declared.delete)?,
    })
}

/// Returns the limit of one operation.
pub(crate) fn limit(timeout: Option<Duration>) -> Duration {
    timeout.unwrap_or(PATIENCE)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{agrees, differs_beyond_tags, finish, plain, shows, timeouts};
    use crate::semantic::IamPolicy;
    use crate::tags::TagRules;
    use rinfra_provider::Region;
    use rinfra_schema::typed::AttributeType;
    use rinfra_schema::{Attribute, Block, Timeouts};
    use rinfra_value::{Type, Value};

    fn block() -> Block {
        let mut policy = Attribute::optional_computed(Type::String);
        policy.equality = IamPolicy::equality();
        let timeouts = Timeouts { create: Some(Duration::from_secs(60)), ..Timeouts::default() };
        Block::new()
            .attribute("id", Attribute::computed(Type::String))
            .attribute("region", Attribute::optional_computed(Type::String))
            .attribute("comment", Attribute::optional(Type::String))
            .attribute("policy", policy)
            .attribute("force", Attribute::optional(Type::Bool).local())
            .attribute("tags", Attribute::optional(Type::map(Type::String)))
            .attribute("tags_all", Attribute::computed(Type::map(Type::String)))
            .block("timeouts", timeouts.block().expect("a timeout"))
    }

    fn object(fields: &[(&'static str, Value)]) -> Value {
        block().complete(&Value::object(fields.to_vec()))
    }

    #[test]
    fn a_read_object_keeps_what_means_the_same() {
        let read = Value::object([
            ("id", Value::string("x-1")),
            ("comment", Value::string("")),
            ("policy", Value::string(r#"{"Statement":[]}"#)),
        ]);
        let like = object(&[
            ("policy", Value::string("{}")),
            ("force", Value::bool(true)),
            ("timeouts", Value::object([("create", Value::string("5m"))])),
        ]);
        let done =
            finish(&block(), &read, Some(&like), Some(&Region::new("eu-west-1")), &TagRules::default());
        let expected = object(&[
            ("id", Value::string("x-1")),
            ("region", Value::string("eu-west-1")),
            ("policy", Value::string("{}")),
            ("force", Value::bool(true)),
            ("tags_all", Value::map(Type::String, [])),
            ("timeouts", Value::object([("create", Value::string("5m"))])),
        ]);
        assert_eq!(done, expected);
        assert!(shows(&block(), &like, &done));
        assert!(!shows(&block(), &object(&[("comment", Value::string("new"))]), &done));
        assert!(shows(&block(), &object(&[("comment", Value::unknown(Type::String))]), &done));
    }

    #[test]
    fn what_is_known_inside_of_what_is_not_wholly_known_counts() {
        let nested =
            |status: Value| Value::object([("status", status), ("id", Value::unknown(Type::String))]);
        let read =
            |status: &str| Value::object([("status", Value::string(status)), ("id", Value::string("x"))]);
        let list = |it: Value| Value::list(it.ty().clone(), vec![it]);
        let cases = [
            (nested(Value::string("on")), read("on"), true),
            (nested(Value::string("on")), read("off"), false),
            (nested(Value::unknown(Type::String)), read("off"), true),
            (nested(Value::null(Type::String)), read("off"), true),
        ];
        for (planned, read, expected) in cases {
            assert_eq!(agrees(&planned, &read), expected, "{planned:?}");
            assert_eq!(agrees(&list(planned.clone()), &list(read)), expected, "a list of {planned:?}");
        }
        let tags = |it: &'static str| Value::map(Type::String, [(it.into(), Value::string("1"))]);
        assert!(agrees(&tags("a"), &tags("a")) && !agrees(&tags("a"), &tags("b")));
    }

    #[test]
    fn tags_and_timeouts_are_no_difference_for_the_type() {
        let one = object(&[("id", Value::string("x"))]);
        let tags = Value::map(Type::String, [("a".into(), Value::string("1"))]);
        assert!(!differs_beyond_tags(&block(), &one, &object(&[("tags", tags)])));
        assert!(differs_beyond_tags(&block(), &one, &object(&[("comment", Value::string("x"))])));
    }

    #[test]
    fn plain_values_have_no_unknowns_and_no_null_entries() {
        let tags = [("a".into(), Value::null(Type::String)), ("b".into(), Value::string("1"))];
        let value =
            Value::object([("id", Value::unknown(Type::String)), ("tags", Value::map(Type::String, tags))]);
        let expected = Value::object([
            ("id", Value::null(Type::String)),
            ("tags", Value::map(Type::String, [("b".into(), Value::string("1"))])),
        ]);
        assert_eq!(plain(&value), expected);
    }

    #[test]
    fn timeouts_are_the_objects_then_the_types_then_twenty_minutes() {
        let declared = Timeouts { create: Some(Duration::from_secs(60)), ..Timeouts::default() };
        let own = object(&[("timeouts", Value::object([("create", Value::string("5m"))]))]);
        let minutes = |it: Timeouts| (it.create.map(|it| it.as_secs()), it.delete.map(|it| it.as_secs()));
        assert_eq!(minutes(timeouts(declared, &own).expect("durations")), (Some(300), Some(1200)));
        assert_eq!(minutes(timeouts(declared, &object(&[])).expect("durations")), (Some(60), Some(1200)));
        let wrong = object(&[("timeouts", Value::object([("create", Value::string("soon"))]))]);
        assert!(timeouts(declared, &wrong).is_err());
    }
}
