//! `csvdecode`.

use std::collections::BTreeSet;
use std::sync::Arc;

use rinfra_value::{Type, Value};

use super::arguments::{quote, text};
use super::call::{Answer, Function, FunctionError, Parameter};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::pure("csvdecode", Type::Dynamic, csv_decode).parameter(Parameter::new("str", Type::String)),
    ]
}

fn csv_decode(arguments: &[Value]) -> Answer {
    let mut reader = Reader { rest: text(&arguments[0]), line: 0 };
    let error = |reader: &Reader<'_>, why: &str| {
        FunctionError::new(format!("CSV parse error on line {}: {why}", reader.line))
    };
    let header = reader.record().map_err(|why| error(&reader, why))?;
    let Some(header) = header else { return Err(FunctionError::new("missing header line")) };
    let mut names = BTreeSet::new();
    for name in &header {
        if !names.insert(name) {
            return Err(FunctionError::new(format!("duplicate column name {}", quote(name))));
        }
    }
    let names: Vec<Arc<str>> = header.iter().map(|it| Arc::from(it.as_str())).collect();
    let mut rows = Vec::new();
    loop {
        let start = reader.line;
        let Some(fields) = reader.record().map_err(|why| error(&reader, why))? else { break };
        if fields.len() != names.len() {
            reader.line = reader.line.min(start + 1).max(start);
            return Err(error(&reader, "wrong number of fields"));
        }
        let attributes = names.iter().cloned().zip(fields.into_iter().map(Value::string));
        rows.push(Value::object(attributes));
    }
    let row = Type::object(names.into_iter().map(|it| (it, Type::String)));
    Ok(Value::list(row, rows))
}

/// Reads records strictly by RFC 4180, except that empty lines are none.
struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

const BARE_QUOTE: &str = "bare \" in non-quoted-field";
const STRAY_QUOTE: &str = "extraneous or missing \" in quoted-field";

impl<'a> Reader<'a> {
    /// Returns the next line without its end, and whether it had one.
    fn next_line(&mut self) -> Option<(&'a str, bool)> {
        if self.rest.is_empty() {
            return None;
        }
        self.line += 1;
        let (line, rest, ended) = match self.rest.split_once('\n') {
            Some((line, rest)) => (line, rest, true),
            None => (self.rest, "", false),
        };
        self.rest = rest;
        Some((line.strip_suffix('\r').unwrap_or(line), ended))
    }

    fn record(&mut self) -> Result<Option<Vec<String>>, &'static str> {
        let (mut line, mut ended) = loop {
            match self.next_line() {
                None => return Ok(None),
                Some(("", _)) => {}
                Some(line) => break line,
            }
        };
        let mut fields = Vec::new();
        loop {
            let Some(quoted) = line.strip_prefix('"') else {
                let (field, rest) = match line.split_once(',') {
                    Some((field, rest)) => (field, Some(rest)),
                    None => (line, None),
                };
                if field.contains('"') {
                    return Err(BARE_QUOTE);
                }
                fields.push(field.to_owned());
                match rest {
                    Some(rest) => line = rest,
                    None => return Ok(Some(fields)),
                }
                continue;
            };
            line = quoted;
            let mut field = String::new();
            loop {
                let Some((part, rest)) = line.split_once('"') else {
                    field.push_str(line);
                    if ended {
                        field.push('\n');
                    }
                    (line, ended) = self.next_line().ok_or(STRAY_QUOTE)?;
                    continue;
                };
                field.push_str(part);
                match rest.as_bytes().first() {
                    Some(b'"') => {
                        field.push('"');
                        line = &rest[1..];
                    }
                    Some(b',') => {
                        fields.push(field);
                        line = &rest[1..];
                        break;
                    }
                    None => {
                        fields.push(field);
                        return Ok(Some(fields));
                    }
                    Some(_) => return Err(STRAY_QUOTE),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::csv_decode;
    use crate::functions::json::encode;
    use rinfra_value::Value;

    #[test]
    fn reads() {
        let cases = [
            ("a,b\n1,2\n", r#"[{"a":"1","b":"2"}]"#),
            ("a,b\r\n\"x\"\"y\",\"multi\r\nline\"\r\n\r\n", r#"[{"a":"x\"y","b":"multi\nline"}]"#),
            ("a\n\n1\n\n", r#"[{"a":"1"}]"#),
            ("a,b\n,\n", r#"[{"a":"","b":""}]"#),
            ("a\n\"\"", r#"[{"a":""}]"#),
            ("a", "[]"),
        ];
        for (text, expected) in cases {
            let value = csv_decode(&[Value::string(text)]).unwrap();
            assert_eq!(encode(&value).unwrap(), expected, "for {text}");
        }
        for text in ["", "\n", "a,a\n", "a,b\n1", "a\n1,2", "a\n\"bad", "a\nb\"c", "a\n\"b\"c"] {
            assert!(csv_decode(&[Value::string(text)]).is_err(), "{text} is refused");
        }
    }
}
