//! Tuples and objects written out.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_diag::Diagnostics;
use rinfra_value::{Marks, Type, Value, convert};

use super::{report, value_of};
use crate::ast::{Expression, ExpressionKind, ObjectItem, ObjectKey};
use crate::scope::Scope;

const INVALID_KEY: &str = "Invalid object key expression";

/// Returns whether an object was written in JSON, whose errors Terraform words differently.
fn is_json(key: &ObjectKey) -> bool {
    matches!(key, ObjectKey::Expression(it) if matches!(it.kind, ExpressionKind::JsonString(_)))
}

pub(super) fn tuple(items: &[Expression], scope: &Scope<'_>, diagnostics: &mut Diagnostics) -> Value {
    Value::tuple(items.iter().map(|item| value_of(item, scope, diagnostics)).collect())
}

pub(super) fn object(items: &[ObjectItem], scope: &Scope<'_>, diagnostics: &mut Diagnostics) -> Value {
    let mut attributes: BTreeMap<Arc<str>, Value> = BTreeMap::new();
    let mut marks = Marks::NONE;
    let mut known = true;
    for item in items {
        let key = key(item, scope, &mut marks, diagnostics);
        let value = value_of(&item.value, scope, diagnostics);
        match key {
            Some(key) if attributes.contains_key(&key) && is_json(&item.key) => {
                let detail = format!("\"{key}\" is set twice in this object.");
                report(diagnostics, "Duplicate object attribute", detail, item.key.span(), item.key.span());
            }
            Some(key) => {
                attributes.insert(key, value);
            }
            // Without all keys not even the type is known.
            None => known = false,
        }
    }
    if !known {
        return Value::dynamic().with_marks(marks);
    }
    Value::object(attributes).with_marks(marks)
}

fn key(
    item: &ObjectItem,
    scope: &Scope<'_>,
    marks: &mut Marks,
    diagnostics: &mut Diagnostics,
) -> Option<Arc<str>> {
    let expression = match &item.key {
        ObjectKey::Name { name, .. } => return Some(name.clone()),
        ObjectKey::Expression(expression) => expression,
    };
    if let ExpressionKind::Traversal(traversal) = &expression.kind
        && !traversal.steps.is_empty()
    {
        let detail = "This may be meant as a reference or as a name with dots in it. Enclose it in parentheses if it is \
                      a reference, in quotes if it is a name.";
        report(diagnostics, "Ambiguous attribute key", detail, &expression.span, &expression.span);
        return None;
    }
    let errors = diagnostics.len();
    let key = value_of(expression, scope, diagnostics);
    if diagnostics.len() > errors {
        return None;
    }
    if key.is_null() && is_json(&item.key) {
        let detail = "The name of this property is null.";
        report(diagnostics, INVALID_KEY, detail, &expression.span, &expression.span);
        return None;
    }
    if key.is_null() {
        let detail = "The key is null, and null cannot be the name of an attribute.";
        report(diagnostics, "Null value as key", detail, &item.value.span, &item.value.span);
        return None;
    }
    let (key, key_marks) = key.without_marks();
    *marks |= key_marks;
    match convert::convert(&key, &Type::String) {
        Ok(key) => key.as_text().cloned(),
        Err(error) => {
            let detail = format!("This cannot be the name of an attribute: {error}.");
            let summary = if is_json(&item.key) { INVALID_KEY } else { "Incorrect key type" };
            report(diagnostics, summary, detail, &expression.span, &expression.span);
            None
        }
    }
}
