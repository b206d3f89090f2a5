//! What can be read from an expression without a scope: keywords, addresses, lists of them, constants.

use std::sync::Arc;

use rinfra_diag::Result;
use rinfra_value::Value;

use crate::ast::{Expression, ExpressionKind, ObjectKey, Traversal};
use crate::evaluate::evaluate;
use crate::functions::Functions;
use crate::scope::Scope;
use crate::syntax;

/// Returns the expression as a bare word: `all`, but also `null`, `true` and `false`.
pub fn as_keyword(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        ExpressionKind::Traversal(traversal) if traversal.steps.is_empty() => Some(&traversal.root),
        ExpressionKind::Literal(value) => word(value),
        ExpressionKind::JsonString(string) => Some(string.text.trim()).filter(|it| syntax::is_name(it)),
        _ => None,
    }
}

/// Returns the expression a string in JSON stands for where the language wants no value: an address, a type.
///
/// `None` if the expression is no such string, or there is no expression in it.
pub fn written_in_json(expression: &Expression) -> Option<Expression> {
    match &expression.kind {
        ExpressionKind::JsonString(string) => {
            syntax::parse_expression(&expression.span.file, &string.text, expression.span.start).ok()
        }
        _ => None,
    }
}

fn word(value: &Value) -> Option<&'static str> {
    match value.as_bool() {
        Some(true) => Some("true"),
        Some(false) => Some("false"),
        None if value.is_null() => Some("null"),
        None => None,
    }
}

/// Returns the expression as a name with constant steps: an address.
pub fn as_traversal(expression: &Expression) -> Option<Traversal> {
    match &expression.kind {
        ExpressionKind::Traversal(traversal) => Some((**traversal).clone()),
        ExpressionKind::Literal(value) => Some(name(word(value)?.into(), expression)),
        ExpressionKind::RelativeTraversal { source, steps } => {
            let mut traversal = as_traversal(source)?;
            traversal.steps.extend(steps.iter().cloned());
            traversal.span = expression.span.clone();
            Some(traversal)
        }
        ExpressionKind::JsonString(_) => as_traversal(&written_in_json(expression)?),
        _ => None,
    }
}

fn name(root: Arc<str>, expression: &Expression) -> Traversal {
    let span = expression.span.clone();
    Traversal { root, root_span: span.clone(), steps: Vec::new(), span }
}

/// Returns the key of an object constructor's item as an address: `aws` or `aws.west` in a `providers` map.
pub fn key_as_traversal(key: &ObjectKey) -> Option<Traversal> {
    match key {
        ObjectKey::Name { name, span } => Some(Traversal {
            root: name.clone(),
            root_span: span.clone(),
            steps: Vec::new(),
            span: span.clone(),
        }),
        ObjectKey::Expression(expression) => as_traversal(expression),
    }
}

/// Returns the elements of a list written out.
pub fn as_list(expression: &Expression) -> Option<Vec<&Expression>> {
    match &expression.kind {
        ExpressionKind::Tuple(items) => Some(items.iter().collect()),
        _ => None,
    }
}

/// Returns the keys and values of a map written out.
pub fn as_map(expression: &Expression) -> Option<Vec<(&ObjectKey, &Expression)>> {
    match &expression.kind {
        ExpressionKind::Object(items) => Some(items.iter().map(|item| (&item.key, &item.value)).collect()),
        _ => None,
    }
}

/// Returns the text of a quoted string or heredoc without interpolations, or of any string in JSON.
pub fn literal_string(expression: &Expression) -> Option<&Arc<str>> {
    match &expression.kind {
        ExpressionKind::Template(parts) => match &**parts {
            [Expression { kind: ExpressionKind::Literal(value), .. }] => value.as_text(),
            _ => None,
        },
        ExpressionKind::Literal(value) => value.as_text(),
        ExpressionKind::JsonString(string) => Some(&string.text),
        _ => None,
    }
}

/// Returns the value of an expression that uses neither names nor functions. A string in JSON is just text here.
///
/// # Errors
/// "Variables not allowed", "Function calls not allowed" and everything else that is wrong with it.
pub fn constant(expression: &Expression) -> Result<Value> {
    evaluate(expression, &Scope::new(&Functions::default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_expression;
    use rinfra_diag::Position;

    fn parsed(text: &str) -> Expression {
        parse_expression(&"t".into(), text, Position::START).unwrap()
    }

    #[test]
    fn words_and_addresses() {
        let check = |text: &str, keyword: Option<&str>, steps: Option<usize>| {
            let expression = parsed(text);
            assert_eq!(as_keyword(&expression), keyword, "{text}");
            assert_eq!(as_traversal(&expression).map(|it| it.steps.len()), steps, "{text}");
        };
        check("all", Some("all"), Some(0));
        check("true", Some("true"), Some(0));
        check("a.b[0][\"x\"]", None, Some(3));
        check("a[b]", None, None);
        check("\"a\"", None, None);
        check("(a)", None, None);
    }

    #[test]
    fn constants_know_no_names() {
        let check = |text: &str, expected: std::result::Result<Value, &str>| {
            let found = constant(&parsed(text)).map_err(|wrong| wrong.iter().next().unwrap().summary.clone());
            assert_eq!(found, expected.map_err(str::to_owned), "{text}");
        };
        check("1 + 2", Ok(Value::number(3)));
        check("\"a${\"b\"}\"", Ok(Value::string("ab")));
        check("a", Err("Variables not allowed"));
        check("upper(\"a\")", Err("Function calls not allowed"));
    }
}
