//! Which parts the binary is made of.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rinfra_diag::Diagnostic;
use rinfra_ops::{
    Assignment, Backup, DiskFiles, Environment, Failure, KeyServices, KmsKey, Outcome, PlanKeys,
    StateSelection, VariableOptions, Workspace,
};
use rinfra_provider::{Catalogue, Provider};
#[cfg(feature = "kms")]
use rinfra_seal::SealError;
use rinfra_seal::{KeySource, Passphrase};
use rinfra_store::Backends;

use crate::arguments::{Parallelism, Planning, StateFiles, Usual, Variables};
use crate::spelling;

/// Returns the providers built into this binary.
pub(crate) fn catalogue() -> Catalogue {
    Catalogue::new(rinfra_std_providers::providers().into_iter().chain(aws()))
}

#[cfg(feature = "aws")]
fn aws() -> Option<Arc<dyn Provider>> {
    Some(Arc::new(rinfra_aws::provider()))
}

#[cfg(not(feature = "aws"))]
fn aws() -> Option<Arc<dyn Provider>> {
    None
}

/// Returns the services that keep keys, as far as they are built into this binary.
#[cfg(feature = "kms")]
fn key_services() -> Arc<dyn KeyServices> {
    #[derive(Debug)]
    struct Aws;

    impl KeyServices for Aws {
        fn aws_kms(&self, key: KmsKey) -> Result<Box<dyn KeySource>, SealError> {
            let KmsKey { key_id, key_spec, encryption_context, arguments } = key;
            Ok(Box::new(rinfra_aws_kms::DataKeys::new(key_id, key_spec, encryption_context, &arguments)))
        }
    }

    Arc::new(Aws)
}

#[cfg(not(feature = "kms"))]
fn key_services() -> Arc<dyn KeyServices> {
    Arc::new(rinfra_ops::NoKeyServices)
}

/// Returns the kinds of backends built into this binary, beside `local`.
fn backends() -> Backends {
    #[cfg(feature = "aws")]
    let s3 = rinfra_store_s3::S3::default().with_spill(".terraform");
    #[cfg(feature = "aws")]
    return Backends::new([Arc::new(s3.with_lease_of(std::env::var("RINFRA_LEASE").ok())) as _]);
    #[cfg(not(feature = "aws"))]
    Backends::default()
}

/// Returns the environment of a command in the current directory.
pub(crate) fn environment(variables: &Variables, working_directory: &Path) -> Environment {
    let directory = Path::new(".");
    let workspace = Workspace::current(directory, std::env::var("TF_WORKSPACE").ok());
    Environment {
        state: StateSelection { workspace, backends: backends(), ..StateSelection::default() },
        working_directory: working_directory.to_string_lossy().into(),
        encryption: encryption(),
        key_services: key_services(),
        variables: VariableOptions {
            environment: from_environment(),
            assignments: in_order(variables),
            planned: None,
        },
        ..Environment::new(directory, Arc::new(DiskFiles), catalogue())
    }
}

/// Returns the environment of a command that plans.
///
/// *Errors*: options that cannot be.
pub(crate) fn environment_to_plan(planning: &Planning, working_directory: &Path) -> Outcome<Environment> {
    let environment = environment(&planning.variables, working_directory);
    planning.parallelism.applied_to(planning.files.applied_to(environment, Backup::Latest))
}

impl Parallelism {
    /// Returns how many calls may be in flight; `None` when the command line does not limit them.
    pub(crate) fn limit(self) -> Option<NonZeroUsize> {
        usize::try_from(self.parallelism).ok().and_then(NonZeroUsize::new)
    }

    /// Returns this environment with all calls limited as the command line says.
    ///
    /// *Errors*: that the number is none that can be.
    pub(crate) fn applied_to(self, environment: Environment) -> Outcome<Environment> {
        if self.parallelism < 0 {
            let detail = format!("The parallelism must be a positive value. Not {}.", self.parallelism);
            return Err(Failure::said(Diagnostic::error("Invalid parallelism value", detail)));
        }
        let Some(limit) = self.limit() else { return Ok(environment) };
        Ok(Environment { catalogue: environment.catalogue.limited(limit), ..environment })
    }
}

impl StateFiles {
    /// Returns the files of a command that changes nothing.
    pub(crate) fn only(state: &Option<PathBuf>) -> Self {
        Self { state: state.clone(), ..Self::default() }
    }

    /// Returns this environment with these files for the state, whose backup is usually this one.
    pub(crate) fn applied_to(&self, environment: Environment, usual: Backup) -> Environment {
        let backup = match &self.backup {
            Some(path) if path == Path::new("-") => Backup::Nowhere,
            Some(path) => Backup::At(path.clone()),
            None => usual,
        };
        let state = StateSelection { file: self.state.clone(), backup, ..environment.state };
        Environment { state, ..environment }
    }
}

/// Returns the values of variables that the process environment holds.
fn from_environment() -> BTreeMap<String, String> {
    std::env::vars()
        .filter_map(|(name, value)| Some((name.strip_prefix("TF_VAR_")?.to_owned(), value)))
        .collect()
}

/// Returns the source of the keys of saved plans, if the process environment has one.
///
/// *Errors*: sources that cannot be used.
pub(crate) fn plan_key() -> Outcome<Option<Box<dyn KeySource>>> {
    let given = |name: &str| std::env::var_os(name).filter(|it| !it.is_empty());
    if let Some(key) = given("RINFRA_PLAN_KMS_KEY") {
        let refused = |detail: &str| {
            let diagnostic = Diagnostic::error("Unsupported key for saved plans", detail);
            Failure::said(
                diagnostic.hint("set one of RINFRA_PLAN_KEY, to a passphrase, and RINFRA_PLAN_KMS_KEY"),
            )
        };
        if given("RINFRA_PLAN_KEY").is_some() {
            return Err(refused("RINFRA_PLAN_KMS_KEY and RINFRA_PLAN_KEY are set, and a plan has one key."));
        }
        let key = KmsKey::new(key.to_string_lossy(), "plan");
        let source = key_services().aws_kms(key);
        return source.map(Some).map_err(|error| refused(&format!("RINFRA_PLAN_KMS_KEY is set: {error}.")));
    }
    let invalid = |detail: String| Failure::said(Diagnostic::error("Invalid RINFRA_PLAN_KEY", detail));
    let Some(text) = given("RINFRA_PLAN_KEY") else { return Ok(None) };
    let text = text.into_string().map_err(|_text| invalid("The passphrase is not UTF-8.".to_owned()))?;
    let passphrase =
        Passphrase::new(text).map_err(|error| invalid(format!("Of what it is set to: {error}.")))?;
    Ok(Some(Box::new(passphrase)))
}

/// Returns what saved plans are opened with.
///
/// *Errors*: keys that cannot be used, and an encryption that is wrong.
pub(crate) fn plan_keys(environment: &Environment) -> Outcome<PlanKeys> {
    PlanKeys::of(environment, plan_key()?)
}

/// Returns what the process environment says about encryption, in OpenTofu's variable or in ours.
fn encryption() -> Option<Arc<str>> {
    let given = |name: &str| std::env::var(name).ok().filter(|it| !it.trim().is_empty());
    ["TF_ENCRYPTION", "RINFRA_ENCRYPTION"].into_iter().find_map(given).map(Into::into)
}

/// Tells whether whoever started the command may be asked something.
pub(crate) fn may_ask(usual: &Usual) -> bool {
    let word = std::env::var("TF_INPUT").unwrap_or_default();
    usual.input && spelling::truth(&word).unwrap_or(true)
}

/// Returns the settings of the command line in the order they were written.
fn in_order(variables: &Variables) -> Vec<Assignment> {
    let mut files = variables.var_file.iter();
    let mut settings = variables.var.iter();
    let mut ordered = Vec::new();
    // The parser keeps the order of each option, not that between them.
    for argument in spelling::usual(std::env::args_os()) {
        let text = argument.to_string_lossy().into_owned();
        if text == "--var-file" || text.starts_with("--var-file=") {
            ordered.extend(files.next().cloned().map(Assignment::File));
        } else if text == "--var" || text.starts_with("--var=") {
            ordered.extend(settings.next().cloned().map(Assignment::Variable));
        }
    }
    ordered
}
