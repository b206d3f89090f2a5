//! Names, attributes and indexes.

use rinfra_diag::{Diagnostic, Diagnostics, Span, did_you_mean};
use rinfra_value::{Marks, Number, Type, Value, convert};

use crate::ast::{Traversal, TraversalStep};
use crate::scope::Scope;

pub(super) fn traversal(traversal: &Traversal, scope: &Scope<'_>, diagnostics: &mut Diagnostics) -> Value {
    match scope.get(&traversal.root) {
        Some(value) => apply_steps(value.clone(), &traversal.steps, diagnostics),
        None => {
            let name = &traversal.root;
            let diagnostic = if scope.has_names() {
                let hint = did_you_mean(name, scope.names())
                    .map(|suggestion| format!(" Did you mean \"{suggestion}\"?"))
                    .unwrap_or_default();
                Diagnostic::error("Unknown variable", format!("There is no variable named \"{name}\".{hint}"))
            } else {
                Diagnostic::error("Variables not allowed", "Variables may not be used here.")
            };
            diagnostics.push(diagnostic.at(traversal.root_span.clone()).within(traversal.span.clone()));
            Value::dynamic()
        }
    }
}

/// Returns what constant steps lead to.
pub(crate) fn apply_steps(value: Value, steps: &[TraversalStep], diagnostics: &mut Diagnostics) -> Value {
    let mut value = value;
    for step in steps {
        let errors = diagnostics.len();
        value = match step {
            TraversalStep::Attribute { name, span } => attribute(&value, name, span, diagnostics),
            TraversalStep::Index { key, span } => index(&value, key, span, diagnostics),
            // Only lists of references hold splats, and they are not evaluated.
            TraversalStep::Splat { .. } => return Value::dynamic(),
        };
        if diagnostics.len() > errors {
            return Value::dynamic();
        }
    }
    value
}

fn fail(diagnostics: &mut Diagnostics, summary: &str, detail: impl Into<String>, span: &Span) -> Value {
    diagnostics.push(Diagnostic::error(summary, detail).at(span.clone()));
    Value::dynamic()
}

fn attribute(object: &Value, name: &str, span: &Span, diagnostics: &mut Diagnostics) -> Value {
    const UNSUPPORTED: &str = "Unsupported attribute";
    if object.is_null() {
        let detail = "This value is null, and null has no attributes.";
        return fail(diagnostics, "Attempt to get attribute from null value", detail, span);
    }
    let marks = object.marks();
    match object.ty() {
        Type::Dynamic => Value::dynamic().with_marks(marks),
        Type::Object(ty) => match ty.attributes.get(name) {
            Some(attribute) => match object.attribute(name) {
                Some(value) => value.clone().with_marks(marks),
                None => Value::unknown(attribute.clone()).with_marks(marks),
            },
            None => {
                let hint = did_you_mean(name, ty.attributes.keys().map(AsRef::as_ref))
                    .map(|suggestion| format!(" Did you mean \"{suggestion}\"?"))
                    .unwrap_or_default();
                fail(
                    diagnostics,
                    UNSUPPORTED,
                    format!("This object has no attribute \"{name}\".{hint}"),
                    span,
                )
            }
        },
        Type::Map(element) => match (object.is_known(), object.attribute(name)) {
            (false, _) => Value::unknown((**element).clone()).with_marks(marks),
            (true, Some(value)) => value.clone().with_marks(marks),
            (true, None) => {
                let detail = format!("This map has no element with the key \"{name}\".");
                fail(diagnostics, "Missing map element", detail, span)
            }
        },
        Type::List(element) if matches!(**element, Type::Object(_)) => {
            let detail = if element.attribute_type(name).is_some() {
                format!(
                    "This is a list of objects. Select one of them, [0].{name}, or take the attribute of all of them, \
                     [*].{name}."
                )
            } else {
                "This is a list of objects, and a list has no attributes. Select one of the objects or use [*]."
                    .to_owned()
            };
            fail(diagnostics, UNSUPPORTED, detail, span)
        }
        Type::Set(element) if matches!(**element, Type::Object(_)) => {
            let detail = "This is a set of objects, and a set has no attributes. Use [*] to get those of its elements.";
            fail(diagnostics, UNSUPPORTED, detail, span)
        }
        ty => {
            let detail = format!("A value of type {} has no attributes.", ty.friendly_name());
            fail(diagnostics, UNSUPPORTED, detail, span)
        }
    }
}

/// Returns one element, as `collection[key]` means it.
pub(super) fn index(collection: &Value, key: &Value, span: &Span, diagnostics: &mut Diagnostics) -> Value {
    const INVALID: &str = "Invalid index";
    if collection.is_null() {
        let detail = "This value is null, and null has no elements.";
        return fail(diagnostics, "Attempt to index null value", detail, span);
    }
    if key.is_null() {
        return fail(diagnostics, INVALID, "The key is null, and null identifies no element.", span);
    }
    // What a secret key leads to tells of the key; not so in an object, for Terraform's sake.
    let is_object = matches!(collection.ty(), Type::Object(_));
    let marks = collection.marks() | if is_object { Marks::NONE } else { key.marks() };
    if *collection.ty() == Type::Dynamic || *key.ty() == Type::Dynamic {
        return Value::dynamic().with_marks(marks);
    }
    let wanted = match collection.ty() {
        Type::List(_) | Type::Tuple(_) => Type::Number,
        Type::Map(_) | Type::Object(_) => Type::String,
        Type::Set(_) => {
            let detail = "The elements of a set have no index. Use a for expression, or make a list of it with tolist.";
            return fail(diagnostics, INVALID, detail, span);
        }
        ty => {
            let detail = format!("A value of type {} has no elements.", ty.friendly_name());
            return fail(diagnostics, INVALID, detail, span);
        }
    };
    let was_number = *key.ty() == Type::Number;
    let key = match convert::convert(key, &wanted) {
        Ok(key) => key,
        Err(error) => {
            return fail(diagnostics, INVALID, format!("This key identifies no element: {error}."), span);
        }
    };
    let (key, _) = key.without_marks();
    match collection.ty() {
        Type::Object(ty) => {
            let Some(name) = key.as_str().filter(|_| collection.is_known()) else {
                return Value::dynamic().with_marks(marks);
            };
            match (collection.attribute(name), ty.attributes.contains_key(name)) {
                (Some(value), _) => value.clone().with_marks(marks),
                (None, _) => {
                    let why =
                        if was_number { " Attributes are looked up by name, not by number." } else { "" };
                    fail(diagnostics, INVALID, format!("This object has no attribute \"{name}\".{why}"), span)
                }
            }
        }
        Type::Map(element) => match (key.as_str(), collection.entries()) {
            (Some(key), Some(entries)) => match entries.get(key) {
                Some(value) => value.clone().with_marks(marks),
                None => fail(diagnostics, INVALID, "This map has no element with the given key.", span),
            },
            _ => Value::unknown((**element).clone()).with_marks(marks),
        },
        Type::Tuple(types) => {
            let Some(number) = key.as_number() else { return Value::dynamic().with_marks(marks) };
            let position = match position(number, types.len()) {
                Ok(position) => position,
                Err(why) => return fail(diagnostics, INVALID, why, span),
            };
            let element = collection.elements().map(|elements| elements[position].clone());
            element.unwrap_or_else(|| Value::unknown(types[position].clone())).with_marks(marks)
        }
        Type::List(element) => match (key.as_number(), collection.elements()) {
            (Some(number), Some(elements)) => match position(number, elements.len()) {
                Ok(position) => elements[position].clone().with_marks(marks),
                Err(why) => fail(diagnostics, INVALID, why, span),
            },
            _ => Value::unknown((**element).clone()).with_marks(marks),
        },
        _ => Value::dynamic(),
    }
}

/// Returns the position a number means in a sequence; the texts never quote it, it may be a secret.
fn position(number: &Number, length: usize) -> Result<usize, &'static str> {
    if !number.is_integer() {
        return Err("This key identifies no element: an index is a whole number.");
    }
    if number.is_sign_negative() && !number.is_zero() {
        return Err(
            "This key identifies no element: an index is not negative. Count from the end with length().",
        );
    }
    match number.to_usize() {
        Some(position) if position < length => Ok(position),
        _ if length == 0 => Err("This key identifies no element: there are no elements."),
        _ => Err("This key identifies no element: there are fewer elements. The first one has the index 0."),
    }
}
