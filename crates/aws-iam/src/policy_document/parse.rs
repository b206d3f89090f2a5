//! Reading the documents others wrote.

use serde_json::{Map, Value};

use super::document::{Document, Statement, Values};
use crate::json_text::Json;

/// Reads a document. Keys are told apart from each other without their case, and unknown ones left out.
///
/// *Errors*: what in it is no policy.
pub(super) fn document(text: &str) -> Result<Document, String> {
    let value = serde_json::from_str(text).map_err(|error| format!("invalid JSON: {error}"))?;
    let mut fields = object(value, "a policy document")?;
    let statements = match take(&mut fields, "Statement") {
        Value::Null => Vec::new(),
        Value::Array(statements) => statements,
        other => return Err(format!("Statement must be a list, not {other}")),
    };
    Ok(Document {
        version: text_of(&mut fields, "Version")?,
        id: text_of(&mut fields, "Id")?,
        statements: statements.into_iter().map(statement).collect::<Result<_, _>>()?,
    })
}

fn statement(value: Value) -> Result<Statement, String> {
    let mut fields = object(value, "a statement")?;
    let mut list = |key| Some(take(&mut fields, key)).filter(|it| !it.is_null()).map(Json::from);
    Ok(Statement {
        actions: list("Action"),
        not_actions: list("NotAction"),
        resources: list("Resource"),
        not_resources: list("NotResource"),
        sid: text_of(&mut fields, "Sid")?,
        effect: text_of(&mut fields, "Effect")?,
        principals: principals(take(&mut fields, "Principal"))?,
        not_principals: principals(take(&mut fields, "NotPrincipal"))?,
        conditions: conditions(take(&mut fields, "Condition"))?,
    })
}

fn principals(value: Value) -> Result<Vec<(String, Values)>, String> {
    match value {
        Value::Null => Ok(Vec::new()),
        // IAM knows only one principal that is no object.
        Value::String(_) => Ok(vec![("*".to_owned(), Values::One("*".to_owned()))]),
        other => {
            let kinds = object(other, "a principal")?.into_iter();
            kinds.map(|(kind, value)| Ok((kind, values(value)?))).collect()
        }
    }
}

fn conditions(value: Value) -> Result<Vec<(String, String, Values)>, String> {
    if value.is_null() {
        return Ok(Vec::new());
    }
    let mut conditions = Vec::new();
    for (test, value) in object(value, "a condition")? {
        for (variable, value) in object(value, "a condition")? {
            conditions.push((test.clone(), variable, values(value)?));
        }
    }
    Ok(conditions)
}

fn values(value: Value) -> Result<Values, String> {
    match value {
        Value::Array(values) => Ok(Values::Many(values.into_iter().map(word).collect::<Result<_, _>>()?)),
        value => word(value).map(Values::One),
    }
}

/// Returns a text; booleans and numbers mean what their texts mean.
fn word(value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        Value::Bool(_) | Value::Number(_) => Ok(Json::from(value).compact()),
        other => Err(format!("a text is required, not {other}")),
    }
}

fn object(value: Value, what: &str) -> Result<Map<String, Value>, String> {
    match value {
        Value::Object(fields) => Ok(fields),
        other => Err(format!("{what} must be an object, not {other}")),
    }
}

fn take(fields: &mut Map<String, Value>, key: &str) -> Value {
    let same = || fields.keys().find(|it| it.eq_ignore_ascii_case(key)).cloned();
    let key = if fields.contains_key(key) { Some(key.to_owned()) } else { same() };
    key.and_then(|it| fields.remove(&it)).unwrap_or_default()
}

fn text_of(fields: &mut Map<String, Value>, key: &str) -> Result<String, String> {
    match take(fields, key) {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text),
        other => Err(format!("{key} must be a text, not {other}")),
    }
}
