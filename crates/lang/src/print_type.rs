//! Types as text: what the console answers when it is asked for the type of a value.

use rinfra_value::{Type, Value};

use crate::functions::{Function, Parameter};
use crate::print;

/// The only attribute of a value that stands for a type. No configuration has such a name.
const ANSWER: &str = "\0type";

const STEP: usize = 4;

/// Returns a type as `type(…)` in `terraform console` shows it.
pub fn type_of(ty: &Type) -> String {
    let mut text = String::new();
    write(ty, 0, &mut text);
    text
}

/// Returns the function `type`, which only a console has.
///
/// No value is a type: what it returns says nothing to any operation, and [`answer`] knows it.
pub(crate) fn function() -> Function {
    Function::pure("type", Type::Dynamic, |arguments| {
        let text = match arguments {
            [value] if asked(value).is_none() => type_of(value.ty()),
            _ => "type".to_owned(),
        };
        Ok(Value::object([(ANSWER, Value::string(text))]))
    })
    .parameter(Parameter::verbatim("value"))
}

/// Returns what a console shows of a value: the type, where that was asked for. `None` when a type is only a part of
/// the value.
pub fn answer(value: &Value) -> Option<String> {
    match asked(value) {
        Some(text) => Some(text.to_owned()),
        None if holds_type(value) => None,
        None => Some(print::value(value)),
    }
}

fn asked(value: &Value) -> Option<&str> {
    value.attribute(ANSWER)?.as_str()
}

fn holds_type(value: &Value) -> bool {
    let entries = value.entries().into_iter().flat_map(|it| it.values());
    let elements = value.elements().unwrap_or_default();
    asked(value).is_some() || entries.chain(elements).any(|it| crate::stack::with_room(|| holds_type(it)))
}

fn write(ty: &Type, indent: usize, text: &mut String) {
    match ty {
        Type::Dynamic => text.push_str("dynamic"),
        Type::String => text.push_str("string"),
        Type::Number => text.push_str("number"),
        Type::Bool => text.push_str("bool"),
        Type::List(element) => collection("list", element, indent, text),
        Type::Set(element) => collection("set", element, indent, text),
        Type::Map(element) => collection("map", element, indent, text),
        Type::Tuple(elements) => {
            lines("tuple([", "])", elements.iter().map(|it| ("", it)), indent, text);
        }
        Type::Object(object) => {
            let attributes = object.attributes.iter().map(|(name, ty)| (&**name, ty));
            lines("object({", "})", attributes, indent, text);
        }
    }
}

fn collection(kind: &str, element: &Type, indent: usize, text: &mut String) {
    text.push_str(kind);
    // A type of several lines is easier to see a step further in.
    if matches!(element, Type::Tuple(_) | Type::Object(_)) {
        lines("(", ")", [("", element)].into_iter(), indent, text);
    } else {
        text.push('(');
        write(element, indent, text);
        text.push(')');
    }
}

/// Writes each type on a line of its own, behind its name if it has one.
fn lines<'t>(
    open: &str,
    close: &str,
    types: impl Iterator<Item = (&'t str, &'t Type)>,
    indent: usize,
    text: &mut String,
) {
    text.push_str(open);
    let mut types = types.peekable();
    let is_empty = types.peek().is_none();
    for (name, ty) in types {
        new_line(indent + STEP, text);
        if !name.is_empty() {
            text.push_str(name);
            text.push_str(": ");
        }
        write(ty, indent + STEP, text);
        text.push(',');
    }
    if !is_empty {
        new_line(indent, text);
    }
    text.push_str(close);
}

fn new_line(indent: usize, text: &mut String) {
    text.push('\n');
    text.extend(std::iter::repeat_n(' ', indent));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_an_answer_only_by_itself() {
        let of = |value: Value| function().call(&Default::default(), &[value]).expect("a type");
        let check = |value: &Value, expected: Option<&str>| assert_eq!(answer(value).as_deref(), expected);
        let number = of(Value::number(1));
        check(&number, Some("number"));
        check(&of(Value::dynamic()), Some("dynamic"));
        check(&of(Value::null(Type::String)), Some("string"));
        check(&of(number.clone()), Some("type"));
        check(&Value::tuple(vec![number.clone()]), None);
        check(&Value::object([("a", Value::tuple(vec![number]))]), None);
        check(&Value::number(1), Some("1"));
    }

    #[test]
    fn types_are_shown_as_by_terraform() {
        let check = |ty: Type, expected: &str| assert_eq!(type_of(&ty), expected);
        check(Type::Dynamic, "dynamic");
        check(Type::list(Type::String), "list(string)");
        check(Type::map(Type::set(Type::Dynamic)), "map(set(dynamic))");
        check(Type::list(Type::map(Type::tuple([]))), "list(map(\n    tuple([]),\n))");
        check(Type::object::<&str>([]), "object({})");
        check(
            Type::list(Type::object([("c-d", Type::Bool), ("e", Type::map(Type::Number))])),
            "list(\n    object({\n        c-d: bool,\n        e: map(number),\n    }),\n)",
        );
    }
}
