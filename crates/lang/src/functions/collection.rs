//! Functions over any collection: how much is in it, and what.

use rinfra_value::{Type, Value, convert, equality};

use super::arguments::{count, elements, is_sequence, known_length, text, whole};
use super::call::{Answer, Function, FunctionError, Parameter};
use super::string::{grapheme_count, unknown_length};

pub(super) fn functions() -> Vec<Function> {
    let any = |name| Parameter::new(name, Type::Dynamic);
    let bools = || Parameter::new("list", Type::list(Type::Bool));
    vec![
        Function::pure("length", Type::Number, length).parameter(any("value").dynamic().unknown().marked()),
        Function::typed("element", element_type, element)
            .parameter(any("list").marked())
            .parameter(Parameter::new("index", Type::Number))
            .maybe_null(),
        Function::pure("index", Type::Number, index).parameter(any("list")).parameter(any("value")),
        Function::pure("contains", Type::Bool, contains).parameter(any("list")).parameter(any("value")),
        Function::typed("one", one_type, one).parameter(any("list")).maybe_null(),
        Function::pure("alltrue", Type::Bool, all_true).parameter(bools()),
        Function::pure("anytrue", Type::Bool, any_true).parameter(bools()),
        Function::pure("coalesce", Type::Dynamic, coalesce).variadic(any("vals").null().unknown().dynamic()),
        Function::pure("coalescelist", Type::Dynamic, coalesce_list)
            .variadic(any("vals").null().unknown().dynamic()),
    ]
}

fn length(arguments: &[Value]) -> Answer {
    let value = &arguments[0];
    let length = match value.ty() {
        Type::String if !value.is_known() => return Ok(unknown_length(value).with_marks(value.marks())),
        // The type alone tells, known or not.
        Type::Tuple(types) => Some(types.len()),
        Type::Object(object) => Some(object.attributes.len()),
        Type::String => value.as_str().map(grapheme_count),
        Type::List(_) | Type::Set(_) | Type::Map(_) => known_length(value),
        Type::Dynamic => None,
        Type::Number | Type::Bool => {
            return Err(FunctionError::new(
                "argument must be a string, a collection type, or a structural type",
            ));
        }
    };
    let length = length.map_or_else(|| Value::unknown(Type::Number), count);
    Ok(length.with_marks(value.marks()))
}

fn element_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    match arguments[0].ty() {
        Type::List(element) => Ok(element.as_ref().clone()),
        Type::Tuple(types) => match wrapped(&arguments[1], arguments[0].ty(), types.len())? {
            Some(index) => Ok(types[index].clone()),
            None => Ok(Type::Dynamic),
        },
        other => Err(FunctionError::new(format!("cannot read elements from {}", other.friendly_name()))),
    }
}

/// Returns the index an argument means in a sequence of `length` elements; `None` if it is unknown.
///
/// Counting from the end works for lists; for tuples Terraform fails.
fn wrapped(index: &Value, sequence: &Type, length: usize) -> Result<Option<usize>, FunctionError> {
    if !index.is_known() {
        return Ok(None);
    }
    let index = whole(index).map_err(|message| FunctionError::new(format!("invalid index: {message}")))?;
    if length == 0 {
        return Err(FunctionError::new("cannot use element function with an empty list"));
    }
    let divisor = i64::try_from(length).unwrap_or(i64::MAX);
    let index = if matches!(sequence, Type::Tuple(_)) { index % divisor } else { index.rem_euclid(divisor) };
    usize::try_from(index)
        .map(Some)
        .map_err(|_| FunctionError::new("cannot use element function with a negative index on a tuple"))
}

fn element(arguments: &[Value]) -> Answer {
    let ty = element_type(arguments)?;
    let (list, marks) = arguments[0].clone().without_marks();
    let Some(elements) = list.elements() else { return Ok(Value::unknown(ty).with_marks(marks)) };
    match wrapped(&arguments[1], list.ty(), elements.len())? {
        Some(index) => Ok(elements[index].clone().with_marks(marks)),
        None => Ok(Value::unknown(ty).with_marks(marks)),
    }
}

fn index(arguments: &[Value]) -> Answer {
    if !matches!(arguments[0].ty(), Type::List(_) | Type::Tuple(_)) {
        return Err(FunctionError::new("argument must be a list or tuple"));
    }
    let elements = elements(&arguments[0]);
    if elements.is_empty() {
        return Err(FunctionError::new("cannot search an empty list"));
    }
    for (position, element) in elements.iter().enumerate() {
        match equality::equals(element, &arguments[1]).as_bool() {
            Some(true) => return Ok(count(position)),
            Some(false) => {}
            None => return Ok(Value::unknown(Type::Number)),
        }
    }
    Err(FunctionError::new("item not found"))
}

fn contains(arguments: &[Value]) -> Answer {
    if !is_sequence(arguments[0].ty()) {
        return Err(FunctionError::new("argument must be list, tuple, or set"));
    }
    let mut uncertain = false;
    for element in elements(&arguments[0]) {
        match equality::equals(&arguments[1], element).as_bool() {
            Some(true) => return Ok(Value::bool(true)),
            Some(false) => {}
            None => uncertain = true,
        }
    }
    Ok(if uncertain { Value::unknown(Type::Bool) } else { Value::bool(false) })
}

const NOT_ONE: &str = "must be a list, set, or tuple value with either zero or one elements";

fn one_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    match arguments[0].ty() {
        Type::List(element) | Type::Set(element) => Ok(element.as_ref().clone()),
        Type::Tuple(types) if types.is_empty() => Ok(Type::Dynamic),
        Type::Tuple(types) if types.len() == 1 => Ok(types[0].clone()),
        _ => Err(FunctionError::argument(0, NOT_ONE)),
    }
}

fn one(arguments: &[Value]) -> Answer {
    let ty = one_type(arguments)?;
    match (known_length(&arguments[0]), elements(&arguments[0])) {
        (None, _) => Ok(Value::unknown(ty)),
        (_, []) => Ok(Value::null(ty)),
        (_, [only]) => Ok(only.clone()),
        _ => Err(FunctionError::argument(0, NOT_ONE)),
    }
}

fn all_true(arguments: &[Value]) -> Answer {
    for element in elements(&arguments[0]) {
        if !element.is_known() {
            return Ok(Value::unknown(Type::Bool));
        }
        if element.as_bool() != Some(true) {
            return Ok(Value::bool(false));
        }
    }
    Ok(Value::bool(true))
}

fn any_true(arguments: &[Value]) -> Answer {
    let elements = elements(&arguments[0]);
    if elements.iter().any(|it| it.as_bool() == Some(true)) {
        return Ok(Value::bool(true));
    }
    let uncertain = elements.iter().any(|it| !it.is_known());
    Ok(if uncertain { Value::unknown(Type::Bool) } else { Value::bool(false) })
}

fn coalesce(arguments: &[Value]) -> Answer {
    let types: Vec<Type> = arguments.iter().map(|it| it.ty().clone()).collect();
    let ty = match convert::unify(&types) {
        Some(ty) => ty,
        None if types.is_empty() => Type::Dynamic,
        None => return Err(FunctionError::new("all arguments must have the same type")),
    };
    for argument in arguments {
        // What does not convert, although its type does, counts as absent.
        let Ok(value) = convert::convert(argument, &ty) else { continue };
        if !value.is_known() {
            return Ok(Value::unknown(ty));
        }
        if !value.is_null() && (ty != Type::String || !text(&value).is_empty()) {
            return Ok(value);
        }
    }
    Err(FunctionError::new("no non-null, non-empty-string arguments"))
}

fn coalesce_list(arguments: &[Value]) -> Answer {
    let Some(first) = arguments.first() else {
        return Err(FunctionError::new("at least one argument is required"));
    };
    // An unknown argument hides from the check whatever comes after it.
    let known: Vec<&Value> = arguments.iter().take_while(|it| it.is_known()).collect();
    if known.iter().any(|it| !matches!(it.ty(), Type::List(_) | Type::Tuple(_))) {
        return Err(FunctionError::new("coalescelist arguments must be lists or tuples"));
    }
    if let Some(found) = known.iter().find(|it| !it.is_null() && !elements(it).is_empty()) {
        return Ok((*found).clone());
    }
    if known.len() == arguments.len() {
        return Err(FunctionError::new("no non-null arguments"));
    }
    let same = arguments.iter().all(|it| it.is_known() && it.ty() == first.ty());
    Ok(Value::unknown(if same { first.ty().clone() } else { Type::Dynamic }))
}
