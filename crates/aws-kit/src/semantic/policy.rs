//! When two IAM policy documents mean the same.

use std::collections::BTreeMap;

use serde_json::Value;

/// Tells whether two policy documents mean the same to IAM: whatever the order of statements, actions,
/// resources and keys, one string or a list of one, an account id or its root ARN.
///
/// Texts that are no JSON objects are the same only when they are equal.
pub(crate) fn equivalent(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    match (canonical(one), canonical(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

/// A document in a form that two documents of the same meaning share.
fn canonical(text: &str) -> Option<BTreeMap<String, Value>> {
    let Value::Object(document) = serde_json::from_str(text).ok()? else { return None };
    let mut canonical = BTreeMap::new();
    // IAM's reading of a document that does not say.
    canonical.insert("Version".to_owned(), Value::from("2008-10-17"));
    for (key, value) in document {
        let value = match key.as_str() {
            "Statement" => {
                let mut statements: Vec<Value> = listed(value).into_iter().map(statement).collect();
                statements.sort_by_key(Value::to_string);
                statements.dedup();
                Value::Array(statements)
            }
            _ => value,
        };
        if !is_empty(&value) {
            canonical.insert(key, value);
        }
    }
    Some(canonical)
}

fn statement(value: Value) -> Value {
    let Value::Object(fields) = value else { return value };
    let fields = fields.into_iter().map(|(key, value)| {
        let value = match key.as_str() {
            "Action" | "NotAction" => sorted(value, |it| it.to_lowercase()),
            "Resource" | "NotResource" => sorted(value, |it| it),
            "Principal" | "NotPrincipal" => principal(value),
            "Condition" => condition(value),
            _ => value,
        };
        (key, value)
    });
    fields.filter(|(_, value)| !is_empty(value)).collect()
}

fn principal(value: Value) -> Value {
    let kinds = match value {
        // Everybody may be written in two ways.
        Value::String(everybody) => return Value::from_iter([("AWS", vec![everybody])]),
        Value::Object(kinds) => kinds,
        other => return other,
    };
    kinds
        .into_iter()
        .map(|(kind, value)| {
            let value = if kind == "AWS" { sorted(value, account) } else { sorted(value, |it| it) };
            (kind, value)
        })
        .filter(|(_, value)| !is_empty(value))
        .collect()
}

/// Returns the account id of an account's root ARN, and any other text unchanged.
fn account(text: String) -> String {
    let mut parts = text.split(':');
    let is_root = parts.next() == Some("arn")
        && parts.next().is_some()
        && parts.next() == Some("iam")
        && parts.next() == Some("");
    let id = parts.next();
    match id {
        Some(id) if is_root && parts.next() == Some("root") && parts.next().is_none() => id.to_owned(),
        _ => text,
    }
}

fn condition(value: Value) -> Value {
    let Value::Object(operators) = value else { return value };
    let keys = |value| {
        let Value::Object(keys) = value else { return value };
        keys.into_iter().map(|(key, value)| (key.to_lowercase(), sorted(value, |it| it))).collect()
    };
    operators.into_iter().map(|(operator, value)| (operator, keys(value))).collect()
}

/// Returns a string or a list of them as a sorted list without repetitions.
fn sorted(value: Value, each: impl Fn(String) -> String) -> Value {
    let mut texts: Vec<String> = listed(value)
        .into_iter()
        .map(|it| match it {
            Value::String(text) => each(text),
            // Booleans and numbers mean what their texts mean.
            other => other.to_string(),
        })
        .collect();
    texts.sort();
    texts.dedup();
    Value::from(texts)
}

fn listed(value: Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values,
        Value::Null => Vec::new(),
        single => vec![single],
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::equivalent;

    fn statement(fields: &str) -> String {
        format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{fields}}}]}}"#)
    }

    #[test]
    fn statements_that_mean_the_same() {
        let same = [
            (r#""Action":"s3:GetObject""#, r#""Action":["s3:getobject"]"#),
            (r#""Action":["a:b","a:c"]"#, r#""Action":["a:c","a:b","a:b"]"#),
            (r#""Principal":"*""#, r#""Principal":{"AWS":["*"]}"#),
            (
                r#""Principal":{"AWS":"123456789012"}"#,
                r#""Principal":{"AWS":"arn:aws:iam::123456789012:root"}"#,
            ),
            (r#""Sid":"","Action":"a:b""#, r#""Action":"a:b""#),
            (
                r#""Condition":{"Bool":{"aws:SecureTransport":true}}"#,
                r#""Condition":{"Bool":{"aws:securetransport":["true"]}}"#,
            ),
            (r#""Resource":["x","y"],"Action":"a:b""#, r#""Action":"a:b","Resource":["y","x"]"#),
        ];
        for (one, other) in same {
            assert!(equivalent(&statement(one), &statement(other)), "{one} and {other}");
        }
    }

    #[test]
    fn statements_that_do_not() {
        let different = [
            (r#""Action":"s3:GetObject""#, r#""Action":"s3:PutObject""#),
            (r#""Resource":"X""#, r#""Resource":"x""#),
            (r#""Action":"a:b""#, r#""NotAction":"a:b""#),
            (
                r#""Principal":{"AWS":"123456789012"}"#,
                r#""Principal":{"AWS":"arn:aws:iam::123456789012:user/root"}"#,
            ),
            (r#""Principal":{"Service":"a"}"#, r#""Principal":{"AWS":"a"}"#),
        ];
        for (one, other) in different {
            assert!(!equivalent(&statement(one), &statement(other)), "{one} and {other}");
        }
    }

    #[test]
    fn documents() {
        let same = [
            (
                r#"{"Statement":{"Effect":"Deny"}}"#,
                r#"{"Statement":[{"Effect":"Deny"}],"Version":"2008-10-17"}"#,
            ),
            ("{\n  \"Statement\": []\n}", "{}"),
            ("not json", "not json"),
        ];
        for (one, other) in same {
            assert!(equivalent(one, other), "{one} and {other}");
        }
        let different = [
            (r#"{"Version":"2012-10-17"}"#, r#"{"Version":"2008-10-17"}"#),
            ("not json", "{}"),
            ("[1]", "[ 1 ]"),
            ("", "{}"),
        ];
        for (one, other) in different {
            assert!(!equivalent(one, other), "{one} and {other}");
        }
    }
}
