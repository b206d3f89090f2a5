//! What `init` says of backends and versions, held against what Terraform 1.11.4 said of the same.

use rinfra_modules::{Freshness, Web};
use rinfra_ops::{InstallObserver, check_readiness, install_modules};

use crate::projects::Project;

struct Nobody;

impl InstallObserver for Nobody {
    fn downloading(&self, _package: &str, _module: &str) {}

    fn installed(&self, _module: &str, _version: Option<&str>, _directory: &str) {}
}

/// Returns what is found in the files that follow `--- path` lines, as `severity summary @ place`.
fn found(files: &[(String, String)]) -> Vec<String> {
    let project = Project::new(Web::new());
    for (path, text) in files {
        project.write(path, text);
    }
    let environment = project.environment();
    let diagnostics = match install_modules(&environment, &project.fetcher(), Freshness::Known, &Nobody) {
        Ok(installed) => {
            let mut all = installed.warnings;
            all.extend(check_readiness(&environment, &installed.config));
            all
        }
        Err(failure) => failure.diagnostics,
    };
    let mut lines: Vec<String> = diagnostics
        .iter()
        .map(|it| {
            let severity = if it.is_error() { "error" } else { "warning" };
            let place = it.subject.as_ref().map_or_else(
                || "None".to_owned(),
                |span| {
                    let (start, end) = (span.start, span.end);
                    format!("{}:{}:{}-{}:{}", span.file, start.line, start.column, end.line, end.column)
                },
            );
            format!("{severity} {} @ {place}", it.summary)
        })
        .collect();
    lines.sort_unstable();
    lines
}

#[test]
fn what_is_wrong_with_settings_is_said_before_anything_is_planned() {
    let table = include_str!("readiness.txt");
    for case in table.split("### ").skip(1) {
        let (name, rest) = case.split_once('\n').unwrap();
        let expected: Vec<&str> = rest.lines().filter_map(|it| it.strip_prefix("=> ")).collect();
        let text: String =
            rest.lines().filter(|it| !it.starts_with("=> ")).map(|it| format!("{it}\n")).collect();
        let files = text.split("--- ").skip(1).filter_map(|it| it.split_once('\n'));
        let files: Vec<_> = files.map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        assert_eq!(found(&files), expected, "{name}");
    }
}
