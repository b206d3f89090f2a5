//! What is known of unknown values.

use super::CodecError;
use super::decode::number as decode_number;
use super::encode::number as encode_number;
use crate::{Bound, Refinement};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// Returns what is known as JSON; what is not known is left out.
pub(super) fn encode(known: &Refinement) -> Json {
    let mut members = serde_json::Map::new();
    let mut put = |name: &str, json: Json| members.insert(name.to_owned(), json);
    if known.not_null {
        put("not_null", json!(true));
    }
    if let Some(prefix) = &known.prefix {
        put("prefix", json!(prefix.as_ref()));
    }
    if let Some(bound) = &known.minimum {
        put("minimum", encode_bound(bound));
    }
    if let Some(bound) = &known.maximum {
        put("maximum", encode_bound(bound));
    }
    if known.least_length > 0 {
        put("least_length", json!(known.least_length));
    }
    if let Some(length) = known.greatest_length {
        put("greatest_length", json!(length));
    }
    Json::Object(members)
}

fn encode_bound(bound: &Bound) -> Json {
    json!({ "value": encode_number(&bound.value), "inclusive": bound.inclusive })
}

/// Returns what was known.
pub(super) fn decode(json: &Json) -> Result<Refinement, CodecError> {
    let length = |name: &str| match json.get(name) {
        None => Ok(None),
        Some(length) => match length.as_u64().and_then(|length| usize::try_from(length).ok()) {
            Some(length) => Ok(Some(length)),
            None => Err(CodecError::new(format!("{length} is not a length"))),
        },
    };
    Ok(Refinement {
        not_null: json.get("not_null").and_then(Json::as_bool).unwrap_or(false),
        prefix: json.get("prefix").and_then(Json::as_str).map(Arc::from),
        minimum: json.get("minimum").map(decode_bound).transpose()?,
        maximum: json.get("maximum").map(decode_bound).transpose()?,
        least_length: length("least_length")?.unwrap_or(0),
        greatest_length: length("greatest_length")?,
    })
}

fn decode_bound(json: &Json) -> Result<Bound, CodecError> {
    let refuse = || CodecError::new(format!("{json} is not a bound"));
    Ok(Bound {
        value: decode_number(json.get("value").ok_or_else(refuse)?)?,
        inclusive: json.get("inclusive").and_then(Json::as_bool).ok_or_else(refuse)?,
    })
}
