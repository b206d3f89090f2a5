//! Type constraints: `string`, `list(any)`, `object({ a = optional(string, "x") })`.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Result, Span};
use rinfra_value::constraint::{Defaults, Inside, TypeConstraint};
use rinfra_value::{Type, Value, convert};

use crate::ast::{Call, Expression, ExpressionKind, ObjectItem};
use crate::static_value;

const INVALID: &str = "Invalid type specification";

/// Returns the type constraint an expression writes down.
///
/// `list` and `map` alone mean `list(any)` and `map(any)`, as old configurations have it.
///
/// # Errors
/// "Invalid type specification", "Invalid quoted type constraints", or what is wrong with a default.
pub fn parse(expression: &Expression) -> Result<TypeConstraint> {
    if matches!(expression.kind, ExpressionKind::Template(_)) {
        // Written in quotes, as Terraform 0.11 had it.
        let text = static_value::constant(expression)?;
        let text = text.as_text().map(|it| it.to_string()).unwrap_or_default();
        let (summary, better) = match &*text {
            "string" => ("Invalid quoted type constraints", "string"),
            "list" => ("Invalid quoted type constraints", "list(string)"),
            "map" => ("Invalid quoted type constraints", "map(string)"),
            other => ("Invalid legacy variable type hint", other),
        };
        let detail = format!("Types are written without quotes: {better}.");
        return Err(error(summary, detail, &expression.span));
    }
    match static_value::as_keyword(expression) {
        Some("list") => return Ok(TypeConstraint::new(Type::list(Type::Dynamic))),
        Some("map") => return Ok(TypeConstraint::new(Type::map(Type::Dynamic))),
        _ => {}
    }
    constraint(expression)
}

fn error(summary: &str, detail: impl Into<String>, span: &Span) -> Diagnostics {
    Diagnostic::error(summary, detail).at(span.clone()).into()
}

fn invalid<T>(detail: impl Into<String>, span: &Span) -> Result<T> {
    Err(error(INVALID, detail, span))
}

fn constraint(expression: &Expression) -> Result<TypeConstraint> {
    let span = &expression.span;
    if let Some(keyword) = static_value::as_keyword(expression) {
        return Ok(TypeConstraint::new(match keyword {
            "string" => Type::String,
            "number" => Type::Number,
            "bool" => Type::Bool,
            "any" => Type::Dynamic,
            "list" | "set" | "map" => {
                let detail = format!("{keyword} needs the type of its elements: {keyword}(string).");
                return invalid(detail, span);
            }
            "object" => return invalid("object needs its attributes: object({ name = string }).", span),
            "tuple" => {
                return invalid("tuple needs the types of its elements: tuple([string, number]).", span);
            }
            "optional" => return invalid("optional is for the attributes of an object type only.", span),
            other => return invalid(format!("There is no type \"{other}\"."), span),
        }));
    }
    let written = static_value::written_in_json(expression);
    let ExpressionKind::Call(call) = &written.as_ref().unwrap_or(expression).kind else {
        return invalid("A type is a keyword such as string or a call such as list(string).", span);
    };
    match &*call.name {
        "list" => elements(call, Type::list),
        "set" => elements(call, Type::set),
        "map" => elements(call, Type::map),
        "object" => object(call),
        "tuple" => tuple(call),
        "bool" | "string" | "number" | "any" => {
            invalid(format!("{} takes no arguments.", call.name), &call.open.to(&call.close))
        }
        "optional" => invalid("optional is for the attributes of an object type only.", &call.name_span),
        other => invalid(format!("There is no type \"{other}\"."), span),
    }
}

/// As in Terraform, `...` after the argument means nothing.
fn only_argument(call: &Call) -> Result<&Expression> {
    match &*call.arguments {
        [only] => Ok(only),
        [] => invalid(
            format!("{} takes one argument, and there is none.", call.name),
            &call.open.to(&call.close),
        ),
        [_, extra @ .., last] => {
            let place = extra.first().unwrap_or(last).span.to(&last.span);
            invalid(format!("{} takes one argument only.", call.name), &place)
        }
    }
}

fn elements(call: &Call, collection: fn(Type) -> Type) -> Result<TypeConstraint> {
    let TypeConstraint { ty, defaults } = constraint(only_argument(call)?)?;
    let defaults = defaults
        .map(|defaults| Defaults { values: BTreeMap::new(), inside: Inside::Elements(Box::new(defaults)) });
    Ok(TypeConstraint { ty: collection(ty), defaults })
}

fn tuple(call: &Call) -> Result<TypeConstraint> {
    let argument = only_argument(call)?;
    let Some(items) = static_value::as_list(argument) else {
        return invalid("tuple takes a list of types: tuple([string, number]).", &argument.span);
    };
    let mut diagnostics = Diagnostics::new();
    let mut types = Vec::with_capacity(items.len());
    let mut positions = BTreeMap::new();
    for (position, item) in items.into_iter().enumerate() {
        let Some(TypeConstraint { ty, defaults }) = diagnostics.absorb(constraint(item)) else { continue };
        types.push(ty);
        positions.extend(defaults.map(|defaults| (position, defaults)));
    }
    let inside = (!positions.is_empty()).then_some(Inside::Positions(positions));
    let defaults = inside.map(|inside| Defaults { values: BTreeMap::new(), inside });
    diagnostics.into_result(TypeConstraint { ty: Type::tuple(types), defaults })
}

fn object(call: &Call) -> Result<TypeConstraint> {
    let argument = only_argument(call)?;
    let ExpressionKind::Object(items) = &argument.kind else {
        return invalid(
            "object takes its attributes and their types: object({ name = string }).",
            &argument.span,
        );
    };
    let mut diagnostics = Diagnostics::new();
    let mut attributes: BTreeMap<Arc<str>, Attribute> = BTreeMap::new();
    for item in &**items {
        let Some(name) = diagnostics.absorb(name(item)) else { continue };
        if attributes.contains_key(&name) {
            let detail = format!("There is an attribute \"{name}\" already.");
            diagnostics.extend(error(INVALID, detail, item.key.span()));
            continue;
        }
        let Some(attribute) = diagnostics.absorb(attribute(item)) else { continue };
        attributes.insert(name, attribute);
    }
    let mut values = BTreeMap::new();
    let mut inside = BTreeMap::new();
    let mut optional = Vec::new();
    let mut types = Vec::new();
    for (name, attribute) in attributes {
        if attribute.is_optional {
            optional.push(name.clone());
        }
        values.extend(attribute.default.map(|value| (name.clone(), value)));
        inside.extend(attribute.defaults.map(|defaults| (name.clone(), defaults)));
        types.push((name, attribute.ty));
    }
    let ty = Type::object_with_optional(types, optional);
    let has_defaults = !values.is_empty() || !inside.is_empty();
    let inside = if inside.is_empty() { Inside::Nothing } else { Inside::Attributes(inside) };
    let defaults = has_defaults.then_some(Defaults { values, inside });
    diagnostics.into_result(TypeConstraint { ty, defaults })
}

struct Attribute {
    ty: Type,
    is_optional: bool,
    default: Option<Value>,
    defaults: Option<Defaults>,
}

fn name(item: &ObjectItem) -> Result<Arc<str>> {
    match static_value::key_as_traversal(&item.key) {
        Some(name) if name.steps.is_empty() => Ok(name.root),
        _ => invalid("The name of an attribute is a bare word.", item.key.span()),
    }
}

fn attribute(item: &ObjectItem) -> Result<Attribute> {
    let (ty, call) = match &item.value.kind {
        ExpressionKind::Call(call) if &*call.name == "optional" => {
            let arguments = call.open.to(&call.close);
            match &*call.arguments {
                [ty] | [ty, _] => (ty, Some(call)),
                [] => return invalid("optional needs the type of the attribute.", &arguments),
                _ => return invalid("optional takes a type and a default, nothing else.", &arguments),
            }
        }
        _ => (&item.value, None),
    };
    let TypeConstraint { ty, defaults } = constraint(ty)?;
    let default = match call.and_then(|call| call.arguments.get(1)) {
        Some(default) => Some(default_value(default, &ty, defaults.as_ref())?),
        None => None,
    };
    Ok(Attribute { ty, is_optional: call.is_some(), default, defaults })
}

fn default_value(expression: &Expression, ty: &Type, defaults: Option<&Defaults>) -> Result<Value> {
    let value = static_value::constant(expression)?;
    let filled = defaults.map_or_else(|| value.clone(), |defaults| defaults.apply(&value));
    match convert::convert(&filled, ty) {
        // The inner defaults are applied together with the outer ones, to the value as it was written.
        Ok(_) => convert::convert(&value, ty).or(Ok(value)),
        Err(wrong) => {
            let detail = format!("The default does not fit the type of the attribute: {wrong}.");
            Err(error("Invalid default value for optional attribute", detail, &expression.span))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_expression;
    use rinfra_diag::Position;

    fn parsed(text: &str) -> Result<TypeConstraint> {
        parse(&parse_expression(&"t".into(), text, Position::START).unwrap())
    }

    #[test]
    fn types_are_read() {
        let check = |text: &str, expected: Type| assert_eq!(parsed(text).unwrap().ty, expected, "{text}");
        check("string", Type::String);
        check("any", Type::Dynamic);
        check("list", Type::list(Type::Dynamic));
        check("map(set(number))", Type::map(Type::set(Type::Number)));
        check("tuple([bool, any])", Type::tuple([Type::Bool, Type::Dynamic]));
        check("object({})", Type::object::<&str>([]));
        let optional = Type::object_with_optional([("a", Type::String), ("b", Type::Number)], ["b".into()]);
        check("object({ a = string, b = optional(number, 1) })", optional);
    }

    #[test]
    fn defaults_apply() {
        let check = |text: &str, given: Value, expected: Value| {
            assert_eq!(parsed(text).unwrap().apply(&given).unwrap(), expected, "{text}");
        };
        let number = |name, number| Value::object([(name, Value::number(number))]);
        check("object({ a = optional(number, 5) })", Value::empty_object(), number("a", 5));
        check(
            "list(object({ a = optional(number, 5) }))",
            Value::tuple(vec![number("a", 1), Value::empty_object()]),
            Value::list(number("a", 1).ty().clone(), vec![number("a", 1), number("a", 5)]),
        );
        check(
            "object({ o = optional(object({ a = optional(number, 5) }), {}) })",
            Value::empty_object(),
            Value::object([("o", number("a", 5))]),
        );
    }

    #[test]
    fn wrong_types_are_refused() {
        let check = |text: &str, summary: &str| {
            let wrong = parsed(text).unwrap_err();
            assert_eq!(wrong.iter().next().unwrap().summary, summary, "{text}");
        };
        check("strng", INVALID);
        check("set", INVALID);
        check("list()", INVALID);
        check("list(string, number)", INVALID);
        check("object(string)", INVALID);
        check("optional(string)", INVALID);
        check("\"string\"", "Invalid quoted type constraints");
        check("object({ a = optional(number, \"x\") })", "Invalid default value for optional attribute");
        check("object({ a = optional(number, var.x) })", "Variables not allowed");
        check("1 + 1", INVALID);
    }
}
