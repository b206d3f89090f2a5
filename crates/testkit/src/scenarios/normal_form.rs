//! The form in which results are compared: without what is different in every run, and without order where there is
//! none.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

/// Members that are different in every run, or are nobody's business.
const DROPPED: &[&str] =
    &["lineage", "serial", "terraform_version", "format_version", "timestamp", "prior_state"];

/// Members that hold a list whose order says nothing.
const UNORDERED: &[&str] = &["dependencies", "depends_on", "relevant_attributes", "sensitive_attributes"];

/// Brings a result into the form in which it is compared.
pub(super) fn normal(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(normal_text(text)),
        Value::Array(items) => array(items),
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !DROPPED.contains(&name.as_str()));
            let one = |(name, value): (&String, &Value)| {
                let mut value = if name == "deposed" { Value::from("{{DEPOSED}}") } else { normal(value) };
                if let (true, Value::Array(items)) = (UNORDERED.contains(&name.as_str()), &mut value) {
                    items.sort_by_key(Value::to_string);
                }
                (normal_text(name), value)
            };
            Value::Object(kept.map(one).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// Turns a list of things that have names into an object.
fn array(items: &[Value]) -> Value {
    // A resource of the state without instances is the husk of one that could not be made.
    let is_husk = |it: &&Value| it["instances"].as_array().is_some_and(Vec::is_empty);
    let items: Vec<_> = items.iter().filter(|it| !is_husk(it)).map(normal).collect();
    let Some(names) = items.iter().map(name_of).collect::<Option<Vec<_>>>().filter(|it| !it.is_empty())
    else {
        return Value::Array(items);
    };
    let mut named = Map::new();
    let mut seen = BTreeMap::<String, usize>::new();
    for (name, item) in names.into_iter().zip(items) {
        let count = seen.entry(name.clone()).and_modify(|it| *it += 1).or_default();
        let name = if *count == 0 { name } else { format!("{name} #{count}") };
        named.insert(name, item);
    }
    Value::Object(named)
}

/// Returns what tells a thing from the others of its list.
fn name_of(item: &Value) -> Option<String> {
    let text = |name: &str| item[name].as_str();
    let deposed = if item.get("deposed").is_some() { " (deposed)" } else { "" };
    let address = text("address").or_else(|| item["address"]["to_display"].as_str());
    let checked = text("config_addr").or_else(|| text("object_addr"));
    if let Some(address) = address.or(checked) {
        return Some(format!("{address}{deposed}"));
    }
    if let (Some(mode), Some(kind), Some(name)) = (text("mode"), text("type"), text("name")) {
        let module = text("module").unwrap_or_default();
        return Some(format!("{module} {mode} {kind}.{name}"));
    }
    item.get("schema_version")?;
    Some(format!("[{}]{deposed}", item["index_key"]))
}

/// Returns a text with one name for everything of a kind that is drawn, counted or timed.
fn normal_text(text: &str) -> String {
    DRAWN.iter().fold(text.to_owned(), |text, (pattern, name)| pattern.replace_all(&text, *name).into_owned())
}

/// What is different in every run, and what stands for it.
static DRAWN: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let kinds = [
        // As it is, and as the vectors number it.
        (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\{\{UUID:\d+\}\}", "{{UUID}}"),
        (r"\(deposed object [0-9a-f]{8}\)", "(deposed object {{DEPOSED}})"),
        // What Terraform appends to a prefix.
        (r"\b\d{26}\b", "{{SUFFIX}}"),
        // Most objects of AWS, and security group rules, whose numbers Terraform makes of the former.
        (r"\b[a-z]+-[0-9a-f]{17}|\bsgrule-\d+", "{{ID}}"),
        (r"\bA[A-Z]{3}[A-Z0-9]{16,17}\b", "{{UNIQUE ID}}"),
        // Addresses, but not networks.
        (r"\b\d{1,3}(\.\d{1,3}){3}($|[^/\d.])", "{{ADDRESS}}$2"),
        (r"\b(ip|ec2)(-\d{1,3}){4}\b", "{{ADDRESS}}"),
        (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "{{TIME}}"),
    ];
    kinds.into_iter().filter_map(|(pattern, name)| Some((Regex::new(pattern).ok()?, name))).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_has_one_name() {
        for (text, normal) in [
            ("a 0b3f1c52-6a55-4f0f-9d1e-0a1b2c3d4e5f b {{UUID:12}}", "a {{UUID}} b {{UUID}}"),
            ("x: (deposed object 00aa11bb)", "x: (deposed object {{DEPOSED}})"),
            ("r-rtb-0123456789abcdef01080289494", "r-{{ID}}1080289494"),
            (
                "arn:aws:ec2:us-east-1:{{ACCOUNT}}:subnet/subnet-05203df17f609aff7",
                "arn:aws:ec2:us-east-1:{{ACCOUNT}}:subnet/{{ID}}",
            ),
            ("logs-20261123191452000100000001", "logs-{{SUFFIX}}"),
            ("127.148.147.102 and 10.0.0.0/16", "{{ADDRESS}} and 10.0.0.0/16"),
            ("2026-11-23T19:14:52Z", "{{TIME}}"),
        ] {
            assert_eq!(normal_text(text), normal);
        }
    }
}
