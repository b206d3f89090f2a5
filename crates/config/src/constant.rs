//! Arguments that must be known before anything is evaluated.

use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::functions::Functions;
use rinfra_lang::{Attribute, Expression, ExpressionKind, ObjectKey, Scope};
use rinfra_value::{Type, Value};

/// Returns the value of an expression that may neither name anything nor call a function.
pub(crate) fn value(expression: &Expression, found: &mut Diagnostics) -> Option<Value> {
    let mut refused = Diagnostics::new();
    for traversal in rinfra_lang::references(expression) {
        let diagnostic = Diagnostic::error("Variables not allowed", "Variables may not be used here.");
        refused.push(diagnostic.at(traversal.root_span));
    }
    find_calls(expression, &mut |call| {
        let diagnostic = Diagnostic::error("Function calls not allowed", "Functions may not be called here.");
        refused.push(diagnostic.at(call.span.clone()));
    });
    if refused.is_empty() {
        let functions = Functions::default();
        return found.absorb(rinfra_lang::evaluate(expression, &Scope::new(&functions)));
    }
    found.extend(refused);
    None
}

/// Returns the text an argument is set to.
pub(crate) fn string(attribute: &Attribute, found: &mut Diagnostics) -> Option<Arc<str>> {
    let value = typed(attribute, &Type::String, found)?;
    value.as_str().map(Into::into)
}

/// Returns what a switch is set to.
pub(crate) fn boolean(attribute: &Attribute, found: &mut Diagnostics) -> Option<bool> {
    typed(attribute, &Type::Bool, found)?.as_bool()
}

fn typed(attribute: &Attribute, wanted: &Type, found: &mut Diagnostics) -> Option<Value> {
    let expression = &attribute.expression;
    let mut unsuitable = |reason: &str| {
        let diagnostic = Diagnostic::error("Unsuitable value type", format!("Unsuitable value: {reason}"));
        found.push(diagnostic.at(start(expression)).within(expression.span.clone()));
    };
    let mut refused = Diagnostics::new();
    let Some(value) = value(expression, &mut refused) else {
        unsuitable("value must be known");
        found.extend(refused);
        return None;
    };
    match rinfra_value::convert::convert(&value, wanted) {
        Ok(value) if value.is_null() => unsuitable(&format!("a {} is required", wanted.friendly_name())),
        Ok(value) if !value.is_known() => unsuitable("value must be known"),
        Ok(value) => return Some(value),
        Err(error) => unsuitable(&error.message),
    }
    None
}

/// Returns the place an expression starts at, as Terraform underlines it: a text without its quotes, a
/// collection's opening bracket, the first operand of an operator.
fn start(expression: &Expression) -> Span {
    match &expression.kind {
        ExpressionKind::Template(parts) => parts.first().map_or_else(|| expression.span.clone(), start),
        ExpressionKind::Binary { first, .. } => start(first),
        ExpressionKind::Conditional(conditional) => start(&conditional.condition),
        ExpressionKind::Unary { operator_span, .. } => operator_span.clone(),
        ExpressionKind::For(each) => each.open.clone(),
        ExpressionKind::Call(call) => call.name_span.to(&call.open),
        _ => expression.span.clone(),
    }
}

fn find_calls(expression: &Expression, report: &mut impl FnMut(&Expression)) {
    if let ExpressionKind::Call(_) = &expression.kind {
        report(expression);
        return;
    }
    each_child(expression, &mut |child| find_calls(child, report));
}

fn each_child(expression: &Expression, visit: &mut dyn FnMut(&Expression)) {
    match &expression.kind {
        ExpressionKind::Literal(_) | ExpressionKind::Traversal(_) | ExpressionKind::SplatElement => {}
        ExpressionKind::Template(all) | ExpressionKind::Tuple(all) => all.iter().for_each(visit),
        ExpressionKind::TemplateWrap(inner)
        | ExpressionKind::TemplateJoin(inner)
        | ExpressionKind::Parentheses(inner)
        | ExpressionKind::RelativeTraversal { source: inner, .. }
        | ExpressionKind::Unary { operand: inner, .. } => visit(inner),
        ExpressionKind::Object(items) => {
            for item in items.iter() {
                if let ObjectKey::Expression(key) = &item.key {
                    visit(key);
                }
                visit(&item.value);
            }
        }
        ExpressionKind::Index { collection, key, .. } => {
            [collection, key].into_iter().for_each(|it| visit(it))
        }
        ExpressionKind::Splat { source, each, .. } => [source, each].into_iter().for_each(|it| visit(it)),
        ExpressionKind::Call(call) => call.arguments.iter().for_each(visit),
        ExpressionKind::Conditional(it) => [&it.condition, &it.yes, &it.no].into_iter().for_each(visit),
        ExpressionKind::Binary { first, rest } => {
            visit(first);
            rest.iter().for_each(|it| visit(&it.operand));
        }
        ExpressionKind::For(it) => {
            visit(&it.collection);
            it.key.iter().chain([&it.value]).chain(&it.condition).for_each(visit);
        }
    }
}
