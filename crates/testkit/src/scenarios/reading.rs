//! What commands print and leave behind, in the form of the vectors.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

use crate::outcome::Outcome;

/// The messages that a command with `-json` prints, one on a line.
pub(super) struct Stream {
    code: Option<i32>,
    messages: Vec<Value>,
    /// Lines that are no messages.
    foreign: Vec<String>,
}

impl Stream {
    /// Reads what a command printed.
    pub(super) fn of(done: &Outcome) -> Self {
        let mut stream = Self { code: done.code, messages: Vec::new(), foreign: Vec::new() };
        for line in done.stdout.lines().chain(done.stderr.lines()) {
            match serde_json::from_str(line) {
                Ok(message) => stream.messages.push(message),
                Err(_) if line.trim().is_empty() => {}
                Err(_) => stream.foreign.push(line.to_owned()),
            }
        }
        stream
    }

    /// Returns the exit code and the diagnostics.
    pub(super) fn told(&self) -> Value {
        let diagnostics = self.of_type("diagnostic").map(|it| &it["diagnostic"]);
        let mut result = json!({ "exit_code": self.code, "diagnostics": diagnostics.collect::<Vec<_>>() });
        if !self.foreign.is_empty() {
            result["extra_output"] = self.foreign.clone().into();
        }
        result
    }

    /// Returns also how many objects are changed.
    pub(super) fn summed_up(&self) -> Value {
        self.with_summary(self.of_type("change_summary").last())
    }

    /// Returns also what was done, step by step, and what the outputs are.
    pub(super) fn applied(&self) -> Value {
        let is_of_an_apply = |it: &&Value| it["changes"]["operation"] != "plan";
        let mut result = self.with_summary(self.of_type("change_summary").filter(is_of_an_apply).last());
        // The outputs of the plan come without their types.
        let is_of_an_apply = |it: &&Value| {
            it["outputs"].as_object().is_some_and(|it| it.values().any(|it| it.get("type").is_some()))
        };
        if let Some(message) = self.of_type("outputs").filter(is_of_an_apply).last() {
            result["outputs"] = message["outputs"].clone();
        }
        result["events"] = self.messages.iter().filter_map(event).collect();
        result["sequence"] = result["events"].clone();
        result
    }

    fn with_summary(&self, message: Option<&Value>) -> Value {
        let mut result = self.told();
        if let Some(message) = message {
            let count = |name: &str| message["changes"][name].clone();
            let counts = ["add", "change", "remove", "import"].map(|it| (it.to_owned(), count(it)));
            result["summary"] = Value::Object(counts.into_iter().collect());
        }
        result
    }

    fn of_type(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.messages.iter().filter(move |it| it["type"] == name)
    }
}

/// Returns the event that a message tells of, if it is one that counts.
fn event(message: &Value) -> Option<Value> {
    const KINDS: &[&str] = &[
        "apply_start",
        "apply_complete",
        "apply_errored",
        "provision_start",
        "provision_progress",
        "provision_complete",
        "provision_errored",
    ];
    let hook = &message["hook"];
    if !KINDS.iter().any(|it| message["type"] == *it) {
        return None;
    }
    let mut event = json!({ "type": message["type"], "addr": hook["resource"]["addr"] });
    for name in ["action", "provisioner", "output"] {
        if let Some(value) = hook.get(name) {
            event[name] = value.clone();
        }
    }
    Some(event)
}

/// Returns the state of the workspace that is selected. A file that is only there to be locked is none.
pub(super) fn state(directory: &Path) -> io::Result<Value> {
    let selected = fs::read_to_string(directory.join(".terraform/environment")).unwrap_or_default();
    let path = match selected.trim() {
        "" | "default" => directory.join("terraform.tfstate"),
        name => directory.join("terraform.tfstate.d").join(name).join("terraform.tfstate"),
    };
    match fs::read(&path) {
        Ok(bytes) if bytes.is_empty() => Ok(Value::Null),
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| io::Error::other(format!("{}: {error}", path.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Value::Null),
        Err(error) => Err(error),
    }
}

/// Returns a text without the sequences that colour it.
pub(super) fn without_colour(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_out() {
        assert_eq!(without_colour("\u{1b}[1ma\u{1b}[0m b\u{1b}[0m\u{1b}[31m"), "a b");
        assert_eq!(without_colour("plain"), "plain");
    }

    #[test]
    fn a_stream_tells_of_the_apply_and_not_of_its_plan() {
        let stdout = [
            r#"{"type":"change_summary","changes":{"add":9,"change":0,"remove":0,"import":0,"operation":"plan"}}"#,
            r#"{"type":"outputs","outputs":{"a":{"action":"create","sensitive":false}}}"#,
            r#"{"type":"apply_start","hook":{"resource":{"addr":"x.y"},"action":"create"}}"#,
            r#"{"type":"apply_progress","hook":{"resource":{"addr":"x.y"},"action":"create"}}"#,
            r#"{"type":"change_summary","changes":{"add":1,"change":0,"remove":0,"import":0,"operation":"apply"}}"#,
            r#"{"type":"outputs","outputs":{"a":{"type":"string","value":"1","sensitive":false}}}"#,
            "what is this",
        ]
        .join("\n");
        let done = Outcome { command: String::new(), code: Some(0), stdout, stderr: String::new() };
        let result = Stream::of(&done).applied();
        assert_eq!(result["summary"]["add"], 1);
        assert_eq!(result["outputs"]["a"]["value"], "1");
        assert_eq!(result["events"], json!([{ "type": "apply_start", "addr": "x.y", "action": "create" }]));
        assert_eq!(result["extra_output"], json!(["what is this"]));
    }
}
