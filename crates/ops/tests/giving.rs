//! Which values variables get, and what is said of values that are wrong, held against what Terraform 1.11.4 did with
//! the same environment, files and command line.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rinfra_diag::{Diagnostics, Span};
use rinfra_ops::{Assignment, DiskFiles, Environment, Outcome, Project, VariableOptions, Workbench};
use rinfra_provider::Catalogue;

/// One project, how values are given, and what comes of it.
#[derive(Default)]
struct Case {
    name: String,
    environment: BTreeMap<String, String>,
    arguments: Vec<String>,
    files: BTreeMap<String, String>,
    expected: Vec<String>,
}

/// Returns the cases of a table: `### name`, `env TF_VAR_name=value` and `arg -var=…`, files after `--- path`, then
/// `=> severity summary @ place` and `=> output = value`. A line's end in a value is `\n`.
fn cases(table: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut path = String::new();
    for line in table.lines() {
        if let Some(name) = line.strip_prefix("### ") {
            cases.push(Case { name: name.to_owned(), ..Case::default() });
            path.clear();
            continue;
        }
        let case = cases.last_mut().expect("a table begins with a case");
        let setting = |prefix| line.strip_prefix(prefix).filter(|_| path.is_empty());
        if let Some(variable) = setting("env TF_VAR_") {
            let (name, value) = variable.split_once('=').expect("a name and a value");
            case.environment.insert(name.to_owned(), value.replace("\\n", "\n"));
        } else if let Some(argument) = setting("arg ") {
            case.arguments.push(argument.replace("\\n", "\n"));
        } else if let Some(name) = line.strip_prefix("--- ") {
            path = name.to_owned();
            case.files.entry(path.clone()).or_default();
        } else if let Some(expected) = line.strip_prefix("=> ") {
            case.expected.push(expected.to_owned());
        } else {
            let text = case.files.entry(path.clone()).or_default();
            text.push_str(line);
            text.push('\n');
        }
    }
    cases
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
        state: Default::default(),
        directory: directory.to_owned(),
        working_directory: directory.to_string_lossy().into(),
        files: Arc::new(DiskFiles),
        catalogue: Catalogue::new(rinfra_std_providers::providers()),
        variables: VariableOptions {
            environment: case.environment.clone(),
            assignments: case.arguments.iter().map(|it| assignment(it, directory)).collect(),
            planned: None,
        },
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
        format!("{severity} {} @ {place}", it.summary).replace(&prefix, "")
    }));
    lines.sort_unstable();
    lines
}

async fn planned(environment: &Environment, lines: &mut Vec<String>) -> Outcome<Diagnostics> {
    let project = Project::open(environment)?;
    let bench = Workbench::open(environment, &project, "test")?;
    let (plan, found) = bench.plan(rinfra_plan::Options::default(), &rinfra_plan::Silent).await;
    if let Some(plan) = plan {
        let json = rinfra_view::plan_json(&plan, bench.state(), None, &environment.catalogue);
        let outputs = json["planned_values"]["outputs"].as_object().cloned().unwrap_or_default();
        lines.extend(outputs.into_iter().map(|(name, output)| format!("{name} = {}", output["value"])));
    }
    let mut all = project.warnings.clone();
    all.extend(found);
    Ok(all)
}

/// Shows a place as Terraform's JSON does: what is empty there is one column wide.
fn place(span: &Span) -> String {
    let Span { file, start, end } = span;
    let column = if start == end { end.column + 1 } else { end.column };
    format!("{file}:{}:{}-{}:{column}", start.line, start.column, end.line)
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
