//! Compares evaluation with what Terraform 1.11.4 answers, topic by topic.
//!
//! The vectors lie beside the repository, not in it. `VECTORS_SHOW=topic` prints the failures of a topic, `all` those
//! of every topic, and `VECTORS_FILE` names other vectors. Terraform's answers to questions the vectors do not ask are
//! in `vectors/answers.jsonl`, in the form of the vectors; its first line is what all of them stand beside.

mod vectors {
    pub(crate) mod answer;
    pub(crate) mod case;
    pub(crate) mod surroundings;
}

use std::collections::BTreeMap;
use std::path::Path;

use vectors::case::Case;

/// Errors that come from rules about addresses in a configuration, which are not this crate's business.
const OTHER_CRATES: [&str; 13] = [
    "Invalid reference",
    "Reference to undeclared resource",
    "Reference to undeclared local value",
    "Reference to undeclared input variable",
    "Reference to \"each\" in context without for_each",
    "each.value cannot be used in this context",
    "Invalid \"path\" attribute",
    "Invalid \"terraform\" attribute",
    "Invalid \"each\" attribute",
    "Invalid \"count\" attribute",
    "Invalid \"self\" reference",
    "Unexpected \"output\" block",
    "Invalid value for input variable",
];

/// Vectors whose answer differs on purpose; docs/differences.md says why.
const LISTED_DIFFERENCES: [&str; 1] = ["fn.base64gzip/003"];

#[derive(Default)]
struct Tally {
    passed: usize,
    total: usize,
    elsewhere: usize,
    inexact: usize,
}

#[test]
fn expressions_evaluate_as_in_terraform() {
    let path = match std::env::var_os("VECTORS_FILE") {
        Some(path) => path.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/expressions.jsonl"),
    };
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: no ../shared");
        return;
    };
    let shown = std::env::var("VECTORS_SHOW").unwrap_or_default();
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut surprises = Vec::new();
    for line in text.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let tally = tallies.entry(case.topic.clone()).or_default();
        if case.diagnostics.iter().any(|wrong| OTHER_CRATES.contains(&&*wrong.summary)) {
            tally.elsewhere += 1;
            continue;
        }
        tally.total += 1;
        let answer = surroundings_of(&case);
        let compared = case.compare(&answer);
        if compared.is_ok() == LISTED_DIFFERENCES.contains(&&*case.id) {
            surprises.push(case.id.clone());
        }
        match compared {
            Ok(exact) => {
                tally.passed += 1;
                if !exact {
                    tally.inexact += 1;
                    if shown == "inexact" || shown == "all" {
                        println!("~ {} {:?}\n    {answer:?}\n    {:?}", case.id, case.expr, case.diagnostics);
                    }
                }
            }
            Err(difference)
                if !shown.is_empty()
                    && (shown == "all" || case.topic.starts_with(&shown) || case.id == shown) =>
            {
                println!("{} {:?}\n    {difference}", case.id, case.expr);
            }
            Err(_) => {}
        }
    }
    let mut all = (0, 0);
    println!("{:22} {:>9} {:>6} {:>10} {:>10}", "topic", "passed", "%", "range off", "elsewhere");
    for (topic, tally) in &tallies {
        let percent = 100.0 * tally.passed as f64 / tally.total.max(1) as f64;
        let passed = format!("{}/{}", tally.passed, tally.total);
        println!("{topic:22} {passed:>9} {percent:>6.1} {:>10} {:>10}", tally.inexact, tally.elsewhere);
        all = (all.0 + tally.passed, all.1 + tally.total);
    }
    println!("all: {}/{}, listed differences: {}", all.0, all.1, LISTED_DIFFERENCES.len());
    assert!(
        surprises.is_empty(),
        "these differ although they are not listed, or no longer differ although they are: {surprises:?}"
    );
}

#[test]
fn other_expressions_evaluate_as_in_terraform() {
    let mut lines = include_str!("vectors/answers.jsonl").lines();
    let surroundings: serde_json::Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    let surroundings = surroundings["tf"].as_str().unwrap().to_owned();
    let mut wrong = Vec::new();
    for line in lines {
        let mut case: Case = serde_json::from_str(line).unwrap();
        case.tf =
            ["local", "terraform_data"].iter().any(|it| case.expr.contains(it)).then(|| surroundings.clone());
        case.plan = true;
        if case.diagnostics.iter().any(|it| OTHER_CRATES.contains(&&*it.summary)) {
            continue;
        }
        match case.compare(&surroundings_of(&case)) {
            Ok(true) => {}
            Ok(false) => wrong.push(format!("{}\n    other places", case.expr)),
            Err(difference) => wrong.push(format!("{}\n    {difference}", case.expr)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn surroundings_of(case: &Case) -> vectors::answer::Answer {
    vectors::surroundings::evaluate(case)
}
