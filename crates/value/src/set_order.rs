//! Which elements of a set are the same, and in which order a set is read.

use crate::{Type, Value, equality};
use std::cmp::Ordering;
use std::collections::HashMap;

/// Returns the elements without duplicates, in the order in which Terraform reads them: strings by their bytes,
/// numbers by value, `false` before `true`, anything else by its fingerprint; then unknown ones, then null.
///
/// Unknown elements are never duplicates: they may still turn out different.
pub(crate) fn distinct(mut elements: Vec<Value>) -> Vec<Value> {
    if elements.iter().all(|element| element.as_str().is_some()) {
        // By far the most frequent sets need no fingerprints.
        elements.sort_by(|left, right| left.as_str().cmp(&right.as_str()));
        elements.dedup();
        return elements;
    }
    let mut by_fingerprint: HashMap<String, Vec<usize>> = HashMap::new();
    let mut kept: Vec<(String, Value)> = Vec::with_capacity(elements.len());
    for element in elements {
        let fingerprint = fingerprint(&element);
        let alike = by_fingerprint.entry(fingerprint.clone()).or_default();
        // What may still become anything equals nothing yet; there may be thousands of it, all alike.
        let settled = element.is_wholly_known();
        let is_same = |index: &usize| equality::equals(&kept[*index].1, &element).as_bool() == Some(true);
        if settled && alike.iter().any(is_same) {
            continue;
        }
        if settled {
            alike.push(kept.len());
        }
        kept.push((fingerprint, element));
    }
    kept.sort_by(compare);
    kept.into_iter().map(|(_, element)| element).collect()
}

fn compare(left: &(String, Value), right: &(String, Value)) -> Ordering {
    let by_kind = kind(&left.1).cmp(&kind(&right.1));
    by_kind.then_with(|| match (left.1.as_str(), right.1.as_str(), left.1.as_number(), right.1.as_number()) {
        (Some(left), Some(right), ..) => left.cmp(right),
        (_, _, Some(left), Some(right)) => {
            left.compare_values(right).then_with(|| right.is_sign_negative().cmp(&left.is_sign_negative()))
        }
        _ => left.0.cmp(&right.0),
    })
}

/// Known elements come first, null ones last.
fn kind(element: &Value) -> u8 {
    match (element.is_null(), element.is_known()) {
        (true, _) => 2,
        (false, false) => 1,
        (false, true) => 0,
    }
}

/// Returns a text that is equal for equal elements and, in most cases, for no others.
fn fingerprint(value: &Value) -> String {
    let mut text = String::new();
    append_fingerprint(value, &mut text);
    text
}

fn append_fingerprint(value: &Value, text: &mut String) {
    if !value.is_known() {
        text.push('?');
    } else if value.is_null() {
        text.push('~');
    } else if let Some(string) = value.as_str() {
        append_quoted(string, text);
    } else if let Some(number) = value.as_number() {
        text.push_str(&number.to_ten_digits());
    } else if let Some(truth) = value.as_bool() {
        text.push(if truth { 'T' } else { 'F' });
    } else if let Some(elements) = value.elements() {
        let (open, close) = if matches!(value.ty(), Type::Tuple(_)) { ('<', '>') } else { ('[', ']') };
        text.push(open);
        for element in elements {
            append_fingerprint(element, text);
            text.push(';');
        }
        text.push(close);
    } else if let Some(entries) = value.entries() {
        let is_map = matches!(value.ty(), Type::Map(_));
        text.push(if is_map { '{' } else { '<' });
        for (key, entry) in entries {
            if is_map {
                append_quoted(key, text);
                text.push(':');
            }
            append_fingerprint(entry, text);
            text.push(';');
        }
        text.push(if is_map { '}' } else { '>' });
    }
}

/// Appends the string in quotes, escaped as Go's `%q` does, which decides the order of sets of structures.
fn append_quoted(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\x07' => text.push_str("\\a"),
            '\x08' => text.push_str("\\b"),
            '\x0c' => text.push_str("\\f"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\x0b' => text.push_str("\\v"),
            '\0'..='\x1f' | '\x7f' => text.push_str(&format!("\\x{:02x}", u32::from(character))),
            ' '..='~' => text.push(character),
            // Beyond ASCII, what Rust's debug form leaves alone after another character is what Go finds printable.
            _ if format!("a{character}").escape_debug().count() == 2 => text.push(character),
            '\u{80}'..='\u{ffff}' => text.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => text.push_str(&format!("\\U{:08x}", u32::from(character))),
        }
    }
    text.push('"');
}
