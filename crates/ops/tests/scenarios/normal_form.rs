//! The form in which results are compared: without what is different in every run, and without order where there is
//! none.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What stands for every universally unique identifier.
const IDENTIFIER: &str = "{{UUID}}";

/// Members that are different in every run, or are nobody's business.
const DROPPED: &[&str] =
    &["lineage", "serial", "terraform_version", "format_version", "timestamp", "prior_state"];

/// Members that hold a list whose order says nothing.
const UNORDERED: &[&str] = &["dependencies", "depends_on", "relevant_attributes", "sensitive_attributes"];

/// Returns the state in the working directory. A file that is only there to be locked is none.
pub(crate) fn stored_state() -> Value {
    match std::fs::read("terraform.tfstate") {
        Ok(bytes) if !bytes.is_empty() => serde_json::from_slice(&bytes).unwrap(),
        Ok(_) | Err(_) => Value::Null,
    }
}

/// Brings a result into the form in which it is compared.
pub(crate) fn normal(value: &Value) -> Value {
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

/// Returns a text with one name for all identifiers and for the working directory.
pub(crate) fn normal_text(text: &str) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let text = text.replace(&*here.to_string_lossy(), "{{CWD}}");
    let mut normal = String::new();
    let mut rest = text.as_str();
    while let Some(next) = rest.chars().next() {
        if let Some(length) = identifier(rest) {
            normal.push_str(IDENTIFIER);
            rest = &rest[length..];
        } else {
            normal.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    normal
}

/// Returns the length of the identifier a text begins with, as it is or as the vectors number it.
fn identifier(text: &str) -> Option<usize> {
    const NUMBERED: &str = "{{UUID:";
    if let Some(rest) = text.strip_prefix(NUMBERED) {
        return Some(NUMBERED.len() + rest.find("}}")? + 2);
    }
    let form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    let fits = |(expected, found): (u8, u8)| match expected {
        b'-' => found == b'-',
        _ => found.is_ascii_digit() || (b'a'..=b'f').contains(&found),
    };
    (text.len() >= form.len() && form.bytes().zip(text.bytes()).all(fits)).then_some(form.len())
}
