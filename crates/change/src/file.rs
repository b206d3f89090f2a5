use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::Plan;
use crate::digest::{digest, digest_of};
use crate::sealing::{self, Cipher, Secrets};

/// The version of the saved form. It changes whenever an older reader would misread a newer plan.
const FORMAT: u32 = 3;

/// What a saved plan starts with, so that no other JSON is taken for one.
const MAGIC: &str = "rinfra plan";

/// Where the seal of a whole plan stands.
const SEAL: &str = "/seal";

#[derive(Serialize, Deserialize)]
struct Envelope<P> {
    file: String,
    format: u32,
    /// What it takes to get the key that the secrets are sealed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<Json>,
    /// The digest of everything else, sealed: whoever changes something cannot make a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seal: Option<String>,
    plan: P,
}

/// What made a saved plan unreadable.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// The file is not a saved plan.
    #[error("the file is not a plan that rinfra saved")]
    NotAPlan(#[source] Option<serde_json::Error>),
    /// The file was saved by another version of rinfra.
    #[error("the plan has format {found}, and this rinfra reads format {FORMAT}; make the plan anew")]
    OtherFormat {
        /// The format the file says it has.
        found: u32,
    },
    /// The steps of the plan do not fit together: the file was changed since it was saved.
    #[error("the steps of the plan contradict each other; make the plan anew")]
    Contradictory,
    /// A part of the plan is not what the plan says of it: the file was changed since it was saved.
    #[error("the {0} in the plan were changed since it was saved; make the plan anew")]
    Altered(&'static str),
    /// The plan is encrypted, and there is no key.
    #[error("the plan is encrypted, and there is no key to open it")]
    Sealed,
    /// The plan is encrypted with another key.
    #[error("the key is not the one the plan was encrypted with, or the plan was changed since")]
    Unopened,
    /// The plan is encrypted, and somebody changed it.
    #[error("the plan was changed since it was saved and encrypted")]
    Tampered,
    /// Secrets cannot be encrypted.
    #[error("the secrets of the plan cannot be encrypted: {0}")]
    Unsealable(String),
    /// The plan cannot be written.
    #[error("the plan cannot be written as JSON")]
    Unwritable(#[source] serde_json::Error),
}

/// Returns the saved form of a plan.
///
/// *Errors*: only values that JSON cannot hold.
pub fn write(plan: &Plan) -> Result<Vec<u8>, FormatError> {
    let envelope = Envelope { file: MAGIC.to_owned(), format: FORMAT, key: None, seal: None, plan };
    serde_json::to_vec(&envelope).map_err(FormatError::Unwritable)
}

/// Returns the saved form of a plan, and whether it holds secrets that whoever has the file can read.
///
/// *Errors*: only values that JSON cannot hold.
pub fn write_plainly(plan: &Plan, secrets: &Secrets<'_>) -> Result<(Vec<u8>, bool), FormatError> {
    let (plan, holds_secrets) = sealing::plain(plan, secrets)?;
    let envelope = Envelope { file: MAGIC.to_owned(), format: FORMAT, key: None, seal: None, plan };
    let bytes = serde_json::to_vec(&envelope).map_err(FormatError::Unwritable)?;
    Ok((bytes, holds_secrets))
}

/// Returns the saved form of a plan with its secrets sealed, so that nobody reads them or changes anything without the
/// key. `recipe` is kept in the clear, for who has to find the key again.
///
/// *Errors*: values that JSON cannot hold, and ciphers that cannot seal.
pub fn write_sealed(
    plan: &Plan,
    secrets: &Secrets<'_>,
    recipe: Json,
    cipher: &dyn Cipher,
) -> Result<Vec<u8>, FormatError> {
    let plan = sealing::sealed(plan, secrets, cipher)?;
    let seal = cipher.seal(SEAL, &summary(&recipe, &plan)?).map_err(FormatError::Unsealable)?;
    let envelope =
        Envelope { file: MAGIC.to_owned(), format: FORMAT, key: Some(recipe), seal: Some(seal), plan };
    serde_json::to_vec(&envelope).map_err(FormatError::Unwritable)
}

/// Returns what the seal of a plan seals: everything else.
fn summary(recipe: &Json, plan: &Json) -> Result<Vec<u8>, FormatError> {
    let all = serde_json::to_vec(&json!([MAGIC, FORMAT, recipe, plan])).map_err(FormatError::Unwritable)?;
    Ok(digest(&all).into_bytes())
}

/// Returns what it takes to get the key of a saved form again; `None` when it needs none.
///
/// *Errors*: files that are no saved plan, or one of another format.
pub fn recipe(bytes: &[u8]) -> Result<Option<Json>, FormatError> {
    #[derive(Deserialize)]
    struct Head {
        file: String,
        format: u32,
        #[serde(default)]
        key: Option<Json>,
    }
    let head: Head = serde_json::from_slice(bytes).map_err(|error| FormatError::NotAPlan(Some(error)))?;
    if head.file != MAGIC {
        return Err(FormatError::NotAPlan(None));
    }
    if head.format != FORMAT {
        return Err(FormatError::OtherFormat { found: head.format });
    }
    Ok(head.key)
}

/// Returns the plan a saved form holds that is not sealed.
///
/// *Errors*: files that are no saved plan, one of another format, or one that is sealed or was changed.
pub fn read(bytes: &[u8]) -> Result<Plan, FormatError> {
    if recipe(bytes)?.is_some() {
        return Err(FormatError::Sealed);
    }
    let envelope: Envelope<Plan> =
        serde_json::from_slice(bytes).map_err(|error| FormatError::NotAPlan(Some(error)))?;
    verified(envelope.plan)
}

/// Returns the plan that was sealed with this cipher.
///
/// *Errors*: as for [`read`], and those of another cipher.
pub fn open(bytes: &[u8], cipher: &dyn Cipher) -> Result<Plan, FormatError> {
    let Some(recipe) = recipe(bytes)? else { return read(bytes) };
    let mut envelope: Envelope<Json> =
        serde_json::from_slice(bytes).map_err(|error| FormatError::NotAPlan(Some(error)))?;
    let seal = envelope.seal.as_deref().ok_or(FormatError::Tampered)?;
    let expected = cipher.open(SEAL, seal).ok_or(FormatError::Unopened)?;
    if expected != summary(&recipe, &envelope.plan)? {
        return Err(FormatError::Tampered);
    }
    sealing::open(&mut envelope.plan, cipher)?;
    let plan = serde_json::from_value(envelope.plan);
    verified(plan.map_err(|error| FormatError::NotAPlan(Some(error)))?)
}

/// Returns a plan that what executes it can rely on.
fn verified(plan: Plan) -> Result<Plan, FormatError> {
    if !plan.graph.is_about(plan.changes.len()) || !plan.graph.is_acyclic() {
        return Err(FormatError::Contradictory);
    }
    let is_altered = |expected: &str, found: &dyn Fn() -> String| !expected.is_empty() && expected != found();
    if is_altered(&plan.fingerprints.variables, &|| digest_of(&plan.variables)) {
        return Err(FormatError::Altered("variables"));
    }
    if is_altered(&plan.fingerprints.observations, &|| digest_of(&plan.observations)) {
        return Err(FormatError::Altered("observations"));
    }
    Ok(plan)
}
