//! The streams of JSON messages that `plan -json` and `apply -json` print, in Terraform's format 1.2.

mod applying;
mod planning;
mod usage;

pub(crate) use applying::still_message;
pub use applying::{applied_message, apply_message, outputs_message};
pub use planning::{plan_event_message, plan_messages, saved_plan_messages};
pub use usage::price_message;

use std::time::Duration;

use rinfra_addr::{InstanceKey, ResourceInstance};
use rinfra_diag::{Diagnostics, Sources};
use rinfra_eval::{EphemeralEvent, EphemeralOperation, Stage};
use serde_json::{Map, Value, json};

use crate::{Style, apply_text, diagnostics_json};

/// One message of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    level: &'static str,
    text: String,
    kind: &'static str,
    fields: Map<String, Value>,
}

impl Message {
    /// Returns a message of a kind that programs know, with what a person would read.
    pub fn info(kind: &'static str, text: impl Into<String>) -> Self {
        Self { level: "info", text: text.into(), kind, fields: Map::new() }
    }

    /// Adds what programs read.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.fields.insert(name.to_owned(), value);
        self
    }

    /// Returns the message as one line of the stream says it; the time is that of RFC 3339.
    pub fn to_json(&self, timestamp: &str) -> Value {
        let mut json = json!({
            "@level": self.level,
            "@message": self.text,
            "@module": "terraform.ui",
            "@timestamp": timestamp,
            "type": self.kind,
        });
        if let Value::Object(json) = &mut json {
            json.extend(self.fields.clone());
        }
        json
    }
}

/// Returns the message every stream begins with.
pub fn version_message(rinfra: &str, language: &str) -> Message {
    Message::info("version", format!("rinfra {rinfra}"))
        .with("terraform", language.into())
        .with("rinfra", rinfra.into())
        .with("ui", "1.2".into())
}

/// Returns a message for each diagnostic.
pub fn diagnostic_messages(diagnostics: &Diagnostics, sources: &Sources) -> Vec<Message> {
    let message = |diagnostic: Value| {
        let is_error = diagnostic["severity"] == "error";
        let (level, name) = if is_error { ("error", "Error") } else { ("warn", "Warning") };
        let text = format!("{name}: {}", diagnostic["summary"].as_str().unwrap_or_default());
        Message { level, ..Message::info("diagnostic", text) }.with("diagnostic", diagnostic)
    };
    diagnostics_json(diagnostics, sources).into_iter().map(message).collect()
}

/// Returns the message of what happens to an ephemeral object.
fn ephemeral(event: &EphemeralEvent, elapsed: Option<Duration>) -> Message {
    let action = match event.operation {
        EphemeralOperation::Open => "open",
        EphemeralOperation::Close => "close",
    };
    let kind = match event.stage {
        Stage::Started => "ephemeral_op_start",
        Stage::Done => "ephemeral_op_complete",
        Stage::Failed => "ephemeral_op_errored",
    };
    let mut hook = json!({ "resource": resource(&event.address), "action": action });
    if event.stage != Stage::Started {
        hook["elapsed_seconds"] = elapsed.unwrap_or_default().as_secs().into();
    }
    let text = apply_text::ephemeral(event, elapsed, Style::plain());
    Message::info(kind, text).with("hook", hook)
}

/// Returns what names an instance.
fn resource(address: &ResourceInstance) -> Value {
    let module = address.module();
    let local = address.to_string();
    let local = match module.is_root() {
        true => local.as_str(),
        false => local.strip_prefix(&format!("{module}.")).unwrap_or(&local),
    };
    let kind = address.kind();
    json!({
        "addr": address.to_string(),
        "module": if module.is_root() { String::new() } else { module.to_string() },
        "resource": local,
        "implied_provider": kind.split('_').next().unwrap_or(kind),
        "resource_type": kind,
        "resource_name": &*address.resource.resource.name,
        "resource_key": match &address.key {
            InstanceKey::None => Value::Null,
            InstanceKey::Int(index) => json!(index),
            InstanceKey::String(key) => json!(&**key),
        },
    })
}
