//! Expressions of which only the form counts: lists and references that are never evaluated.

use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_lang::{Expression, ExpressionKind, Traversal, TraversalStep, static_value, syntax};

use crate::constant;

/// Returns the elements of a list that is written out.
pub(crate) fn list<'a>(expression: &'a Expression, found: &mut Diagnostics) -> Vec<&'a Expression> {
    if let Some(elements) = static_value::as_list(expression) {
        return elements;
    }
    let diagnostic = Diagnostic::error("Invalid expression", "A static list expression is required.");
    found.push(diagnostic.at(constant::start(expression)).within(expression.span.clone()));
    Vec::new()
}

/// Returns the references in a list that is written out, as in `depends_on`.
pub(crate) fn references(expression: &Expression, found: &mut Diagnostics) -> Vec<Traversal> {
    list(expression, found).into_iter().filter_map(|it| quotable_reference(it, found)).collect()
}

/// Returns the expression that a string in JSON is the text of; in native syntax the expression itself.
pub(crate) fn expression_in_json(expression: &Expression, found: &mut Diagnostics) -> Option<Expression> {
    let ExpressionKind::JsonString(string) = &expression.kind else { return Some(expression.clone()) };
    let inside = expression.span.start.advanced(1);
    found.absorb(syntax::parse_expression(&expression.span.file, &string.text, inside))
}

/// Returns the one reference an expression is; quotes around it are tolerated with a warning.
pub(crate) fn quotable_reference(expression: &Expression, found: &mut Diagnostics) -> Option<Traversal> {
    let Some(text) = quoted(expression) else { return reference(expression, found) };
    let detail = "In this context, references are expected literally rather than in quotes. Remove the \
                  quotes surrounding this reference to silence this warning.";
    let inside = expression.span.start.advanced(1);
    let (traversal, wrong) = syntax::parse_traversal(&expression.span.file, text, inside);
    found.extend(wrong);
    found.push(Diagnostic::warning("Quoted references are deprecated", detail).at(expression.span.clone()));
    if traversal.is_none() {
        found.push(no_reference(expression));
    }
    traversal
}

/// Returns the text between quotes that could be left out; in JSON nothing goes without quotes.
pub(crate) fn quoted(expression: &Expression) -> Option<&Arc<str>> {
    static_value::literal_string(expression)
        .filter(|_| !matches!(expression.kind, ExpressionKind::JsonString(_)))
}

/// Returns the one reference an expression is.
pub(crate) fn reference(expression: &Expression, found: &mut Diagnostics) -> Option<Traversal> {
    if let Some(traversal) = static_value::as_traversal(expression) {
        return Some(traversal);
    }
    found.push(no_reference(expression));
    None
}

fn no_reference(expression: &Expression) -> Diagnostic {
    let detail = "A single static variable reference is required: only attribute access and indexing with \
                  constant keys. No calculations, function calls, template expressions, etc are allowed \
                  here.";
    Diagnostic::error("Invalid expression", detail).at(expression.span.clone())
}

/// Returns the name a step leads to, for steps that are names.
pub(crate) fn step_name(step: Option<&TraversalStep>) -> Option<&Arc<str>> {
    match step {
        Some(TraversalStep::Attribute { name, .. }) => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rinfra_diag::Diagnostics;
    use rinfra_lang::syntax;

    use super::{expression_in_json, list};

    #[test]
    fn a_string_in_json_is_the_text_of_an_expression() {
        let text = r#"{"all": ["aws_vpc.a", "aws_vpc.b[count.index].id", "aws_vpc."]}"#;
        let (body, _) = syntax::parse_json(&"main.tf.json".into(), text);
        let mut found = Diagnostics::new();
        let elements = list(&body.attributes[0].expression, &mut found);
        assert!(found.is_empty(), "{found}");
        let read: Vec<_> = elements.into_iter().map(|it| expression_in_json(it, &mut found)).collect();
        let places: Vec<_> = read.iter().flatten().map(|it| it.span.to_string()).collect();
        assert_eq!(places, ["main.tf.json:1,11-20", "main.tf.json:1,24-49"]);
        assert!(read[2].is_none() && found.has_errors());
    }
}
