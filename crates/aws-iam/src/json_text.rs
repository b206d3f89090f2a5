//! JSON texts, byte for byte as Terraform's AWS provider writes them.

use std::fmt::Write;

use serde_json::Value;

/// A JSON value whose objects keep the order they are given.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    /// `null`, `true`, `false` or a number.
    Word(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Returns the text without spaces.
    pub(crate) fn compact(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, None);
        text
    }

    /// Returns the text on many lines, two spaces deeper with each level.
    pub(crate) fn pretty(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, Some(0));
        text
    }

    fn write(&self, text: &mut String, depth: Option<usize>) {
        match self {
            Self::Word(word) => text.push_str(word),
            Self::Text(it) => quote(text, it),
            Self::List(elements) => {
                enclose(text, ['[', ']'], elements, depth, |text, it, depth| it.write(text, depth));
            }
            Self::Object(fields) => {
                enclose(text, ['{', '}'], fields, depth, |text, (key, value), depth| {
                    quote(text, key);
                    text.push_str(if depth.is_some() { ": " } else { ":" });
                    value.write(text, depth);
                });
            }
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// The keys of objects come in the order of their bytes.
impl From<Value> for Json {
    fn from(value: Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text),
            Value::Array(elements) => Self::List(elements.into_iter().map(Self::from).collect()),
            Value::Object(fields) => {
                let mut fields: Vec<_> =
                    fields.into_iter().map(|(key, value)| (key, Self::from(value))).collect();
                fields.sort_by(|(one, _), (other, _)| one.cmp(other));
                Self::Object(fields)
            }
            Value::Number(number) => Self::Word(number_text(&number.to_string())),
            Value::Null | Value::Bool(_) => Self::Word(value.to_string()),
        }
    }
}

fn enclose<T>(
    text: &mut String,
    [open, close]: [char; 2],
    items: &[T],
    depth: Option<usize>,
    write: impl Fn(&mut String, &T, Option<usize>),
) {
    text.push(open);
    let inner = depth.map(|it| it + 1);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        indent(text, inner);
        write(text, item, inner);
    }
    if !items.is_empty() {
        indent(text, depth);
    }
    text.push(close);
}

fn indent(text: &mut String, depth: Option<usize>) {
    if let Some(depth) = depth {
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
    }
}

/// Writes a quoted text. What could end a script in a web page is escaped, as Go does.
fn quote(text: &mut String, content: &str) {
    text.push('"');
    for c in content.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // Writing into a string cannot fail.
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            }
            _ => text.push(c),
        }
    }
    text.push('"');
}

/// Returns a number as Go writes it after reading it: the shortest text of a 64-bit float.
fn number_text(literal: &str) -> String {
    let Some(number) = literal.parse::<f64>().ok().filter(|it| it.is_finite()) else {
        return literal.to_owned();
    };
    if number == 0.0 || (1e-6..1e21).contains(&number.abs()) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    if text.contains("e-") { text } else { text.replace('e', "e+") }
}

#[cfg(test)]
mod tests {
    use super::{Json, number_text};

    #[test]
    fn both_forms() {
        let value = serde_json::json!({ "b": [], "a": ["<x&y>", { "é\u{2028}\u{1}": "\"\\\t" }], "c": null });
        let json = Json::from(value);
        let inner = r#""\u003cx\u0026y\u003e""#;
        let quoted = r#"é\u2028\u0001"#;
        let compact = format!(r#"{{"a":[{inner},{{"{quoted}":"\"\\\t"}}],"b":[],"c":null}}"#);
        assert_eq!(json.compact(), compact);
        let pretty = format!(
            "{{\n  \"a\": [\n    {inner},\n    {{\n      \"{quoted}\": \"\\\"\\\\\\t\"\n    }}\n  ],\n  \
             \"b\": [],\n  \"c\": null\n}}"
        );
        assert_eq!(json.pretty(), pretty);
    }

    #[test]
    fn numbers_are_floats() {
        let cases =
            [("1", "1"), ("1.0", "1"), ("-2.50", "-2.5"), ("1e3", "1000"), ("0", "0"), ("1e21", "1e+21")];
        for (literal, expected) in cases {
            assert_eq!(number_text(literal), expected, "{literal}");
        }
    }
}
