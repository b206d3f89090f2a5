//! `jsonencode` and `jsondecode`.

mod decode;

use std::fmt::Write as _;
use std::sync::Arc;

use rinfra_value::{Refinement, Type, Value};

use super::arguments::text;
use super::call::{Answer, Function, FunctionError, Parameter};

pub(crate) use decode::whole_document;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::pure("jsonencode", Type::String, json_encode)
            .parameter(Parameter::new("val", Type::Dynamic).null().unknown().dynamic()),
        Function::typed("jsondecode", decoded_type, json_decode)
            .parameter(Parameter::new("str", Type::String))
            .maybe_null(),
    ]
}

fn json_encode(arguments: &[Value]) -> Answer {
    let value = &arguments[0];
    if value.is_wholly_known() {
        return encode(value).map(Value::string).map_err(FunctionError::new);
    }
    // The type tells how the text will begin, unless it may turn out to be "null".
    let prefix = match value.ty() {
        _ if !value.is_definitely_not_null() => None,
        Type::String => Some("\""),
        Type::Object(_) | Type::Map(_) => Some("{"),
        Type::Tuple(_) | Type::List(_) | Type::Set(_) => Some("["),
        Type::Number | Type::Bool | Type::Dynamic => None,
    };
    let refinement = Refinement { prefix: prefix.map(Arc::from), ..Refinement::not_null() };
    Ok(Value::unknown(Type::String).with_refinement(refinement))
}

/// Writes a value as JSON, as Terraform does: without spaces, attributes sorted, safe inside of HTML.
///
/// # Errors
/// The value is not wholly known, or holds an infinity.
pub(super) fn encode(value: &Value) -> Result<String, String> {
    let mut output = String::new();
    write(value, &mut output)?;
    Ok(output)
}

fn write(value: &Value, output: &mut String) -> Result<(), String> {
    if value.is_null() {
        output.push_str("null");
    } else if let Some(text) = value.as_str() {
        write_string(text, output);
    } else if let Some(number) = value.as_number() {
        if !number.is_finite() {
            return Err("cannot serialize infinity as JSON".to_owned());
        }
        let _ = write!(output, "{number}");
    } else if let Some(truth) = value.as_bool() {
        let _ = write!(output, "{truth}");
    } else if let Some(elements) = value.elements() {
        output.push('[');
        for (index, element) in elements.iter().enumerate() {
            if index > 0 {
                output.push(',');
            }
            write(element, output)?;
        }
        output.push(']');
    } else if let Some(entries) = value.entries() {
        output.push('{');
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 {
                output.push(',');
            }
            write_string(key, output);
            output.push(':');
            write(value, output)?;
        }
        output.push('}');
    } else {
        return Err("value is not known".to_owned());
    }
    Ok(())
}

fn write_string(text: &str, output: &mut String) {
    output.push('"');
    for character in text.chars() {
        match character {
            '"' => output.push_str("\\\""),
            '\\' => output.push_str("\\\\"),
            '\n' => output.push_str("\\n"),
            '\r' => output.push_str("\\r"),
            '\t' => output.push_str("\\t"),
            '\u{8}' => output.push_str("\\b"),
            '\u{c}' => output.push_str("\\f"),
            '<' | '>' | '&' | '\0'..='\u{1f}' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(output, "\\u{:04x}", u32::from(character));
            }
            other => output.push(other),
        }
    }
    output.push('"');
}

/// Guesses the type from what is known of the text's beginning.
fn decoded_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let prefix = arguments[0].refinement().and_then(|it| it.prefix.as_deref()).unwrap_or_default();
    match prefix.trim().chars().next() {
        None | Some('{' | '[' | 'n') => Ok(Type::Dynamic),
        Some('"') => Ok(Type::String),
        Some('t' | 'f') => Ok(Type::Bool),
        Some('-' | '.' | '0'..='9') => Ok(Type::Number),
        Some(other) => {
            let message = format!("a JSON document cannot begin with the character '{other}'");
            Err(FunctionError::argument(0, message))
        }
    }
}

fn json_decode(arguments: &[Value]) -> Answer {
    decode::document(text(&arguments[0])).map_err(FunctionError::new)
}

#[cfg(test)]
mod tests {
    use super::{encode, json_decode};
    use rinfra_value::Value;

    #[test]
    fn what_is_read_is_written_again() {
        let cases = [
            (" [1, 1.50, -0.1e1]", "[1,1.5,-1]"),
            (r#"{"b":[],"a":{"":null}}"#, r#"{"a":{"":null},"b":[]}"#),
            (r#""\ud83d\ude00\ud83d\u00e9\/""#, "\"😀\u{fffd}é/\""),
            (r#""<\b\u0001\u2028""#, r#""\u003c\b\u0001\u2028""#),
            (r#"{"a":1,"a":2} }"#, r#"{"a":2}"#),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
        ];
        for (text, expected) in cases {
            let value = json_decode(&[Value::string(text)]).unwrap();
            assert_eq!(encode(&value).unwrap(), expected, "for {text}");
        }
    }

    #[test]
    fn refuses_what_is_not_json() {
        let deep = "[".repeat(100_000);
        let texts = [
            "",
            " ",
            "{",
            "[1,]",
            "[1 2]",
            "{'a':1}",
            "{\"a\" 1}",
            "01",
            "1 2",
            "-",
            "1.",
            "1e",
            "tru",
            "nul1",
            "\"a",
            "\"\\x\"",
            "\"\\u12\"",
            "\"a\nb\"",
            "// c\n1",
            "NaN",
            "{a:1}",
            &deep,
        ];
        for text in texts {
            assert!(json_decode(&[Value::string(text)]).is_err(), "{text} is not JSON");
        }
    }
}
