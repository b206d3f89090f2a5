//! What validating says of broken configurations, held against what Terraform 1.11.4 said of the same.

use std::path::Path;
use std::sync::Arc;

use rinfra_config::ModuleManifest;
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_lang::files::MemoryFiles;
use rinfra_ops::{Environment, validate};
use rinfra_provider::Catalogue;
use rinfra_testkit::tables::{Case, cases, place};

async fn found(case: &Case) -> Diagnostics {
    assert!(case.settings.is_empty(), "{}: {:?}", case.name, case.settings);
    let mut files = MemoryFiles::default();
    for (path, text) in &case.files {
        files.insert(path, text.as_bytes());
    }
    let config = rinfra_config::load(&files, Path::new(".")).config;
    files.insert(ModuleManifest::PATH, ModuleManifest::of_local(&config).to_json());
    let environment = Environment {
        working_directory: "/work".into(),
        ..Environment::new(".", Arc::new(files), Catalogue::new(rinfra_std_providers::providers()))
    };
    match validate(&environment).await {
        Ok((_, diagnostics)) => diagnostics,
        Err(failure) => failure.diagnostics,
    }
}

fn shown(diagnostic: &Diagnostic) -> String {
    let severity = if diagnostic.is_error() { "error" } else { "warning" };
    // The members of a cycle have no first one.
    let summary = match diagnostic.summary.strip_prefix("Cycle: ") {
        Some(members) => {
            let mut members: Vec<_> = members.split(", ").collect();
            members.sort_unstable();
            format!("Cycle: {}", members.join(", "))
        }
        None => diagnostic.summary.clone(),
    };
    let place = diagnostic.subject.as_ref().map_or_else(|| "None".to_owned(), place);
    format!("=> {severity} {summary} @ {place}")
}

async fn check(table: &str) {
    let mut wrong = Vec::new();
    for case in cases(table) {
        let mut given: Vec<_> = found(&case).await.iter().map(shown).collect();
        let mut expected = case.expected.clone();
        given.sort_unstable();
        expected.sort_unstable();
        if given != expected {
            wrong.push(format!("{}\n  expected {expected:#?}\n  found    {given:#?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn references_to_what_is_not_there() {
    check(include_str!("validating/references.txt")).await;
}

#[tokio::test]
async fn lifecycles_checks_and_refactorings() {
    check(include_str!("validating/lifecycle.txt")).await;
}

#[tokio::test]
async fn provisioners_modules_outputs_and_variables() {
    check(include_str!("validating/blocks.txt")).await;
}

#[tokio::test]
async fn syntax_functions_and_what_follows_from_errors() {
    check(include_str!("validating/errors.txt")).await;
}

#[tokio::test]
async fn arguments_of_terraform_remote_state() {
    check(include_str!("validating/remote_state.txt")).await;
}

#[tokio::test]
async fn modules_and_what_they_are_given() {
    check(include_str!("validating/modules.txt")).await;
}

#[tokio::test]
async fn provider_configurations_that_are_passed() {
    check(include_str!("validating/passed_providers.txt")).await;
}

/// What Terraform does not have: held against what OpenTofu says of it.
#[tokio::test]
async fn provider_configurations_with_several_instances() {
    check(include_str!("validating/iterated_providers.txt")).await;
}

#[tokio::test]
async fn settings_of_modules() {
    check(include_str!("validating/terraform.txt")).await;
}

#[tokio::test]
async fn forms_of_references_types_and_addresses() {
    check(include_str!("validating/forms.txt")).await;
}
