//! What a type of objects that live in the state alone has to say of itself.

use async_trait::async_trait;
use rand::Rng;
use rinfra_addr::ResourceInstance;
use rinfra_provider::{
    DataSourceType, EphemeralType, Error, ErrorClass, Foreign, PlanRequest, Planned, ResourceType, Result,
};
use rinfra_schema::Schema;
use rinfra_value::{Entries, Value};

/// A resource type whose objects live in the state alone.
pub(crate) trait ObjectType: Send + Sync {
    /// Returns the name of the type.
    fn name(&self) -> &'static str;

    /// Returns the schema.
    fn schema(&self) -> &Schema;

    /// Returns what names an object: its `id`, unless the type has none.
    fn identity(&self, object: &Value) -> Option<String> {
        id(object)
    }

    /// Returns what an object of another resource type becomes when it is moved to this one; see
    /// [`ResourceType::adopt`].
    fn adopt(&self, foreign: &Foreign<'_>) -> Option<Result<Value>> {
        let _ = foreign;
        None
    }

    /// Returns an object that an earlier version of the type stored as this one has it; see [`ResourceType::upgrade`].
    fn upgrade(&self, stored: Value) -> Result<Value> {
        Ok(stored)
    }

    /// Finishes a proposed value.
    ///
    /// *Errors*: arguments that no apply could satisfy.
    fn plan(&self, request: PlanRequest<'_>) -> Result<Planned> {
        Ok(Planned { value: request.proposed, replace: Vec::new() })
    }

    /// Returns the planned object with everything filled in that was left open.
    ///
    /// *Errors*: arguments that cannot be satisfied, such as a password shorter than what it must contain.
    fn make(&self, planned: &Value, dice: &mut dyn Rng) -> Result<Value>;

    /// Returns the object that the id of an `import` describes.
    ///
    /// *Errors*: ids that are none, and types that cannot be imported.
    fn import(&self, id: &str) -> Result<Value> {
        let _ = id;
        let message =
            format!("{} does not support import: its value cannot be told from outside", self.name());
        Err(Error::new(ErrorClass::Validation, message))
    }
}

/// A data source.
#[async_trait]
pub(crate) trait DataType: Send + Sync {
    /// Returns the name of the type.
    fn name(&self) -> &'static str;

    /// Returns the schema.
    fn schema(&self) -> &Schema;

    /// Returns the object for an instance of the configuration.
    ///
    /// *Errors*: arguments that cannot be satisfied.
    async fn read(&self, address: &ResourceInstance, config: &Value) -> Result<Value>;
}

/// An ephemeral resource type that asks nobody.
pub(crate) trait EphemeralKind: Send + Sync {
    /// Returns the name of the type.
    fn name(&self) -> &'static str;

    /// Returns the schema.
    fn schema(&self) -> &Schema;

    /// Returns the object.
    ///
    /// *Errors*: arguments that cannot be satisfied.
    fn open(&self, config: &Value, dice: &mut dyn Rng) -> Result<Value>;
}

impl ResourceType for &'static dyn ObjectType {
    fn schema(&self) -> &Schema {
        (**self).schema()
    }

    fn identity(&self, object: &Value) -> Option<String> {
        (**self).identity(object)
    }

    fn adopt(&self, foreign: &Foreign<'_>) -> Option<Result<Value>> {
        (**self).adopt(foreign)
    }

    fn upgrade(&self, stored: Value, _version: u64) -> Result<Value> {
        (**self).upgrade(stored)
    }
}

impl DataSourceType for Box<dyn DataType> {
    fn schema(&self) -> &Schema {
        (**self).schema()
    }
}

impl EphemeralType for &'static dyn EphemeralKind {
    fn schema(&self) -> &Schema {
        (**self).schema()
    }
}

/// Returns the `id` of an object.
pub(crate) fn id(object: &Value) -> Option<String> {
    text(object, "id").map(str::to_owned)
}

/// Returns the text of an attribute that is set and known.
pub(crate) fn text<'v>(object: &'v Value, name: &str) -> Option<&'v str> {
    object.attribute(name).and_then(Value::as_str)
}

/// Returns the whole number of an attribute that is set and known.
pub(crate) fn whole_number(object: &Value, name: &str) -> Option<i64> {
    object.attribute(name).and_then(Value::as_number).and_then(|it| it.to_i64())
}

/// Returns the truth of an attribute that is set and known.
pub(crate) fn truth(object: &Value, name: &str) -> Option<bool> {
    object.attribute(name).and_then(Value::as_bool)
}

/// Returns the object with these attributes set.
pub(crate) fn with<const N: usize>(object: &Value, attributes: [(&str, Value); N]) -> Value {
    let mut entries = object.entries().map(Entries::to_map).unwrap_or_default();
    entries.extend(attributes.into_iter().map(|(name, value)| (name.into(), value)));
    Value::object(entries)
}

/// Returns the error of arguments that no object can satisfy.
pub(crate) fn refused(message: impl Into<String>) -> Error {
    Error::new(ErrorClass::Validation, message)
}
