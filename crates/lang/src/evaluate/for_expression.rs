//! `[for …]`, `{for …}` and `%{ for … }`.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_diag::{Diagnostics, Span};
use rinfra_value::{Marks, Number, Type, Value, convert};

use super::{may_go_on, report, value_of};
use crate::ast::{Expression, For};
use crate::evidence;
use crate::scope::Scope;

const BAD_CONDITION: &str = "Invalid 'for' condition";

/// What a run over the elements has come to.
struct Run {
    marks: Marks,
    /// Whether it is known which elements take part, and under which keys.
    known: bool,
}

pub(super) fn evaluate(
    expression: &For,
    whole: &Span,
    scope: &Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Value {
    let source = &expression.collection;
    let collection = value_of(source, scope, diagnostics);
    if collection.is_null() {
        let detail = "This is null, and null has no elements to iterate over.";
        report(diagnostics, "Iteration over null value", detail, &source.span, whole);
        return Value::dynamic();
    }
    if *collection.ty() == Type::Dynamic {
        return Value::dynamic();
    }
    let (collection, marks) = collection.without_marks();
    if collection.ty().is_primitive() {
        let ty = collection.ty().friendly_name();
        let detail = format!("A value of type {ty} has no elements to iterate over.");
        report(diagnostics, "Iteration over non-iterable value", detail, &source.span, whole);
        return Value::dynamic();
    }
    let Some(condition_marks) = probe_condition(expression, whole, scope, diagnostics) else {
        return Value::dynamic();
    };
    let Some(pairs) = pairs(&collection) else {
        return Value::dynamic().with_marks(marks | condition_marks);
    };
    let mut run = Run { marks, known: true };
    let result = match &expression.key {
        Some(key) => run.object(expression, key, pairs, whole, scope, diagnostics),
        None => run.tuple(expression, pairs, whole, scope, diagnostics),
    };
    let result = if run.known { result } else { Value::dynamic() };
    result.with_marks(run.marks)
}

/// Returns the keys and values of a known collection, in order of iteration.
fn pairs(collection: &Value) -> Option<Vec<(Value, Value)>> {
    if let Some(entries) = collection.entries() {
        return Some(
            entries.iter().map(|(key, value)| (Value::string(key.clone()), value.clone())).collect(),
        );
    }
    let elements = collection.elements()?;
    let is_set = matches!(collection.ty(), Type::Set(_));
    let key = |(index, value): (usize, &Value)| {
        let key = if is_set { value.clone() } else { Value::number(Number::from(index)) };
        (key, value.clone())
    };
    Some(elements.iter().enumerate().map(key).collect())
}

fn bind<'s>(expression: &For, scope: &'s Scope<'s>, key: Value, value: Value) -> Scope<'s> {
    let mut inner = scope.child();
    if let Some(name) = &expression.key_name {
        inner.set(name.clone(), key);
    }
    inner.set(expression.value_name.clone(), value);
    inner
}

/// Tries the condition on unknown elements, so that a condition that can never work is told once and not for each
/// element; returns its marks, or nothing after an error.
fn probe_condition(
    expression: &For,
    whole: &Span,
    scope: &Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Marks> {
    let Some(condition) = &expression.condition else { return Some(Marks::NONE) };
    if !may_go_on(whole, scope, diagnostics) {
        return None;
    }
    let errors = diagnostics.len();
    let inner = bind(expression, scope, Value::dynamic(), Value::dynamic());
    let result = value_of(condition, &inner, diagnostics);
    if result.is_null() {
        let detail = "The condition is null; it must be true or false.";
        report(diagnostics, "Condition is null", detail, &condition.span, whole);
    } else if let Err(error) = convert::convert(&result, &Type::Bool) {
        let detail = format!("The condition must be a bool: {error}.");
        report(diagnostics, BAD_CONDITION, detail, &condition.span, whole);
    }
    evidence::complete(diagnostics, errors, condition, &inner);
    (diagnostics.len() == errors).then(|| result.marks())
}

impl Run {
    fn tuple(
        &mut self,
        expression: &For,
        pairs: Vec<(Value, Value)>,
        whole: &Span,
        scope: &Scope<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Value {
        let mut values = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            if !may_go_on(whole, scope, diagnostics) {
                return Value::dynamic();
            }
            let inner = bind(expression, scope, key, value);
            if self.includes(expression, whole, &inner, diagnostics) {
                values.push(value_of(&expression.value, &inner, diagnostics));
            }
        }
        Value::tuple(values)
    }

    fn object(
        &mut self,
        expression: &For,
        key_expression: &Expression,
        pairs: Vec<(Value, Value)>,
        whole: &Span,
        scope: &Scope<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Value {
        let mut groups: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
        for (key, value) in pairs {
            if !may_go_on(whole, scope, diagnostics) {
                return Value::dynamic();
            }
            let inner = bind(expression, scope, key, value);
            if !self.includes(expression, whole, &inner, diagnostics) {
                continue;
            }
            let Some(key) = self.key(key_expression, whole, &inner, diagnostics) else { continue };
            let value = value_of(&expression.value, &inner, diagnostics);
            let group = groups.entry(key.clone()).or_default();
            if expression.grouped || group.is_empty() {
                group.push(value);
            } else {
                let first = diagnostics.len();
                let detail = format!(
                    "Two elements have the key \"{key}\". Write ... after the value to group values by key."
                );
                report(diagnostics, "Duplicate object key", detail, &key_expression.span, whole);
                evidence::complete(diagnostics, first, key_expression, &inner);
            }
        }
        let value = |values: Vec<Value>| match expression.grouped {
            true => Value::tuple(values),
            false => values.into_iter().next().unwrap_or_else(Value::dynamic),
        };
        Value::object(groups.into_iter().map(|(key, values)| (key, value(values))))
    }

    /// Returns whether the current element takes part.
    fn includes(
        &mut self,
        expression: &For,
        whole: &Span,
        inner: &Scope<'_>,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let Some(condition) = &expression.condition else { return true };
        let result = value_of(condition, inner, diagnostics);
        if result.is_null() {
            let detail = "The condition is null; it must be true or false.";
            self.doubt(BAD_CONDITION, detail, condition, whole, inner, diagnostics);
            return false;
        }
        let (result, marks) = result.without_marks();
        self.marks |= marks;
        // Where a tuple is built, what is unknown need not even be a bool.
        if !result.is_known() && expression.key.is_none() {
            self.known = false;
            return false;
        }
        match convert::convert(&result, &Type::Bool) {
            Err(error) => {
                let detail = format!("The condition must be a bool: {error}.");
                self.doubt(BAD_CONDITION, detail, condition, whole, inner, diagnostics);
                false
            }
            Ok(truth) => {
                self.known &= truth.is_known();
                truth.as_bool() == Some(true)
            }
        }
    }

    fn key(
        &mut self,
        expression: &Expression,
        whole: &Span,
        inner: &Scope<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Arc<str>> {
        let key = value_of(expression, inner, diagnostics);
        let summary = "Invalid object key";
        if key.is_null() {
            self.doubt(summary, "The key is null.", expression, whole, inner, diagnostics);
            return None;
        }
        let (key, marks) = key.without_marks();
        self.marks |= marks;
        if !key.is_known() {
            self.known = false;
            return None;
        }
        match convert::convert(&key, &Type::String) {
            Ok(key) => key.as_text().cloned(),
            Err(error) => {
                let detail = format!("The key must be a string: {error}.");
                self.doubt(summary, detail, expression, whole, inner, diagnostics);
                None
            }
        }
    }

    /// Gives up on the result, and says why unless it was given up before.
    fn doubt(
        &mut self,
        summary: &str,
        detail: impl Into<String>,
        about: &Expression,
        whole: &Span,
        inner: &Scope<'_>,
        diagnostics: &mut Diagnostics,
    ) {
        if self.known {
            let first = diagnostics.len();
            report(diagnostics, summary, detail, &about.span, whole);
            evidence::complete(diagnostics, first, about, inner);
        }
        self.known = false;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rinfra_diag::{Diagnostics, Position};

    use crate::files::MemoryFiles;
    use crate::functions::{FunctionContext, Functions};
    use crate::scope::Scope;
    use crate::syntax::parse_expression;

    /// Returns the errors of evaluating a text whose loops may go through a few thousand elements.
    fn errors(text: &str) -> Diagnostics {
        let expression = parse_expression(&"t".into(), text, Position::START).unwrap();
        let functions = Functions::standard(FunctionContext::new(Arc::new(MemoryFiles::new()), "."));
        let scope = Scope::new(&functions);
        scope.limit(3000);
        crate::evaluate(&expression, &scope).err().unwrap_or_default()
    }

    #[test]
    fn loops_in_loops_come_to_an_end() {
        let nested = |open: &str, inner: &str, close: &str, depth: usize| {
            format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
        };
        for text in [
            nested("[for a in range(50) : ", "a", "]", 3),
            nested("length([for a in [1, 2] : ", "a", "])", 100),
            // A condition is tried on an unknown element before it is asked about each.
            nested("length([for a in [1] : a if 0 < ", "1", "])", 100),
            "[for a in range(1000) : range(9)[*]]".to_owned(),
        ] {
            let wrong = errors(&text);
            assert!(wrong.iter().any(|it| it.summary == "Too many iterations"), "{text}: {wrong}");
        }
        assert!(errors("[for a in range(1000) : a]").is_empty());
    }

    #[test]
    fn what_is_wrong_with_each_element_is_not_said_of_all() {
        assert_eq!(errors("[for a in range(50) : [for b in range(50) : a.x]]").len(), 1000);
    }
}
