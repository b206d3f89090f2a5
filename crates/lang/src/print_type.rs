//! Types as text: what the console answers when it is asked for the type of a value.

use rinfra_value::Type;

const STEP: usize = 4;

/// Returns a type as `type(…)` in `terraform console` shows it.
pub fn type_of(ty: &Type) -> String {
    let mut text = String::new();
    write(ty, 0, &mut text);
    text
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
    if matches!(element, Type::Dynamic | Type::String | Type::Number | Type::Bool) {
        text.push('(');
        write(element, indent, text);
        text.push(')');
    } else {
        lines("(", ")", [("", element)].into_iter(), indent, text);
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
    fn types_are_shown_as_by_terraform() {
        let check = |ty: Type, expected: &str| assert_eq!(type_of(&ty), expected);
        check(Type::Dynamic, "dynamic");
        check(Type::list(Type::String), "list(string)");
        check(Type::object::<&str>([]), "object({})");
        check(
            Type::list(Type::object([("c-d", Type::Bool), ("e", Type::map(Type::Number))])),
            "list(\n    object({\n        c-d: bool,\n        e: map(number),\n    }),\n)",
        );
    }
}
