//! Reading YAML: one document, whose mappings have text for keys.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::panic::{self, AssertUnwindSafe};

use libyaml_safer::{Event, EventData, Parser, ScalarStyle};
use rinfra_value::{Type, Value, convert};

use super::scalar;

/// Reads the only document of a stream.
///
/// # Errors
/// It is malformed, or says what values cannot.
pub(super) fn document(text: &str) -> Result<Value, String> {
    // The scanner wants every line to end.
    let unfinished = (!text.ends_with('\n')).then(|| Unfinished::of(text));
    // It takes what begins with the first byte of a byte order mark for one, so there has to be one.
    let needs_mark = text.as_bytes().first() == Some(&0xEF);
    let given = if needs_mark { text.trim_start_matches('\u{FEFF}') } else { text };
    let ended = if needs_mark || unfinished.is_some() {
        let (mark, end) =
            (if needs_mark { "\u{FEFF}" } else { "" }, if unfinished.is_some() { "\n" } else { "" });
        Cow::Owned(format!("{mark}{given}{end}"))
    } else {
        Cow::Borrowed(given)
    };
    let mut bytes = ended.as_bytes();
    let mut parser = Parser::new();
    parser.set_input_string(&mut bytes);
    let mut reader = Reader { parser, anchors: HashMap::new(), size: 0, unfinished };
    reader.next()?;
    let start = reader.next()?;
    let EventData::DocumentStart { version_directive, .. } = &start.data else {
        return Err(at(&start, "missing start of document"));
    };
    if version_directive.is_some_and(|it| (it.major, it.minor) != (1, 1)) {
        return Err(at(&start, "found incompatible YAML document"));
    }
    let first = reader.next()?;
    let value = reader.node(&first, 0)?;
    let end = reader.next()?;
    if !matches!(end.data, EventData::DocumentEnd { .. }) {
        return Err(at(&end, "unexpected extra content after value"));
    }
    let end = reader.next()?;
    if !matches!(end.data, EventData::StreamEnd) {
        return Err(at(&end, "unexpected extra content after value"));
    }
    Ok(value)
}

fn at(event: &Event, message: &str) -> String {
    let mark = &event.start_mark;
    format!("on line {}, column {}: {message}", mark.line + 1, mark.column + 1)
}

/// Nothing anybody writes is nested deeper, and deeper nesting would exhaust the stack.
const MAX_DEPTH: usize = 400;
/// Aliases of aliases can say a lot in a few lines; more values than this are refused.
const MAX_SIZE: usize = 10_000_000;

struct Reader<'r, 'b> {
    parser: Parser<&'r mut &'b [u8]>,
    /// What anchors stand for, and how many values that is; `None` inside of the anchor's own definition.
    anchors: HashMap<String, Option<(Value, usize)>>,
    size: usize,
    unfinished: Option<Unfinished>,
}

/// A last line without an end, which a block that reaches it does not have either.
struct Unfinished {
    /// Where the end was added.
    length: u64,
    is_blank: bool,
}

impl Unfinished {
    fn of(text: &str) -> Self {
        let last = text.rsplit('\n').next().unwrap_or_default();
        Self { length: u64::try_from(text.len()).unwrap_or(u64::MAX), is_blank: last.trim().is_empty() }
    }

    /// Takes the added end away from a block scalar that got it.
    fn restore<'a>(&self, event: &Event, value: &'a str) -> &'a str {
        let reaches_end = event.end_mark.index > self.length;
        // A blank last line adds an end only where all ends are kept.
        let added = !self.is_blank || value.ends_with("\n\n") || value.trim_matches('\n').is_empty();
        if reaches_end && added { value.strip_suffix('\n').unwrap_or(value) } else { value }
    }
}

impl Reader<'_, '_> {
    fn next(&mut self) -> Result<Event, String> {
        // The library panics on a few malformed inputs, such as `[!,]`. It is not used again after that.
        let event = panic::catch_unwind(AssertUnwindSafe(|| self.parser.parse()));
        event.map_err(|_| "malformed document".to_owned())?.map_err(|error| {
            let place = error.problem_mark().map_or_else(String::new, |mark| {
                format!("on line {}, column {}: ", mark.line + 1, mark.column + 1)
            });
            format!("{place}{}", error.problem())
        })
    }

    fn count(&mut self, values: usize) -> Result<(), String> {
        self.size += values;
        if self.size > MAX_SIZE { Err(format!("more than {MAX_SIZE} values")) } else { Ok(()) }
    }

    fn node(&mut self, event: &Event, depth: usize) -> Result<Value, String> {
        if depth > MAX_DEPTH {
            return Err(at(event, "exceeded max depth"));
        }
        let before = self.size;
        self.count(1)?;
        let anchor = match &event.data {
            EventData::Scalar { anchor, .. }
            | EventData::SequenceStart { anchor, .. }
            | EventData::MappingStart { anchor, .. } => anchor.clone(),
            _ => None,
        };
        if let Some(anchor) = &anchor {
            self.anchors.insert(anchor.clone(), None);
        }
        let value = match &event.data {
            EventData::Scalar { .. } => self.scalar(event)?,
            EventData::SequenceStart { tag, .. } => {
                check_tag(event, tag.as_deref(), scalar::SEQUENCE, "sequence")?;
                self.sequence(depth)?
            }
            EventData::MappingStart { tag, .. } => {
                check_tag(event, tag.as_deref(), scalar::MAPPING, "mapping")?;
                self.mapping(depth)?
            }
            EventData::Alias { anchor } => self.alias(event, anchor)?,
            _ => return Err(at(event, "expecting a value")),
        };
        if let Some(anchor) = anchor {
            let size = self.size - before;
            self.anchors.insert(anchor, Some((value.clone(), size)));
        }
        Ok(value)
    }

    fn scalar(&self, event: &Event) -> Result<Value, String> {
        let EventData::Scalar { tag, value, plain_implicit, style, .. } = &event.data else {
            return Err(at(event, "expecting a scalar"));
        };
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let value = match &self.unfinished {
            Some(unfinished) if is_block => unfinished.restore(event, value),
            _ => value,
        };
        let tag = tag.as_deref().unwrap_or_default();
        if tag.is_empty() && !plain_implicit {
            return Ok(Value::string(value));
        }
        let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
        scalar::resolve(tag, value, quoted).map_err(|message| at(event, &message))
    }

    fn alias(&mut self, event: &Event, anchor: &str) -> Result<Value, String> {
        match self.anchors.get(anchor) {
            Some(Some((value, size))) => {
                let (value, size) = (value.clone(), *size);
                self.count(size)?;
                Ok(value)
            }
            Some(None) => {
                let message = format!("cannot refer to anchor \"{anchor}\" from inside its own definition");
                Err(at(event, &message))
            }
            None => Err(at(event, &format!("reference to undefined anchor \"{anchor}\""))),
        }
    }

    fn sequence(&mut self, depth: usize) -> Result<Value, String> {
        let mut elements = Vec::new();
        loop {
            let event = self.next()?;
            if matches!(event.data, EventData::SequenceEnd) {
                return Ok(Value::tuple(elements));
            }
            elements.push(self.node(&event, depth + 1)?);
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<Value, String> {
        let mut attributes = BTreeMap::new();
        loop {
            let event = self.next()?;
            if matches!(event.data, EventData::MappingEnd) {
                return Ok(Value::object(attributes));
            }
            if is_merge_key(&event) {
                let next = self.next()?;
                let merged = self.node(&next, depth + 1)?;
                merge(&mut attributes, &merged).map_err(|message| at(&event, &message))?;
                continue;
            }
            let key = key(&event)?;
            let next = self.next()?;
            let value = self.node(&next, depth + 1)?;
            attributes.insert(key, value);
        }
    }
}

fn check_tag(event: &Event, tag: Option<&str>, expected: &str, kind: &str) -> Result<(), String> {
    match tag {
        Some(tag) if tag != expected => Err(at(event, &format!("can't interpret {kind} as {tag}"))),
        _ => Ok(()),
    }
}

fn key(event: &Event) -> Result<String, String> {
    const ONLY_TEXT: &str = "only strings are allowed as mapping keys";
    let EventData::Scalar { tag, value, style, .. } = &event.data else { return Err(at(event, ONLY_TEXT)) };
    let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
    let key = scalar::resolve(tag.as_deref().unwrap_or_default(), value, quoted)
        .map_err(|message| at(event, &message))?;
    if key.is_null() {
        return Err(at(event, "mapping key cannot be null"));
    }
    let key = convert::convert(&key, &Type::String).map_err(|_| at(event, ONLY_TEXT))?;
    Ok(key.as_str().unwrap_or_default().to_owned())
}

fn is_merge_key(event: &Event) -> bool {
    match &event.data {
        EventData::Scalar { tag: None, value, .. } => value == "<<",
        EventData::Scalar { tag: Some(tag), .. } => tag == scalar::MERGE,
        _ => false,
    }
}

fn merge(attributes: &mut BTreeMap<String, Value>, merged: &Value) -> Result<(), String> {
    let (Type::Object(_), Some(entries)) = (merged.ty(), merged.entries()) else {
        return Err(format!("cannot merge {} into mapping", merged.ty().friendly_name()));
    };
    attributes.extend(entries.iter().map(|(key, value)| (key.as_ref().to_owned(), value.clone())));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::document;
    use crate::functions::json::encode;

    fn check(text: &str, expected: &str) {
        assert_eq!(encode(&document(text).unwrap()).unwrap(), expected, "for {text}");
    }

    #[test]
    fn reads() {
        check("a: &x [1, 2]\nb: *x", r#"{"a":[1,2],"b":[1,2]}"#);
        check("b: &b {x: 1, z: 1}\nc:\n  <<: *b\n  z: 2", r#"{"b":{"x":1,"z":1},"c":{"x":1,"z":2}}"#);
        check("1: one\ntrue: yes", r#"{"1":"one","true":true}"#);
        check("'quoted'", r#""quoted""#);
        for (text, expected) in [
            ("|\n x", "x"),
            ("|\n x\n", "x\n"),
            ("|\n x\n ", "x\n"),
            ("|+\n x\n ", "x\n"),
            ("|+\n x\n\n", "x\n\n"),
            ("|\n x\n# c", "x\n"),
            ("|-\n x", "x"),
            (">\n x\n y", "x y"),
        ] {
            assert_eq!(document(text).unwrap().as_str(), Some(expected), "for {text:?}");
        }
    }

    #[test]
    fn refuses() {
        let bomb: String = std::iter::once("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned())
            .chain((1..12).map(|n| {
                let alias = format!("*a{}", n - 1);
                format!("a{n}: &a{n} [{}]\n", vec![alias; 10].join(","))
            }))
            .collect();
        let deep = "[".repeat(100_000);
        let texts = [
            "",
            "# c",
            "a: *nope",
            "a: &a [*a]",
            "--- 1\n--- 2",
            "%YAML 1.2\n---\n1",
            "a: b: c",
            "\ta: 1",
            "null: 1",
            "[a]: 1",
            "a: !custom x",
            "a: .nan",
            "<<: 1",
            "<<: [{a: 1}]",
            "0x1FFFFFFFFFFFFFFFF",
            "[!,]",
            &bomb,
            &deep,
        ];
        for text in texts {
            assert!(document(text).is_err(), "{} is refused", text.get(..40).unwrap_or(text));
        }
    }
}
