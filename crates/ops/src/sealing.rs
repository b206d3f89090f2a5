//! Secrets in saved plans: what they are, and the key they are sealed with.

use std::collections::BTreeSet;

use rinfra_addr::ResourceInstance;
use rinfra_change::{Cipher, FormatError, Plan, Secrets};
use rinfra_diag::Diagnostic;
use rinfra_provider::Catalogue;
use rinfra_schema::planning;
use rinfra_seal::{Key, KeySource, Recipe, SealError};
use rinfra_value::{Path, Value};

use crate::encryption;
use crate::failure::{Failure, Outcome};
use crate::project::Project;

/// What decides which parts of a plan are secret, and how they are kept.
pub struct Sealing<'s> {
    /// Where the key comes from; `None` keeps secrets as they are.
    pub key: Option<&'s dyn KeySource>,
    /// The providers, whose schemas say what is sensitive.
    pub catalogue: &'s Catalogue,
    /// The project, whose variables may be sensitive, and whose configuration may ask for more.
    pub project: &'s Project,
}

/// How the secrets of a plan are kept in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It has none that can be read: there are none, or they are encrypted.
    Safely,
    /// As plain text.
    Plainly,
}

impl Sealing<'_> {
    /// Returns the saved form of a plan, and how its secrets are kept in it.
    pub(crate) async fn write(&self, plan: &Plan) -> Outcome<(Vec<u8>, Kept)> {
        let (bytes, kept) = self.write_inside(plan).await?;
        let Some(sealer) = self.project.seals.plan() else { return Ok((bytes, kept)) };
        encryption::prepare(&self.project.config, sealer).await?;
        let sealed = sealer.seal_file(bytes).map_err(|it| Failure::of("Failed to write plan file", &it))?;
        Ok((sealed, if sealer.encrypts() { Kept::Safely } else { kept }))
    }

    /// Returns the plan as it is inside of what encrypts whole files.
    async fn write_inside(&self, plan: &Plan) -> Outcome<(Vec<u8>, Kept)> {
        let failed = |error: &dyn std::error::Error| Failure::of("Failed to write plan file", error);
        let variables = self.sensitive_variables();
        let of_object = |address: &ResourceInstance, value: &Value| self.sensitive_parts(address, value);
        let secrets = Secrets { of_object: &of_object, variables: &variables };
        let Some(source) = self.key else {
            let (bytes, holds_secrets) =
                rinfra_change::write_plainly(plan, &secrets).map_err(|it| failed(&it))?;
            return Ok((bytes, if holds_secrets { Kept::Plainly } else { Kept::Safely }));
        };
        let (material, recipe) = source.make().await.map_err(|it| failed(&it))?;
        let key = material.key().map_err(|it| failed(&it))?;
        let recipe = serde_json::to_value(recipe).map_err(|it| failed(&it))?;
        let bytes = rinfra_change::write_sealed(plan, &secrets, recipe, &Sealed(key));
        Ok((bytes.map_err(|it| failed(&it))?, Kept::Safely))
    }

    fn sensitive_variables(&self) -> BTreeSet<String> {
        let variables = self.project.config.root().variables.values();
        variables.filter(|it| it.sensitive).map(|it| it.name.to_string()).collect()
    }

    fn sensitive_parts(&self, address: &ResourceInstance, value: &Value) -> Vec<Path> {
        let schemas = self.catalogue.iter().map(|it| it.source());
        let mut schemas = schemas.filter_map(|it| self.catalogue.schema(it, address.mode(), address.kind()));
        schemas.next().map(|it| planning::sensitive_paths(&it.block, value)).unwrap_or_default()
    }
}

/// Returns the plan that bytes hold, opened with the key where it is sealed.
///
/// *Errors*: what is no plan; a key that is missing or another one.
pub(crate) async fn read(
    summary: &str,
    bytes: &[u8],
    source: Option<&dyn KeySource>,
) -> Result<Plan, Unread> {
    let failed = |error: &dyn std::error::Error, hint: &str| {
        let mut failure = Failure::of(summary, error);
        let told = failure.diagnostics.into_iter().map(|it| it.hint(hint));
        failure.diagnostics = told.collect();
        Unread::Failed(Box::new(failure))
    };
    let Some(recipe) = rinfra_change::recipe(bytes).map_err(Unread::NoPlan)? else {
        return rinfra_change::read(bytes).map_err(Unread::NoPlan);
    };
    let variable = match recipe.get("key_provider").and_then(|it| it.as_str()) {
        Some("aws_kms") => "set RINFRA_PLAN_KMS_KEY to the key it was made with",
        _ => "set RINFRA_PLAN_KEY to the passphrase it was made with",
    };
    let Some(source) = source else { return Err(failed(&FormatError::Sealed, variable)) };
    let hint = &format!("{variable}, or make the plan anew");
    let recipe: Recipe = serde_json::from_value(recipe)
        .map_err(|_error| failed(&SealError::Recipe("the way its key is derived"), hint))?;
    let material = source.again(&recipe).await.map_err(|it| failed(&it, hint))?;
    let key = material.key().map_err(|it| failed(&it, hint))?;
    rinfra_change::open(bytes, &Sealed(key)).map_err(|it| failed(&it, hint))
}

/// Why there is no plan.
pub(crate) enum Unread {
    /// It is no plan that this program reads.
    NoPlan(FormatError),
    /// It is one, and could not be opened.
    Failed(Box<Failure>),
}

/// Refuses a plan that is not sealed where a key says that plans are.
pub(crate) fn refuse_plain(bytes: &[u8], source: Option<&dyn KeySource>) -> Outcome<()> {
    if source.is_none() || !matches!(rinfra_change::recipe(bytes), Ok(None)) {
        return Ok(());
    }
    let detail =
        "There is a key for saved plans, and this one was made without. Anybody could have changed it.";
    let hint =
        "make the plan anew, or unset RINFRA_PLAN_KEY and RINFRA_PLAN_KMS_KEY to apply this one as it is";
    Err(Failure::said(Diagnostic::error("Saved plan is not encrypted", detail).hint(hint)))
}

/// A key, as plans need it.
struct Sealed(Key);

impl Cipher for Sealed {
    fn seal(&self, place: &str, plain: &[u8]) -> Result<String, String> {
        self.0.seal(place, plain).map_err(|it| it.to_string())
    }

    fn open(&self, place: &str, sealed: &str) -> Option<Vec<u8>> {
        self.0.open(place, sealed).ok()
    }
}
