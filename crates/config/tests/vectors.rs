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
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Scenarios, and the step of each, whose findings are all made by loading and checking.
const STEPS: &[(&str, &str)] = &[];

fn scenarios() -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/scenarios");
    if !found.is_dir() {
        println!("skipped: no ../shared");
        return None;
    }
    Some(found)
}

#[test]
fn explore() {
    let Some(scenarios) = scenarios() else { return };
    let mut names: Vec<_> = std::fs::read_dir(&scenarios).unwrap().map(|it| it.unwrap().path()).collect();
    names.sort();
    for scenario in names {
        for step in json(&scenario.join("steps.json"))["steps"].as_array().unwrap() {
            if !matches!(step["command"].as_str().unwrap(), "validate" | "plan") {
                continue;
            }
            let expected = theirs(&json(&scenario.join(step["expected"].as_str().unwrap())));
            let found = shown(&ours(&scenario.join(step["config"].as_str().unwrap())));
            if expected == found {
                if !expected.is_empty() {
                    println!(
                        "SAME {} {} {}",
                        scenario.file_name().unwrap().to_str().unwrap(),
                        step["step"],
                        expected.len()
                    );
                }
                continue;
            }
            println!("DIFF {} {}", scenario.file_name().unwrap().to_str().unwrap(), step["step"]);
            for it in expected.difference(&found) {
                println!("    missing {it:?}");
            }
            for it in found.difference(&expected) {
                println!("    extra   {it:?}");
            }
        }
    }
}
