//! `yamlencode` and `yamldecode`.

mod decode;
mod encode;
mod scalar;

use rinfra_value::{Type, Value};

use super::arguments::text;
use super::call::{Answer, Function, FunctionError, Parameter};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::pure("yamlencode", Type::String, yaml_encode)
            .parameter(Parameter::new("value", Type::Dynamic).null().unknown().dynamic()),
        Function::pure("yamldecode", Type::Dynamic, yaml_decode)
            .parameter(Parameter::new("src", Type::String))
            .maybe_null(),
    ]
}

/// Returns the value of a YAML document, as `yamldecode` does.
///
/// # Errors
/// It is malformed, or says what values cannot.
pub fn decode_yaml(text: &str) -> Result<Value, String> {
    decode::document(text)
}

fn yaml_encode(arguments: &[Value]) -> Answer {
    if !arguments[0].is_wholly_known() {
        return Ok(Value::unknown(Type::String));
    }
    Ok(Value::string(encode::document(&arguments[0])))
}

fn yaml_decode(arguments: &[Value]) -> Answer {
    decode::document(text(&arguments[0])).map_err(FunctionError::new)
}
