use std::path::PathBuf;

use rinfra_config::Config;
use rinfra_diag::{Diagnostic, did_you_mean};
use rinfra_lang::functions::Functions;
use rinfra_lang::{Scope, evaluate};
use rinfra_store::LocalStore;

use crate::failure::{Failure, Outcome};

/// Arguments of `backend "local"`.
const ARGUMENTS: [&str; 2] = ["path", "workspace_dir"];

/// Returns where the state of a configuration is kept.
///
/// *Errors*: backends this version does not have, and invalid arguments.
pub(crate) fn store(config: &Config) -> Outcome<LocalStore> {
    let default = || LocalStore::new(config.directory.join("terraform.tfstate"));
    let Some(backend) = &config.root().backend else { return Ok(default()) };
    let failure = |diagnostic: Diagnostic| Failure::new(diagnostic, config.sources());
    if &*backend.kind == "cloud" {
        let detail = "This rinfra keeps state in local files and does not work with HCP Terraform.";
        return Err(failure(
            Diagnostic::error("HCP Terraform is not supported", detail).at(backend.header.clone()).hint(
                "leave the cloud block out, and set variables of its workspace with -var or a .tfvars file",
            ),
        ));
    }
    if backend.problems.has_errors() {
        return Err(Failure::new(backend.problems.clone(), config.sources()));
    }
    if &*backend.kind != "local" {
        let detail =
            format!("This rinfra keeps state in local files; it has no backend \"{}\".", backend.kind);
        return Err(failure(
            Diagnostic::error("Unsupported backend type", detail)
                .at(backend.header.clone())
                .hint("use backend \"local\", or leave the block out"),
        ));
    }
    let mut path = None;
    for attribute in &backend.body.attributes {
        if !ARGUMENTS.contains(&&*attribute.name) {
            let detail = format!("An argument named \"{}\" is not expected here.", attribute.name);
            let mut diagnostic =
                Diagnostic::error("Unsupported argument", detail).at(attribute.name_span.clone());
            if let Some(known) = did_you_mean(&attribute.name, ARGUMENTS.into_iter()) {
                diagnostic = diagnostic.hint(format!("Did you mean \"{known}\"?"));
            }
            return Err(failure(diagnostic));
        }
        let value = evaluate(&attribute.expression, &Scope::new(&Functions::default()))
            .map_err(|diagnostics| Failure::new(diagnostics, config.sources()))?;
        if &*attribute.name == "path" && !value.is_null() {
            let Some(text) = value.as_str() else {
                return Err(failure(
                    Diagnostic::error(
                        "Incorrect attribute value type",
                        "Inappropriate value for attribute \"path\": string required.",
                    )
                    .at(attribute.expression.span.clone()),
                ));
            };
            path = Some(PathBuf::from(text));
        }
    }
    Ok(match path {
        Some(path) => LocalStore::new(config.directory.join(path)),
        None => default(),
    })
}
