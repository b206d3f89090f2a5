//! `terraform_data`: a place for any value, with a lifecycle of its own.

use std::sync::LazyLock;

use rand::{Rng, RngExt};
use rinfra_provider::{Error, Foreign, PlanRequest, Planned, Result};
use rinfra_schema::{Attribute, Block, Schema};
use rinfra_value::{Path, Type, Value, json};

use crate::object_type::ObjectType;

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema {
    version: 0,
    block: Block::new()
        .attribute("id", Attribute::computed(Type::String).refusal("\"id\" attribute is read-only"))
        .attribute("input", Attribute::optional(Type::Dynamic))
        .attribute("output", Attribute::computed(Type::Dynamic).refusal("\"output\" attribute is read-only"))
        .attribute("triggers_replace", Attribute::optional(Type::Dynamic)),
    ..Schema::default()
});

/// The resource type `terraform_data`.
pub(crate) struct TerraformData;

impl ObjectType for TerraformData {
    fn name(&self) -> &'static str {
        "terraform_data"
    }

    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    /// Takes in a `null_resource`: its triggers become what replaces the object.
    fn adopt(&self, foreign: &Foreign<'_>) -> Option<Result<Value>> {
        let (provider, kind) = (foreign.provider, foreign.kind);
        let is_null_resource =
            &*provider.namespace == "hashicorp" && &*provider.kind == "null" && kind == "null_resource";
        is_null_resource.then(|| from_null_resource(foreign.attributes))
    }

    fn plan(&self, request: PlanRequest<'_>) -> Result<Planned> {
        Ok(plan(&request))
    }

    /// Its output is its input.
    fn make(&self, planned: &Value, dice: &mut dyn Rng) -> Result<Value> {
        let planned = |name: &str| planned.attribute(name).cloned().unwrap_or_else(Value::dynamic_null);
        let id = match planned("id").as_str() {
            Some(id) => Value::string(id),
            None => Value::string(uuid::Builder::from_random_bytes(dice.random()).into_uuid().to_string()),
        };
        let input = planned("input");
        Ok(object(id, input.clone(), input, planned("triggers_replace")))
    }

    fn import(&self, id: &str) -> Result<Value> {
        Ok(object(Value::string(id), Value::dynamic_null(), Value::dynamic_null(), Value::dynamic_null()))
    }
}

fn from_null_resource(attributes: &serde_json::Value) -> Result<Value> {
    let of = |name: &str, ty: &Type| {
        let stored = attributes.get(name).unwrap_or(&serde_json::Value::Null);
        json::decode(stored, ty).map_err(|error| Error::internal(format!("its {name}: {error}")))
    };
    let triggers = of("triggers", &Type::map(Type::String))?;
    // Triggers are nearly always written as an object, which is what they are compared with.
    let triggers = match triggers.entries() {
        Some(entries) => Value::object(entries.clone()),
        None => Value::dynamic_null(),
    };
    Ok(object(of("id", &Type::String)?, Value::dynamic_null(), Value::dynamic_null(), triggers))
}

/// Plans as Terraform does: the output is computed anew when the input changes, and the whole object is
/// replaced when a trigger does.
fn plan(request: &PlanRequest<'_>) -> Planned {
    let config = |name: &str| request.config.attribute(name).cloned().unwrap_or_else(Value::dynamic_null);
    let (input, triggers) = (config("input"), config("triggers_replace"));
    let prior = |name: &str| request.prior.and_then(|it| it.attribute(name)).cloned();
    let computed = Value::unknown(input.ty().clone());
    let output = if input.is_null() { input.clone() } else { computed.clone() };
    let unknown_id = Value::unknown(Type::String).not_null();
    let (id, output, replace) = match request.prior {
        None => (unknown_id, output, Vec::new()),
        Some(_) if prior("triggers_replace").as_ref() != Some(&triggers) => {
            (unknown_id, output, vec![Path::root().attribute("triggers_replace")])
        }
        Some(_) => {
            let id = prior("id").unwrap_or(unknown_id);
            let kept = prior("output").filter(|_| prior("input").as_ref() == Some(&input));
            (id, kept.unwrap_or(computed), Vec::new())
        }
    };
    let value = object(id, input, output, triggers);
    Planned { value, replace }
}

fn object(id: Value, input: Value, output: Value, triggers_replace: Value) -> Value {
    Value::object([("id", id), ("input", input), ("output", output), ("triggers_replace", triggers_replace)])
}
