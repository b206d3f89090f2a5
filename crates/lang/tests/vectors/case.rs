//! One vector, and the comparison of an answer with it.

use std::collections::{BTreeMap, BTreeSet};

use rinfra_value::{Marks, Number, Value};
use serde::Deserialize;
use serde_json::Value as Json;

use super::answer::{Answer, Place, Wrong};

#[derive(Deserialize)]
pub(crate) struct Case {
    #[serde(default)]
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) topic: String,
    pub(crate) expr: String,
    #[serde(default)]
    pub(crate) files: BTreeMap<String, Json>,
    #[serde(default)]
    pub(crate) vars: BTreeMap<String, Variable>,
    pub(crate) tf: Option<String>,
    #[serde(default)]
    pub(crate) plan: bool,
    #[serde(rename = "type")]
    ty: Option<Json>,
    value: Option<Json>,
    #[serde(default)]
    sensitive: bool,
    sensitive_paths: Option<Json>,
    unknown: Option<Json>,
    error: Option<String>,
    #[serde(default)]
    pub(crate) diagnostics: Vec<Diagnostic>,
}

#[derive(Deserialize)]
pub(crate) struct Variable {
    #[serde(rename = "type")]
    pub(crate) ty: Option<String>,
    pub(crate) value: Option<Json>,
    #[serde(default)]
    pub(crate) sensitive: bool,
    #[serde(default)]
    pub(crate) ephemeral: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Diagnostic {
    pub(crate) summary: String,
    range: Option<Range>,
}

#[derive(Debug, Deserialize)]
struct Range {
    filename: Option<String>,
    start: Point,
    end: Point,
}

#[derive(Debug, Deserialize)]
struct Point {
    line: isize,
    column: isize,
    byte: isize,
}

impl Case {
    /// Returns whether even the ranges of errors agree, or what differs.
    pub(crate) fn compare(&self, answer: &Answer) -> Result<bool, String> {
        match (answer, &self.error) {
            (Answer::Value(value), None) => self.compare_value(value).map(|()| true),
            (Answer::Wrong(wrong), Some(_)) => self.compare_errors(wrong),
            (Answer::Wrong(wrong), None) => Err(format!("unexpected error {wrong:?}")),
            (Answer::Value(value), Some(error)) => Err(format!("got {value:?} instead of error {error}")),
        }
    }

    fn compare_errors(&self, wrong: &[Wrong]) -> Result<bool, String> {
        let place = |range: &Range| {
            let point = |it: &Point| (it.line, it.column, it.byte);
            Place { file: range.filename.clone(), start: point(&range.start), end: point(&range.end) }
        };
        let expected: Vec<Wrong> = self
            .diagnostics
            .iter()
            .map(|it| Wrong {
                summary: it.summary.clone(),
                detail: String::new(),
                place: it.range.as_ref().map(place),
            })
            .collect();
        let rough = |all: &[Wrong]| {
            all.iter()
                .map(|it| (it.summary.clone(), it.place.as_ref().map(|it| it.start.0)))
                .collect::<BTreeSet<_>>()
        };
        if rough(wrong) != rough(&expected) {
            return Err(format!("got {wrong:?}\n    not {expected:?}"));
        }
        let exact = |all: &[Wrong]| {
            all.iter().map(|it| (it.summary.clone(), it.place.clone())).collect::<BTreeSet<_>>()
        };
        Ok(exact(wrong) == exact(&expected))
    }

    fn compare_value(&self, value: &Value) -> Result<(), String> {
        let expected_type = self.ty.clone().unwrap_or(Json::Null);
        let ty = value.ty().to_json();
        if ty != expected_type {
            return Err(format!("type {ty}, not {expected_type}; value {value:?}"));
        }
        let flags = |json: Option<&Json>| {
            let mut paths = BTreeSet::new();
            if let Some(json) = json {
                flagged(json, &mut String::new(), &mut paths);
            }
            paths
        };
        let all = Json::Bool(true);
        let expected = flags(if self.sensitive { Some(&all) } else { self.sensitive_paths.as_ref() });
        let mut sensitive = BTreeSet::new();
        find(value, &mut String::new(), &mut sensitive, &|it| it.has_mark(Marks::SENSITIVE));
        if sensitive != expected {
            return Err(format!("sensitive {sensitive:?}, not {expected:?}"));
        }
        let expected = flags(self.unknown.as_ref());
        let mut unknown = BTreeSet::new();
        find(value, &mut String::new(), &mut unknown, &|it| !it.is_known());
        if unknown != expected {
            return Err(format!("unknown {unknown:?}, not {expected:?}"));
        }
        if value.is_known() {
            let given = to_json(value);
            let expected = normal(self.value.as_ref().unwrap_or(&Json::Null));
            if given != expected {
                return Err(format!("value {given}, not {expected}"));
            }
        }
        Ok(())
    }
}

fn flagged(json: &Json, path: &mut String, paths: &mut BTreeSet<String>) {
    let mut deeper = |key: &str, json: &Json| {
        let length = path.len();
        path.push_str(&format!("[{key}]"));
        flagged(json, path, paths);
        path.truncate(length);
    };
    match json {
        Json::Array(items) => items.iter().enumerate().for_each(|(at, it)| deeper(&at.to_string(), it)),
        Json::Object(items) => items.iter().for_each(|(key, it)| deeper(key, it)),
        Json::Bool(true) => {
            paths.insert(path.clone());
        }
        _ => {}
    }
}

/// Collects the paths where `is` holds, not looking further inside those.
fn find(value: &Value, path: &mut String, paths: &mut BTreeSet<String>, is: &dyn Fn(&Value) -> bool) {
    if is(value) {
        paths.insert(path.clone());
        return;
    }
    let mut deeper = |key: &str, value: &Value| {
        let length = path.len();
        path.push_str(&format!("[{key}]"));
        find(value, path, paths, is);
        path.truncate(length);
    };
    for (at, element) in value.elements().unwrap_or_default().iter().enumerate() {
        deeper(&at.to_string(), element);
    }
    for (key, element) in value.entries().into_iter().flatten() {
        deeper(key, element);
    }
}

/// Returns the value as the vectors write it: numbers as text, unknown elements null, unknown attributes absent.
fn to_json(value: &Value) -> Json {
    if let Some(number) = value.as_number() {
        return number_text(number);
    }
    if let Some(text) = value.as_str() {
        return Json::String(text.to_owned());
    }
    if let Some(truth) = value.as_bool() {
        return Json::Bool(truth);
    }
    if let Some(elements) = value.elements() {
        return elements.iter().map(to_json).collect();
    }
    let Some(entries) = value.entries() else { return Json::Null };
    entries
        .iter()
        .filter(|(_, entry)| entry.is_known())
        .map(|(key, entry)| (key.to_string(), to_json(entry)))
        .collect()
}

/// Returns a number as text.
///
/// Terraform shortened numbers that fit a float when it saved the plan the vectors were read from.
fn number_text(number: &Number) -> Json {
    let float = number.to_f64();
    let text = match Number::from_f64(float) {
        Some(same) if same.compare_values(number).is_eq() && !number.is_integer() => float.to_string(),
        _ => number.to_string(),
    };
    Json::String(match &*text {
        "-0" => "#0".to_owned(),
        _ if !number.is_finite() => format!("{}Inf", if number.is_sign_negative() { "-" } else { "+" }),
        _ => format!("#{text}"),
    })
}

fn normal(json: &Json) -> Json {
    match json {
        Json::Number(number) => Number::parse(&number.to_string()).map_or(Json::Null, |it| number_text(&it)),
        Json::Array(items) => items.iter().map(normal).collect(),
        Json::Object(items) => items.iter().map(|(key, it)| (key.clone(), normal(it))).collect(),
        Json::String(text) => Json::String(text.replace("{{CWD}}", "/cwd").replace("{{HOME}}", "/home")),
        other => other.clone(),
    }
}
