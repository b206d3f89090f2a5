//! What Terraform says about the configurations in the shared vectors, against what loading and checking say.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use rinfra_config::load;
use rinfra_diag::{Diagnostics, Severity};
use rinfra_lang::files::{DirectoryEntry, FileKind, Files};

struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<DirectoryEntry>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            entries.push(DirectoryEntry { name, is_directory: entry.path().is_dir() });
        }
        entries.sort();
        Ok(entries)
    }

    fn kind(&self, path: &Path) -> io::Result<Option<FileKind>> {
        Ok(match path {
            _ if path.is_dir() => Some(FileKind::Directory),
            _ if path.is_file() => Some(FileKind::File),
            _ => None,
        })
    }
}

/// Severity, summary and place, which are binding; without the wording of details.
type Shown = BTreeSet<(String, String, String)>;

fn ours(directory: &Path) -> Diagnostics {
    let loaded = load(&Disk, directory);
    let mut all = loaded.diagnostics;
    if !all.has_errors() {
        all.extend(loaded.config.check().into_diagnostics());
    }
    all
}

fn shown(diagnostics: &Diagnostics) -> Shown {
    let one = |it: &rinfra_diag::Diagnostic| {
        let severity = if it.severity == Severity::Error { "error" } else { "warning" };
        let place = it.subject.as_ref().map(ToString::to_string).unwrap_or_default();
        (severity.to_owned(), sorted_members(&it.summary), place)
    };
    diagnostics.iter().map(one).collect()
}

fn sorted_members(summary: &str) -> String {
    let Some(members) = summary.strip_prefix("Cycle: ") else { return summary.to_owned() };
    let mut members: Vec<&str> = members.split(", ").collect();
    members.sort_unstable();
    format!("Cycle: {}", members.join(", "))
}

fn theirs(expected: &serde_json::Value) -> Shown {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let place = |range: &serde_json::Value| {
        let number = |end: &str, part: &str| range[end][part].as_u64().unwrap_or_default();
        let (first, last) = (number("start", "line"), number("end", "line"));
        let (from, to) = (number("start", "column"), number("end", "column"));
        let file = text(&range["filename"]);
        match (range.is_object(), first == last) {
            (false, _) => String::new(),
            (true, true) => format!("{file}:{first},{from}-{to}"),
            (true, false) => format!("{file}:{first},{from}-{last},{to}"),
        }
    };
    let all = expected["diagnostics"].as_array().cloned().unwrap_or_default();
    all.iter().map(|it| (text(&it["severity"]), text(&it["summary"]), place(&it["range"]))).collect()
}

fn json(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")
}

/// Scenarios, and the step of each, whose findings are all made by loading and checking.
const STEPS: &[(&str, &str)] = &[
    ("check_errors", "01-validate"),
    ("check_errors", "02-validate"),
    ("count_and_for_each", "01-validate"),
    ("count_index_misuse", "01-validate"),
    ("depends_on_errors", "01-validate"),
    ("err_cycle_depends_on", "01-validate"),
    ("err_cycle_depends_on", "02-plan"),
    ("err_cycle_resources", "01-validate"),
    ("err_cycle_resources", "02-plan"),
    ("err_resource_names", "01-validate"),
    ("err_syntax_bad_chars", "01-validate"),
    ("err_syntax_bad_operator", "01-validate"),
    ("err_syntax_duplicate_attr", "01-validate"),
    ("err_syntax_extra_brace", "01-validate"),
    ("err_syntax_legacy_syntax", "01-validate"),
    ("err_syntax_missing_equals", "01-validate"),
    ("err_syntax_one_line_blocks", "01-validate"),
    ("err_syntax_unclosed_block", "01-validate"),
    ("err_syntax_unclosed_interp", "01-validate"),
    ("err_unknown_blocks", "01-validate"),
    ("foreach_each_misuse", "01-validate"),
    ("lifecycle_condition_errors", "01-validate"),
    ("lifecycle_condition_errors", "02-plan"),
    ("lifecycle_replace_triggered_by_errors", "01-validate"),
    ("local_cycle", "01-validate"),
    ("local_cycle", "02-plan"),
    ("local_duplicate_blocks", "01-validate"),
    ("module_recursive", "03-validate"),
    ("moved_errors", "05-validate"),
    ("output_depends_on", "04-validate"),
    ("provisioner_errors", "01-validate"),
    ("replace_triggered_by_extra", "06-validate"),
    ("td_attr_errors", "01-validate"),
    ("var_default_errors", "01-validate"),
    ("var_duplicate_and_names", "01-validate"),
    ("var_ephemeral_output", "01-validate"),
    ("var_validation_bad_config", "01-validate"),
    ("var_validation_bad_config", "02-plan"),
];

#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn scenarios() -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/scenarios");
    if !found.is_dir() {
        println!("skipped: no ../shared");
        return None;
    }
    Some(found)
}

#[test]
fn findings_are_those_of_terraform() {
    let Some(scenarios) = scenarios() else { return };
    for (name, step) in STEPS {
        let scenario = scenarios.join(name);
        let steps = json(&scenario.join("steps.json"));
        let step = steps["steps"].as_array().unwrap().iter().find(|it| it["step"] == *step).unwrap();
        let expected = theirs(&json(&scenario.join(step["expected"].as_str().unwrap())));
        let found = shown(&ours(&scenario.join(step["config"].as_str().unwrap())));
        assert!(!expected.is_empty(), "{name}");
        assert_eq!(found, expected, "{name} {}", step["step"]);
    }
}

/// Every step that succeeds in Terraform must load and check without a finding here.
#[test]
fn what_terraform_accepts_is_accepted() {
    let Some(scenarios) = scenarios() else { return };
    let mut seen = 0;
    let mut names: Vec<_> = std::fs::read_dir(&scenarios).unwrap().map(|it| it.unwrap().path()).collect();
    names.sort();
    for scenario in names {
        for step in json(&scenario.join("steps.json"))["steps"].as_array().unwrap() {
            let expected = json(&scenario.join(step["expected"].as_str().unwrap()));
            let configuration = scenario.join(step["config"].as_str().unwrap());
            let accepted = matches!(step["command"].as_str(), Some("validate" | "plan" | "apply"))
                && expected["diagnostics"].as_array().is_some_and(Vec::is_empty);
            if !accepted || uses_unsupported_files(&configuration) {
                continue;
            }
            assert_eq!(ours(&configuration).to_string(), "", "{} {}", scenario.display(), step["step"]);
            seen += 1;
        }
    }
    assert!(seen > 200, "only {seen} steps");
}

fn uses_unsupported_files(directory: &Path) -> bool {
    std::fs::read_dir(directory).expect("a directory").any(|entry| {
        let path = entry.expect("an entry").path();
        let name = path.to_string_lossy().into_owned();
        name.ends_with(".tf.json")
            || name.ends_with("override.tf")
            || (path.is_dir() && uses_unsupported_files(&path))
    })
}
