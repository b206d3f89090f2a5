//! Values as text: what the console shows, and what could stand in a configuration.

use std::fmt::Write as _;

use rinfra_value::{Marks, Type, Value};

use crate::functions;
use crate::syntax::is_name;

/// Returns a value as `terraform console` shows it. Secrets are not shown.
pub fn value(value: &Value) -> String {
    let mut text = String::new();
    console(value, 0, &mut text);
    text
}

/// Returns a value as an expression that evaluates to it, as far as literals can.
///
/// Lists and sets become tuples, maps become objects, unknown values become `null`; marks are not written.
pub fn literal(value: &Value) -> String {
    let mut text = String::new();
    expression(value, 0, &mut text);
    text
}

/// Returns a value as [`literal`] does, or as a call of `jsonencode` where it is a text that holds JSON, unless
/// that is a single number, truth or text.
pub fn argument(value: &Value) -> String {
    let document = value.as_str().and_then(functions::json_document);
    match document {
        Some(document)
            if document.is_null() || document.entries().is_some() || document.elements().is_some() =>
        {
            format!("jsonencode({})", literal(&document))
        }
        _ => literal(value),
    }
}

/// Returns the key of an object as it stands in a configuration.
pub fn key(key: &str) -> String {
    if is_name(key) { key.to_owned() } else { literal(&Value::string(key)) }
}

fn console(value: &Value, indent: usize, text: &mut String) {
    let marks = value.marks();
    if !value.is_known() {
        return text.push_str("(known after apply)");
    }
    if marks.contains(Marks::SENSITIVE) {
        return text.push_str("(sensitive value)");
    }
    if marks.contains(Marks::EPHEMERAL) {
        return text.push_str("(ephemeral value)");
    }
    if value.is_null() {
        return text.push_str(&null(value.ty()));
    }
    match value.ty() {
        Type::List(_) => wrapped("tolist", value, indent, text),
        Type::Set(_) => wrapped("toset", value, indent, text),
        Type::Map(_) => wrapped("tomap", value, indent, text),
        _ => content(value, indent, text),
    }
}

fn null(ty: &Type) -> String {
    let of =
        |function: &str, element: &Type| format!("{function}(null) /* of {} */", element.friendly_name());
    match ty {
        Type::Dynamic => "null".to_owned(),
        Type::String => "tostring(null)".to_owned(),
        Type::Number => "tonumber(null)".to_owned(),
        Type::Bool => "tobool(null)".to_owned(),
        Type::List(element) => of("tolist", element),
        Type::Set(element) => of("toset", element),
        Type::Map(element) => of("tomap", element),
        Type::Tuple(_) | Type::Object(_) => format!("null /* {} */", ty.friendly_name()),
    }
}

fn wrapped(function: &str, value: &Value, indent: usize, text: &mut String) {
    text.push_str(function);
    text.push('(');
    content(value, indent, text);
    text.push(')');
}

fn content(value: &Value, indent: usize, text: &mut String) {
    if let Some(string) = value.as_str() {
        if string.contains('\n') {
            heredoc(string, indent, text);
        } else {
            quote(string, text);
        }
    } else if let Some(number) = value.as_number() {
        let _ = write!(text, "{number}");
    } else if let Some(truth) = value.as_bool() {
        let _ = write!(text, "{truth}");
    } else if let Some(entries) = value.entries() {
        enclosed('{', '}', entries.iter(), indent, text, |(key, value), indent, text| {
            content(&Value::string(key.clone()), indent, text);
            text.push_str(" = ");
            console(value, indent, text);
        });
    } else if let Some(elements) = value.elements() {
        enclosed('[', ']', elements.iter(), indent, text, |element, indent, text| {
            console(element, indent, text);
            text.push(',');
        });
    }
}

/// Writes each item on a line of its own between brackets.
fn enclosed<T>(
    open: char,
    close: char,
    items: impl Iterator<Item = T>,
    indent: usize,
    text: &mut String,
    mut item: impl FnMut(T, usize, &mut String),
) {
    text.push(open);
    let mut is_empty = true;
    for it in items {
        is_empty = false;
        new_line(indent + 2, text);
        item(it, indent + 2, text);
    }
    if !is_empty {
        new_line(indent, text);
    }
    text.push(close);
}

fn new_line(indent: usize, text: &mut String) {
    text.push('\n');
    text.extend(std::iter::repeat_n(' ', indent));
}

fn heredoc(string: &str, indent: usize, text: &mut String) {
    let mut marker = "EOT".to_owned();
    while string.split('\n').any(|line| line.trim() == marker) {
        marker.push('_');
    }
    text.push_str(if indent > 0 { "<<-" } else { "<<" });
    text.push_str(&marker);
    for line in string.split('\n').chain([&*marker]) {
        new_line(indent, text);
        text.push_str(line);
    }
}

/// Returns a string in quotes; what cannot be printed is written as an escape sequence.
pub(crate) fn quoted(string: &str) -> String {
    let mut text = String::new();
    quote(string, &mut text);
    text
}

fn quote(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            '\r' => text.push_str("\\r"),
            '\u{7}' => text.push_str("\\a"),
            '\u{8}' => text.push_str("\\b"),
            '\u{b}' => text.push_str("\\v"),
            '\u{c}' => text.push_str("\\f"),
            '\0'..='\u{1f}' | '\u{7f}' => {
                let _ = write!(text, "\\x{:02x}", u32::from(character));
            }
            _ if is_printable(character) => text.push(character),
            '\u{80}'..='\u{ffff}' => {
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            }
            _ => {
                let _ = write!(text, "\\U{:08x}", u32::from(character));
            }
        }
    }
    text.push('"');
}

fn is_printable(character: char) -> bool {
    !character.is_control()
        && (character == ' ' || !character.is_whitespace())
        && !matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..)
}

fn expression(value: &Value, indent: usize, text: &mut String) {
    if let Some(string) = value.as_str() {
        text.push('"');
        text.push_str(&escaped(string));
        text.push('"');
    } else if let Some(number) = value.as_number() {
        let _ = write!(text, "{number}");
    } else if let Some(truth) = value.as_bool() {
        let _ = write!(text, "{truth}");
    } else if let Some(entries) = value.entries() {
        enclosed('{', '}', entries.iter(), indent, text, |(name, value), indent, text| {
            text.push_str(&key(name));
            text.push_str(" = ");
            expression(value, indent, text);
        });
    } else if let Some(elements) = value.elements() {
        text.push('[');
        for (position, element) in elements.iter().enumerate() {
            text.push_str(if position > 0 { ", " } else { "" });
            expression(element, indent, text);
        }
        text.push(']');
    } else {
        text.push_str("null");
    }
}

/// Returns a string as it stands between quotes in a configuration.
pub(crate) fn escaped(string: &str) -> String {
    let mut text = String::with_capacity(string.len());
    let mut rest = string.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '$' | '%' if rest.peek() == Some(&'{') => text.extend([character, character]),
            _ if is_printable(character) => text.push(character),
            _ if u32::from(character) > 0xffff => {
                let _ = write!(text, "\\U{:08x}", u32::from(character));
            }
            _ => {
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Value {
        Value::object([
            ("a", Value::list(Type::String, vec![Value::string("x"), Value::string("l1\nl2")])),
            ("b c", Value::tuple(vec![Value::number(1), Value::bool(true), Value::dynamic_null()])),
            ("e", Value::empty_object()),
            ("s", Value::string("p").with_marks(Marks::SENSITIVE)),
            ("u", Value::unknown(Type::String)),
        ])
    }

    #[test]
    fn the_console_shows_types() {
        let expected = r#"{
  "a" = tolist([
    "x",
    <<-EOT
    l1
    l2
    EOT,
  ])
  "b c" = [
    1,
    true,
    null,
  ]
  "e" = {}
  "s" = (sensitive value)
  "u" = (known after apply)
}"#;
        assert_eq!(value(&sample()), expected);
    }

    #[test]
    fn nulls_and_strings_in_the_console() {
        let check = |given: Value, expected: &str| assert_eq!(value(&given), expected);
        check(Value::null(Type::String), "tostring(null)");
        check(Value::null(Type::list(Type::String)), "tolist(null) /* of string */");
        check(Value::null(Type::object::<&str>([])), "null /* object */");
        check(Value::set(Type::String, []), "toset([])");
        check(Value::string("a\"\\\t${x}é\u{1}"), "\"a\\\"\\\\\\t${x}é\\x01\"");
        check(Value::string("EOT\n"), "<<EOT_\nEOT\n\nEOT_");
    }

    #[test]
    fn texts_that_hold_json_are_encoded() {
        let check = |given: &str, expected: &str| assert_eq!(argument(&Value::string(given)), expected);
        check("{\"a\": [1, null], \"b c\": {}}", "jsonencode({\n  a = [1, null]\n  \"b c\" = {}\n})");
        check("[]", "jsonencode([])");
        check("1", "\"1\"");
        check("null", "jsonencode(null)");
        check("\"x\"", "\"\\\"x\\\"\"");
        check("{", "\"{\"");
    }

    #[test]
    fn literals_read_back() {
        let check = |given: Value, expected: &str| assert_eq!(literal(&given), expected);
        check(Value::string("a\n\"${x}%{y}$z"), r#""a\n\"$${x}%%{y}$z""#);
        check(Value::tuple(vec![Value::number(1), Value::string("x")]), "[1, \"x\"]");
        let object = Value::object([("a-b", Value::bool(true)), ("c d", Value::dynamic_null())]);
        check(object, "{\n  a-b = true\n  \"c d\" = null\n}");
    }
}
