//! What a command took.

use rinfra_provider::{Line, Spent};
use serde_json::{Map, Value, json};

use super::Message;
use crate::price_tag::{PriceTag, price_line};

/// Returns the message of what a command took, which only rinfra has; nothing when nobody was asked anything.
pub fn price_message(tag: &PriceTag) -> Option<Message> {
    if tag.usage.lines.is_empty() {
        return None;
    }
    let Spent { calls, throttled, retried, .. } = tag.usage.total();
    let services: Map<String, Value> =
        tag.usage.by_service().into_iter().map(|(name, it)| (name.to_owned(), it.calls.into())).collect();
    let told = json!({
        "resources": tag.resources,
        "calls": calls,
        "throttled": throttled,
        "retried": retried,
        "services": services,
        "elapsed_seconds": tag.wall.as_secs_f64(),
        "floor_seconds": tag.usage.floor().as_secs_f64(),
        "operations": tag.usage.lines.iter().map(operation).collect::<Vec<_>>(),
    });
    Some(Message::info("api_calls", price_line(tag, ", ")).with("api_calls", told))
}

fn operation(line: &Line) -> Value {
    json!({
        "on_behalf_of": line.asked.on_behalf_of,
        "account": line.asked.account,
        "region": line.asked.region,
        "service": line.asked.service,
        "operation": line.asked.operation,
        "calls": line.spent.calls,
        "throttled": line.spent.throttled,
        "retried": line.spent.retried,
        "seconds": line.spent.time.as_secs_f64(),
        "bucket": line.bucket,
        "floor_seconds": line.floor.as_secs_f64(),
    })
}
