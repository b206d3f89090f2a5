//! Which values variables get, and what is said of values that are wrong, held against what Terraform 1.11.4 did with
//! the same environment, files and command line.

use std::path::Path;
use std::sync::Arc;

use rinfra_diag::Diagnostics;
use rinfra_ops::{Assignment, DiskFiles, Environment, Outcome, Project, VariableOptions, Workbench};
use rinfra_provider::Catalogue;
use rinfra_testkit::tables::{Case, cases, place};

/// Returns how a case gives its values: `env TF_VAR_name=value` and `arg -var=…`, a line's end in them being `\n`.
fn given(case: &Case, directory: &Path) -> VariableOptions {
    let mut options = VariableOptions::default();
    for setting in &case.settings {
        let setting = setting.replace("\\n", "\n");
        if let Some(variable) = setting.strip_prefix("env TF_VAR_") {
            let (name, value) = variable.split_once('=').expect("a name and a value");
            options.environment.insert(name.to_owned(), value.to_owned());
        } else {
            let argument =
                setting.strip_prefix("arg ").expect("a variable of the environment or an argument");
            options.assignments.push(assignment(argument, directory));
        }
    }
    options
}

fn assignment(argument: &str, directory: &Path) -> Assignment {
    match argument.strip_prefix("-var-file=") {
        Some(path) => Assignment::File(directory.join(path)),
        None => Assignment::Variable(argument.strip_prefix("-var=").expect("an option").to_owned()),
    }
}

async fn found(case: &Case) -> Vec<String> {
    let root = tempfile::tempdir().expect("a temporary directory");
    let directory = root.path();
    for (path, text) in &case.files {
        let path = directory.join(path);
        std::fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    }
    let environment = Environment {
        variables: given(case, directory),
        ..Environment::new(directory, Arc::new(DiskFiles), Catalogue::new(rinfra_std_providers::providers()))
    };
    let mut lines = Vec::new();
    let diagnostics = match planned(&environment, &mut lines).await {
        Ok(diagnostics) => diagnostics,
        Err(failure) => failure.diagnostics,
    };
    let prefix = format!("{}/", directory.display());
    lines.extend(diagnostics.iter().map(|it| {
        let severity = if it.is_error() { "error" } else { "warning" };
        let place = it.subject.as_ref().map_or_else(|| "None".to_owned(), place);
        format!("=> {severity} {} @ {place}", it.summary).replace(&prefix, "")
    }));
    lines.sort_unstable();
    lines
}

async fn planned(environment: &Environment, lines: &mut Vec<String>) -> Outcome<Diagnostics> {
    let project = Project::open(environment)?;
    let bench = Workbench::open(environment, &project, "test").await?;
    let (plan, found) = bench.plan(rinfra_plan::Options::default(), &rinfra_plan::Silent).await;
    if let Some(plan) = plan {
        let json = rinfra_view::plan_json(&plan, bench.state(), None, &environment.catalogue);
        let outputs = json["planned_values"]["outputs"].as_object().cloned().unwrap_or_default();
        lines.extend(outputs.into_iter().map(|(name, output)| format!("=> {name} = {}", output["value"])));
    }
    let mut all = project.warnings.clone();
    all.extend(found);
    Ok(all)
}

#[tokio::test]
async fn values_are_those_of_terraform() {
    let mut wrong = Vec::new();
    for case in cases(include_str!("giving/given.txt")) {
        let found = found(&case).await;
        let mut expected = case.expected.clone();
        expected.sort_unstable();
        if found != expected {
            wrong.push(format!("{}\n  expected {expected:#?}\n  found    {found:#?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
