//! What of a result counts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::difference;
use super::normal_form::normal;
use super::scenario::{Command, Step};

/// Returns everything that counts and differs between what a step has to do and what it did, a line for each place.
pub fn differences(step: &Step, expected: &Value, found: &Value) -> Vec<String> {
    let differ = |member: &str| match (told(member, expected), told(member, found)) {
        // Some commands say what is wrong without calling it an error.
        (said, _) if member == "stderr" && said == json!([]) && expected["exit_code"] != 0 => Vec::new(),
        (expected, found) => difference::between(member, &expected, &found),
    };
    members(step).iter().flat_map(|it| differ(it)).collect()
}

/// Returns the members of a result that count.
fn members(step: &Step) -> Vec<&'static str> {
    let mut members = vec!["exit_code", "extra_output"];
    members.extend_from_slice(match step.command {
        Command::Init | Command::Validate => &["diagnostics"],
        Command::Plan => &["diagnostics", "summary", "plan", "generated.tf"],
        Command::Apply | Command::Destroy | Command::ApplyPlan => {
            &["diagnostics", "summary", "outputs", "events", "state"]
        }
        Command::Output => &["outputs", "stdout", "stderr"],
        Command::Show => &["show"],
        Command::Console => &["stdout", "stderr"],
        Command::CommandLine => match step.words()[..] {
            ["show" | "output", ..] | ["state", "list" | "show", ..] => &["stdout", "stderr"],
            // What they say of their progress is theirs.
            _ => &["stderr", "state"],
        },
    });
    if step.ordered {
        members.push("sequence");
    }
    members
}

/// Returns what a member says, in its normal form.
fn told(member: &str, result: &Value) -> Value {
    let value = &result[member];
    match member {
        "diagnostics" => diagnostics(value),
        "stderr" => headlines(value),
        "outputs" => outputs(value),
        "events" => events(value),
        "sequence" => steps(value),
        _ => normal(value),
    }
}

/// Returns severities, summaries and places, which are binding; without the wording of details.
fn diagnostics(value: &Value) -> Value {
    let place = |range: &Value| {
        let number = |end: &str, part: &str| range[end][part].as_u64().unwrap_or_default();
        let position = |end: &str| format!("{}:{}", number(end, "line"), number(end, "column"));
        let file = range["filename"].as_str()?;
        Some(format!("{file} {}-{}", position("start"), position("end")))
    };
    let all = value.as_array().into_iter().flatten();
    let shown: BTreeSet<_> = all
        .map(|it| {
            let text = |member: &str| it[member].as_str().unwrap_or_default();
            let summary = sorted_members(text("summary"));
            format!("{}: {summary} {}", text("severity"), place(&it["range"]).unwrap_or_default())
        })
        .collect();
    normal(&json!(shown))
}

/// Returns the summary of a cycle with its members in an order.
fn sorted_members(summary: &str) -> String {
    let Some(members) = summary.strip_prefix("Cycle: ") else { return summary.to_owned() };
    let members: BTreeSet<_> = members.split(", ").collect();
    format!("Cycle: {}", members.into_iter().collect::<Vec<_>>().join(", "))
}

/// Returns the summaries of diagnostics that are written for people.
fn headlines(value: &Value) -> Value {
    let lines = value.as_str().unwrap_or_default().lines();
    let line = |line: &str| {
        let line = line.trim_matches(|it: char| it.is_whitespace() || "│╷╵".contains(it));
        let is_headline = ["Error: ", "Warning: "].iter().any(|it| line.starts_with(it));
        is_headline.then(|| line.trim_end_matches('.').to_lowercase())
    };
    json!(lines.filter_map(line).collect::<BTreeSet<_>>())
}

/// Returns outputs; of secrets not the value, which not every command tells.
fn outputs(value: &Value) -> Value {
    let mut outputs = normal(value);
    for output in outputs.as_object_mut().into_iter().flat_map(|it| it.values_mut()) {
        if let (true, Some(members)) = (output["sensitive"] == true, output.as_object_mut()) {
            members.remove("value");
        }
    }
    if outputs.is_null() { json!({}) } else { outputs }
}

/// Returns the events of each instance.
fn events(value: &Value) -> Value {
    let mut events = BTreeMap::<&str, Vec<Value>>::new();
    for event in value.as_array().into_iter().flatten() {
        events.entry(event["addr"].as_str().unwrap_or_default()).or_default().push(normal(event));
    }
    json!(events)
}

/// Returns the events that begin and end a step.
fn steps(value: &Value) -> Value {
    let all = value.as_array().into_iter().flatten();
    let is_step = |it: &&Value| it["type"].as_str().is_some_and(|it| it.starts_with("apply_"));
    all.filter(is_step).map(normal).collect()
}
