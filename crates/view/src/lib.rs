//! Rendering: what people and programs are shown.
//!
//! Everything here is a function from data to text or JSON. Text comes in Terraform's vocabulary and symbols;
//! JSON in Terraform's formats where it has one.
//!
//! Deliberately absent: printing. The fronts decide where text goes.

mod apply_text;
mod change_text;
mod checks_json;
mod concise_text;
mod configuration_json;
mod diagnostics;
mod diagnostics_json;
mod difference;
mod evaluation_graph_text;
mod functions_json;
mod headline;
mod heartbeat;
mod history;
mod html;
mod json_text;
mod messages;
mod module_name;
mod outputs;
mod picture;
mod plan_html;
mod plan_json;
mod plan_summary;
mod plan_text;
mod price_tag;
mod providers_text;
mod schema_of;
mod schemas_json;
mod state_difference;
mod state_json;
mod state_text;
mod status;
mod style;
mod text_difference;
mod values_json;
mod work;

pub use apply_text::{apply_event, apply_summary, doing, duration, plan_event, still};
pub use diagnostics::{compact_warnings, diagnostics};
pub use diagnostics_json::diagnostics_json;
pub use evaluation_graph_text::{Evaluation, evaluation_graph};
pub use functions_json::functions_json;
pub use heartbeat::{Heartbeat, heartbeat};
pub use history::{history, history_json};
pub use json_text::{json_line, json_lines};
pub use messages::{
    Message, applied_message, apply_message, diagnostic_messages, outputs_message, plan_event_message,
    plan_messages, price_message, saved_plan_messages, version_message,
};
pub use outputs::{outputs, outputs_json, raw_output, single_output};
pub use picture::{Picture, configuration_picture, plan_picture, resource_graph};
pub use plan_html::plan_html;
pub use plan_json::plan_json;
pub use plan_text::{concise_plan, plan};
pub use price_tag::{PriceTag, explained_calls, price_tag};
pub use providers_text::required_providers;
pub use schemas_json::provider_schemas_json;
pub use state_difference::state_difference;
pub use state_json::{empty_state_json, state_json};
pub use state_text::{resource, state};
pub use status::{Surface, status};
pub use style::Style;
pub use text_difference::text_difference;
pub use work::{Count, Ongoing, Running, Work};
