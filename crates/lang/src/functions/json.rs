//! `jsonencode` and `jsondecode`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use rinfra_value::{Number, Refinement, Type, Value};

use super::arguments::text;
use super::call::{Answer, Function, FunctionError, Parameter};

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
    let mut parser = Parser { text: text(&arguments[0]), position: 0, depth: 0 };
    let value = parser.value().map_err(FunctionError::new)?;
    // A stray closing bracket is overlooked, as by Terraform.
    match parser.next_significant() {
        None | Some(']' | '}') => Ok(value),
        Some(_) => Err(FunctionError::new("extraneous data after JSON object")),
    }
}

/// Nothing anybody writes is nested deeper, and deeper nesting would exhaust the stack.
const MAX_DEPTH: usize = 400;

/// Reads JSON straight into values: numbers keep their digits, and half of a surrogate pair becomes a replacement
/// character instead of an error.
struct Parser<'a> {
    text: &'a str,
    position: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.position..].chars().next()
    }

    fn next_significant(&mut self) -> Option<char> {
        let rest = &self.text[self.position..];
        self.position += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        self.peek()
    }

    fn unexpected(&self, character: char, place: &str) -> String {
        format!("invalid character {character:?} {place} at offset {}", self.position)
    }

    fn value(&mut self) -> Result<Value, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("exceeded max depth".to_owned());
        }
        let value = match self.next_significant() {
            None => Err("EOF".to_owned()),
            Some('{') => self.object(),
            Some('[') => self.array(),
            Some('"') => self.string().map(Value::string),
            Some('t') => self.keyword("true", Value::bool(true)),
            Some('f') => self.keyword("false", Value::bool(false)),
            Some('n') => self.keyword("null", Value::dynamic_null()),
            Some('-' | '0'..='9') => self.number(),
            Some(other) => Err(self.unexpected(other, "looking for beginning of value")),
        };
        self.depth -= 1;
        value
    }

    fn keyword(&mut self, keyword: &str, value: Value) -> Result<Value, String> {
        for wanted in keyword.chars() {
            match self.peek() {
                Some(found) if found == wanted => self.position += 1,
                Some(other) => return Err(self.unexpected(other, &format!("in literal {keyword}"))),
                None => return Err("unexpected EOF".to_owned()),
            }
        }
        Ok(value)
    }

    fn number(&mut self) -> Result<Value, String> {
        let start = self.position;
        if self.peek() == Some('-') {
            self.position += 1;
        }
        // A leading zero ends the number: what follows is found to be extraneous.
        if self.peek() == Some('0') {
            self.position += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some('.') {
            self.position += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.position += 1;
            if matches!(self.peek(), Some('+' | '-')) {
                self.position += 1;
            }
            self.digits()?;
        }
        let text = &self.text[start..self.position];
        Number::parse(text).map(Value::number).ok_or_else(|| format!("invalid number {text}"))
    }

    fn digits(&mut self) -> Result<(), String> {
        match self.peek() {
            Some(digit) if digit.is_ascii_digit() => {}
            Some(other) => return Err(self.unexpected(other, "in numeric literal")),
            None => return Err("unexpected EOF".to_owned()),
        }
        while self.peek().is_some_and(|it| it.is_ascii_digit()) {
            self.position += 1;
        }
        Ok(())
    }

    fn string(&mut self) -> Result<String, String> {
        self.position += 1;
        let mut output = String::new();
        loop {
            let Some(character) = self.peek() else { return Err("unexpected EOF".to_owned()) };
            match character {
                '"' => {
                    self.position += 1;
                    return Ok(output);
                }
                '\\' => self.escape(&mut output)?,
                '\0'..='\u{1f}' => return Err(self.unexpected(character, "in string literal")),
                other => {
                    self.position += other.len_utf8();
                    output.push(other);
                }
            }
        }
    }

    fn escape(&mut self, output: &mut String) -> Result<(), String> {
        self.position += 1;
        let Some(character) = self.peek() else { return Err("unexpected EOF".to_owned()) };
        let plain = match character {
            '"' | '\\' | '/' => character,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                self.position += 1;
                let first = self.code_unit()?;
                output.push(self.character(first)?);
                return Ok(());
            }
            other => return Err(self.unexpected(other, "in string escape code")),
        };
        self.position += 1;
        output.push(plain);
        Ok(())
    }

    fn code_unit(&mut self) -> Result<u32, String> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(character) = self.peek() else { return Err("unexpected EOF".to_owned()) };
            let Some(digit) = character.to_digit(16) else {
                return Err(self.unexpected(character, "in \\u hexadecimal character escape"));
            };
            code = code * 16 + digit;
            self.position += 1;
        }
        Ok(code)
    }

    /// Returns the character of a code unit and, if it is the first half of a pair, of the one that follows.
    fn character(&mut self, first: u32) -> Result<char, String> {
        if (0xD800..0xDC00).contains(&first) && self.text[self.position..].starts_with("\\u") {
            let before = self.position;
            self.position += 2;
            let second = self.code_unit()?;
            if (0xDC00..0xE000).contains(&second) {
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.position = before;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn array(&mut self) -> Result<Value, String> {
        self.position += 1;
        let mut elements = Vec::new();
        if self.next_significant() == Some(']') {
            self.position += 1;
            return Ok(Value::tuple(elements));
        }
        loop {
            elements.push(self.value()?);
            match self.next_significant() {
                Some(',') => self.position += 1,
                Some(']') => {
                    self.position += 1;
                    return Ok(Value::tuple(elements));
                }
                Some(other) => return Err(self.unexpected(other, "after array element")),
                None => return Err("EOF".to_owned()),
            }
        }
    }

    fn object(&mut self) -> Result<Value, String> {
        self.position += 1;
        let mut attributes: BTreeMap<String, Value> = BTreeMap::new();
        if self.next_significant() == Some('}') {
            self.position += 1;
            return Ok(Value::empty_object());
        }
        loop {
            match self.next_significant() {
                Some('"') => {}
                Some(other) => return Err(self.unexpected(other, "where a key is expected")),
                None => return Err("EOF".to_owned()),
            }
            let key = self.string()?;
            match self.next_significant() {
                Some(':') => self.position += 1,
                Some(other) => return Err(self.unexpected(other, "after object key")),
                None => return Err("EOF".to_owned()),
            }
            let value = self.value()?;
            attributes.insert(key, value);
            match self.next_significant() {
                Some(',') => self.position += 1,
                Some('}') => {
                    self.position += 1;
                    return Ok(Value::object(attributes));
                }
                Some(other) => return Err(self.unexpected(other, "after object key:value pair")),
                None => return Err("EOF".to_owned()),
            }
        }
    }
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
