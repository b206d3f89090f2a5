//! The inputs to start from: the language vectors beside the repository, and what is in it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::LONGEST;
use super::configuration::SEPARATOR;
use super::records::records;

/// Returns the expressions of the vectors; none where there are no vectors.
pub fn expressions() -> Vec<Vec<u8>> {
    let lines = fs::read_to_string(vectors().join("expressions.jsonl")).unwrap_or_default();
    let cases = lines.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
    cases.filter_map(|case| Some(case["expr"].as_str()?.as_bytes().to_vec())).collect()
}

/// Returns configurations in the form [`configuration`](super::configuration()) takes: those of the scenarios that are
/// short enough.
pub fn configurations() -> Vec<Vec<u8>> {
    let mut configurations = Vec::new();
    for directory in scenario_configurations() {
        let mut input = Vec::new();
        for path in below(&directory) {
            let (Ok(name), Ok(text)) = (path.strip_prefix(&directory), fs::read(&path)) else { continue };
            input.extend_from_slice(format!("{SEPARATOR}{}\n", name.display()).as_bytes());
            input.extend_from_slice(&text);
            if !text.ends_with(b"\n") {
                input.push(b'\n');
            }
        }
        configurations.push(input);
    }
    configurations.retain(|input| input.len() <= LONGEST);
    configurations
}

/// Returns files in native syntax: those of the scenarios, of the examples, and the ones the layout is tested with.
pub fn layouts() -> Vec<Vec<u8>> {
    let root = crate::root();
    let mut directories = scenario_configurations();
    directories.extend([root.join("examples"), root.join("crates/lang/tests/format")]);
    let paths = directories.iter().flat_map(|it| below(it));
    let native = paths.filter(|path| path.extension().is_some_and(|it| it == "tf" || it == "tfvars"));
    native.filter_map(|path| fs::read(path).ok()).filter(|text| text.len() <= LONGEST).collect()
}

/// Returns states, journals and plans: ours, and the states Terraform left in the scenarios.
pub fn saved() -> Vec<Vec<u8>> {
    let expected = scenarios().into_iter().flat_map(|it| below(&it.join("expected")));
    let documents = expected.filter_map(|path| serde_json::from_slice::<Json>(&fs::read(path).ok()?).ok());
    let states = documents.filter_map(|it| it.get("state").filter(|it| it.is_object()).map(Json::to_string));
    states.map(String::into_bytes).chain(records()).collect()
}

fn vectors() -> PathBuf {
    crate::root().join("../shared/vectors")
}

fn scenarios() -> Vec<PathBuf> {
    entries(&vectors().join("scenarios"))
}

/// Returns the directories of the scenarios that hold a configuration.
fn scenario_configurations() -> Vec<PathBuf> {
    let named =
        |path: &PathBuf| path.file_name().is_some_and(|it| it.to_string_lossy().starts_with("config"));
    scenarios().iter().flat_map(|it| entries(it)).filter(named).collect()
}

/// Returns the files in a directory and below.
fn below(directory: &Path) -> Vec<PathBuf> {
    let (directories, mut files): (Vec<_>, Vec<_>) =
        entries(directory).into_iter().partition(|it| it.is_dir());
    files.extend(directories.iter().flat_map(|it| below(it)));
    files
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut entries: Vec<_> = read.map(|it| it.path()).collect();
    entries.sort();
    entries
}
