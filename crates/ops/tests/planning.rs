//! What planning says of modules and their outputs, held against what Terraform 1.11.4 said of the same.

use std::path::Path;
use std::sync::Arc;

use rinfra_change::Plan;
use rinfra_config::ModuleManifest;
use rinfra_diag::Diagnostics;
use rinfra_ops::{DiskFiles, Environment, Project, Workbench};
use rinfra_provider::Catalogue;
use rinfra_testkit::tables::{Case, cases};

async fn plan(directory: &Path) -> (Option<Plan>, Diagnostics) {
    let environment =
        Environment::new(directory, Arc::new(DiskFiles), Catalogue::new(rinfra_std_providers::providers()));
    let project = match Project::open(&environment) {
        Ok(project) => project,
        Err(failure) => return (None, failure.diagnostics),
    };
    let mut diagnostics = project.warnings.clone();
    let bench = match Workbench::open(&environment, &project, "test").await {
        Ok(bench) => bench,
        Err(failure) => return (None, failure.diagnostics),
    };
    let (plan, found) = bench.plan(rinfra_plan::Options::default(), &rinfra_plan::Silent).await;
    diagnostics.extend(found);
    (plan, diagnostics)
}

async fn told(case: &Case) -> Vec<String> {
    assert!(case.settings.is_empty(), "{}: {:?}", case.name, case.settings);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    };
    case.files.iter().for_each(|(name, text)| write(name, text));
    let config = rinfra_config::load(&DiskFiles, directory.path()).config;
    write(ModuleManifest::PATH, &ModuleManifest::of_local(&config).to_json());
    let (plan, diagnostics) = plan(directory.path()).await;
    let mut lines: Vec<_> = diagnostics
        .iter()
        .map(|it| {
            let severity = if it.is_error() { "error" } else { "warning" };
            let place = it.subject.as_ref().map_or_else(
                || "None".to_owned(),
                |it| format!("{}:{}:{}", it.file, it.start.line, it.start.column),
            );
            format!("=> {severity} {} @ {place}", it.summary)
        })
        .collect();
    lines.sort_unstable();
    for (name, output) in plan.iter().flat_map(|it| &it.outputs) {
        let Some(after) = &output.after else { continue };
        let value = match rinfra_value::json::encode(&after.unmark_deep()) {
            Ok(value) => value.to_string(),
            Err(_) => "unknown".to_owned(),
        };
        lines.push(format!("-> {name} {value}"));
    }
    lines
}

#[tokio::test]
async fn modules_and_their_outputs() {
    let mut wrong = Vec::new();
    for case in cases(include_str!("planning/modules.txt")) {
        let found = told(&case).await;
        if found != case.expected {
            wrong.push(format!("{}\n  expected {:#?}\n  found    {found:#?}", case.name, case.expected));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
