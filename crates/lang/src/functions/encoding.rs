//! Base 64, character sets and URLs.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use rinfra_value::{Type, Value};

use super::arguments::{quote, quote_unless_secret, text};
use super::call::{Answer, Function, FunctionError, Parameter};
use super::character_set::CharacterSet;
use super::gzip;

pub(super) fn functions() -> Vec<Function> {
    let string = |name| Parameter::new(name, Type::String);
    let function = |name, implementation| Function::pure(name, Type::String, implementation);
    vec![
        function("base64encode", |it| Ok(Value::string(BASE64.encode(text(&it[0])))))
            .parameter(string("str")),
        function("base64decode", base64_decode).parameter(string("str").marked()),
        function("base64gzip", |it| {
            Ok(Value::string(BASE64.encode(gzip::compress(text(&it[0]).as_bytes()))))
        })
        .parameter(string("str")),
        function("textencodebase64", text_encode).parameter(string("string")).parameter(string("encoding")),
        function("textdecodebase64", text_decode).parameter(string("source")).parameter(string("encoding")),
        function("urlencode", url_encode).parameter(string("str")),
    ]
}

/// Bits that belong to no byte are overlooked, missing padding is not.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// Decodes base 64, in which there may be line ends.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    if text.contains(['\r', '\n']) {
        BASE64.decode(text.replace(['\r', '\n'], ""))
    } else {
        BASE64.decode(text)
    }
}

fn base64_decode(arguments: &[Value]) -> Answer {
    let (value, marks) = arguments[0].clone().without_marks();
    let given = text(&value);
    let bytes = decode(given).map_err(|_| {
        FunctionError::new(format!("failed to decode base64 data {}", quote_unless_secret(given, marks)))
    })?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Value::string(text).with_marks(marks)),
        Err(_) => Err(FunctionError::new("the result of decoding the provided string is not valid UTF-8")),
    }
}

fn character_set(value: &Value) -> Result<CharacterSet, FunctionError> {
    let name = text(value);
    CharacterSet::named(name).ok_or_else(|| {
        FunctionError::argument(1, format!("{} is not a supported IANA encoding name or alias", quote(name)))
    })
}

fn text_encode(arguments: &[Value]) -> Answer {
    let set = character_set(&arguments[1])?;
    match set.encode(text(&arguments[0])) {
        Some(bytes) => Ok(Value::string(BASE64.encode(bytes))),
        None => Err(FunctionError::argument(
            0,
            format!("the given string contains characters that cannot be represented in {}", set.name()),
        )),
    }
}

fn text_decode(arguments: &[Value]) -> Answer {
    let set = character_set(&arguments[1])?;
    let bytes = decode(text(&arguments[0])).map_err(|error| {
        FunctionError::argument(0, format!("the given value has an invalid base64 symbol: {error}"))
    })?;
    match set.decode(&bytes) {
        Some(text) => Ok(Value::string(text)),
        None => Err(FunctionError::argument(
            0,
            format!("the given string contains symbols that are not defined for {}", set.name()),
        )),
    }
}

fn url_encode(arguments: &[Value]) -> Answer {
    let mut encoded = String::new();
    for byte in text(&arguments[0]).bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    Ok(Value::string(encoded))
}
