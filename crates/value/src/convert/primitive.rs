//! Strings, numbers and bools.

use super::{ConvertError, mismatch};
use crate::{Number, Path, Type, Value};

/// Returns a known primitive as another primitive.
pub(super) fn convert(value: &Value, to: &Type, path: &Path) -> Result<Value, ConvertError> {
    let converted = match (value.as_str(), value.as_number(), value.as_bool(), to) {
        (_, Some(number), _, Type::String) => Ok(Value::string(number.to_string())),
        (_, _, Some(truth), Type::String) => Ok(Value::string(if truth { "true" } else { "false" })),
        (Some(text), _, _, Type::Number) => {
            Number::parse(text).map(Value::number).ok_or_else(|| "a number is required".to_owned())
        }
        (Some(text), _, _, Type::Bool) => parse_bool(text).map(Value::bool).map_err(str::to_owned),
        _ => Err(mismatch::message(value.ty(), to)),
    };
    converted.map_err(|message| ConvertError::new(path, message))
}

fn parse_bool(text: &str) -> Result<bool, &'static str> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ if text.eq_ignore_ascii_case("true") => {
            Err("a bool is required; to convert from string, use lowercase \"true\"")
        }
        _ if text.eq_ignore_ascii_case("false") => {
            Err("a bool is required; to convert from string, use lowercase \"false\"")
        }
        _ => Err("a bool is required"),
    }
}
