//! Expressions whose names lead nowhere: what Terraform says about them in the shared vectors, against what loading and
//! checking say.

use std::collections::BTreeSet;
use std::path::Path;

use rinfra_config::load;
use rinfra_lang::files::MemoryFiles;
use serde_json::Value;

/// What is wrong with names, whatever they may be worth.
const OF_NAMES: [&str; 13] = [
    "Invalid reference",
    "Invalid index key",
    "Reference to undeclared resource",
    "Reference to undeclared module",
    "Reference to undeclared local value",
    "Reference to undeclared input variable",
    "Reference to \"each\" in context without for_each",
    "each.value cannot be used in this context",
    "Reference to \"count\" in non-counted context",
    "Invalid \"path\" attribute",
    "Invalid \"terraform\" attribute",
    "Invalid \"each\" attribute",
    "Invalid \"count\" attribute",
];

fn found(vector: &Value) -> BTreeSet<(String, String)> {
    let expression = vector["expr"].as_str().expect("an expression");
    let main = format!("locals {{\n  v = {expression}\n}}\noutput \"v\" {{\n  value = [local.v]\n}}\n");
    let mut files = MemoryFiles::new();
    files.insert("main.tf", main);
    files.insert("env.tf", vector["tf"].as_str().unwrap_or_default());
    for name in vector["vars"].as_object().into_iter().flat_map(serde_json::Map::keys) {
        files.insert(format!("{name}.tf"), format!("variable \"{name}\" {{\n}}\n"));
    }
    let loaded = load(&files, Path::new("."));
    let mut all = loaded.diagnostics;
    if !all.has_errors() {
        all.extend(loaded.config.check().into_diagnostics());
    }
    all.iter()
        .map(|it| (it.summary.clone(), it.subject.as_ref().map(ToString::to_string).unwrap_or_default()))
        .collect()
}

fn expected(vector: &Value) -> BTreeSet<(String, String)> {
    let place = |it: &Value| {
        let point = |end: &str| {
            let number = |part: &str| it["range"][end][part].as_u64().expect("a number");
            (number("line") + 1, number("column") + if number("line") == 1 { 6 } else { 0 })
        };
        let ((line, from), (last, to)) = (point("start"), point("end"));
        if line == last {
            format!("main.tf:{line},{from}-{to}")
        } else {
            format!("main.tf:{line},{from}-{last},{to}")
        }
    };
    let all = vector["diagnostics"].as_array().expect("diagnostics");
    // Terraform tells some a second time, in a file without a name.
    let is_placed = |it: &&Value| it["range"]["filename"] != "";
    all.iter()
        .filter(is_placed)
        .map(|it| (it["summary"].as_str().expect("a summary").to_owned(), place(it)))
        .collect()
}

#[test]
fn names_lead_as_far_as_in_terraform() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/expressions.jsonl");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: no ../shared");
        return;
    };
    let mut seen = 0;
    for line in text.lines() {
        let vector: Value = serde_json::from_str(line).expect("JSON");
        let of_names = |it: &Value| OF_NAMES.contains(&it["summary"].as_str().expect("a summary"));
        if !vector["diagnostics"].as_array().is_some_and(|all| all.iter().all(of_names)) {
            continue;
        }
        assert_eq!(found(&vector), expected(&vector), "{}", vector["expr"]);
        seen += 1;
    }
    assert!(seen > 20, "only {seen} vectors");
}
