//! `random_password`: a random text that is a secret, and its bcrypt hash.

use std::sync::{Arc, LazyLock};

use rand::Rng;
use rinfra_provider::{Error, PlanRequest, Planned, Result};
use rinfra_schema::{Attribute, Schema};
use rinfra_value::{Type, Value};

use super::{characters, keepers};
use crate::object_type::{self, EphemeralKind, ObjectType, text, with};

/// What stands where other types have what tells their objects apart: a secret must not.
const ID: &str = "none";
/// The cost of the hash, as bcrypt counts it: 2 to this power rounds.
const COST: u32 = 10;

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let secret = || Attribute::computed(Type::String).sensitive();
    let block = characters::block(secret()).attribute("bcrypt_hash", secret());
    Schema { version: 3, block, ..Schema::default() }
});

/// The resource type `random_password`.
pub(crate) struct RandomPassword;

impl ObjectType for RandomPassword {
    fn name(&self) -> &'static str {
        "random_password"
    }

    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    /// Early versions knew no hash, and later ones a wrong one.
    fn upgrade(&self, stored: Value) -> Result<Value> {
        let object = characters::upgraded(&SCHEMA.block, &stored);
        let Some(password) = text(&object, "result") else { return Ok(object) };
        let is_right = |hash: &str| bcrypt::verify(password, hash).unwrap_or(false);
        if text(&object, "bcrypt_hash").is_some_and(is_right) {
            return Ok(object);
        }
        Ok(with(&object, [("bcrypt_hash", hash(password, &mut crate::provider::dice()?)?)]))
    }

    fn plan(&self, request: PlanRequest<'_>) -> Result<Planned> {
        characters::plan(request)
    }

    fn make(&self, planned: &Value, dice: &mut dyn Rng) -> Result<Value> {
        if object_type::id(planned).is_some() {
            return Ok(planned.clone());
        }
        secret(planned, &characters::draw(planned, dice)?, dice)
    }

    fn import(&self, id: &str) -> Result<Value> {
        secret(&characters::imported(&SCHEMA.block, id), id, &mut crate::provider::dice()?)
    }
}

static EPHEMERAL: LazyLock<Schema> = LazyLock::new(|| {
    let mut block = SCHEMA.block.clone();
    // What a stored object needs, and what is older than ephemeral resources.
    for name in ["id", keepers::KEEPERS, "number"] {
        block.attributes.remove(name);
    }
    Schema { block, ..Schema::default() }
});

/// The ephemeral resource type `random_password`: another password each time, and none of them stored.
pub(crate) struct EphemeralPassword;

impl EphemeralKind for EphemeralPassword {
    fn name(&self) -> &'static str {
        "random_password"
    }

    fn schema(&self) -> &Schema {
        &EPHEMERAL
    }

    fn open(&self, config: &Value, dice: &mut dyn Rng) -> Result<Value> {
        let yes = || Value::bool(true);
        let defaults = EPHEMERAL.block.attributes.iter().map(|(name, attribute)| {
            let given = config.attribute(name).filter(|it| !it.is_null()).cloned();
            let default = || match &**name {
                "numeric" => yes(),
                _ => attribute.default.clone().unwrap_or_else(|| Value::null(attribute.ty.clone())),
            };
            (Arc::clone(name), given.unwrap_or_else(default))
        });
        let object = Value::object(defaults);
        let password = characters::draw(&object, dice)?;
        Ok(with(&object, [("result", Value::string(&*password)), ("bcrypt_hash", hash(&password, dice)?)]))
    }
}

fn secret(object: &Value, password: &str, dice: &mut dyn Rng) -> Result<Value> {
    let attributes = [
        ("id", Value::string(ID)),
        ("result", Value::string(password)),
        ("bcrypt_hash", hash(password, dice)?),
    ];
    Ok(with(object, attributes))
}

fn hash(password: &str, dice: &mut dyn Rng) -> Result<Value> {
    let mut salt = [0; 16];
    dice.fill_bytes(&mut salt);
    // As bcrypt is everywhere, letters after the 72nd byte do not count.
    let hash = bcrypt::hash_with_salt(password, COST, salt)
        .map_err(|error| Error::internal(format!("the password cannot be hashed: {error}")))?;
    Ok(Value::string(hash.format_for_version(bcrypt::Version::TwoA)))
}
