//! Functions over marks: what is secret and what is gone after the run.

use rinfra_value::{Marks, Type, Value};

use super::call::{Answer, Function, Parameter};

pub(super) fn functions() -> Vec<Function> {
    let function = |name, implementation| {
        Function::pure(name, Type::Dynamic, implementation)
            .parameter(Parameter::verbatim("value"))
            .maybe_null()
    };
    vec![
        function("sensitive", |it| Ok(it[0].clone().with_marks(Marks::SENSITIVE))),
        function("nonsensitive", nonsensitive),
        function("ephemeralasnull", ephemeral_as_null),
        Function::pure("issensitive", Type::Bool, is_sensitive).parameter(Parameter::verbatim("value")),
    ]
}

fn nonsensitive(arguments: &[Value]) -> Answer {
    let (value, marks) = arguments[0].clone().without_marks();
    Ok(value.with_marks(marks.without(Marks::SENSITIVE)))
}

fn is_sensitive(arguments: &[Value]) -> Answer {
    let is_marked = arguments[0].has_mark(Marks::SENSITIVE);
    // Whether what is unknown will be sensitive may yet depend on what makes it unknown.
    Ok(if is_marked || arguments[0].is_known() { Value::bool(is_marked) } else { Value::unknown(Type::Bool) })
}

fn ephemeral_as_null(arguments: &[Value]) -> Answer {
    Ok(arguments[0].transform(&mut |_, value| {
        if !value.has_mark(Marks::EPHEMERAL) {
            return value;
        }
        let (value, marks) = value.without_marks();
        let replacement = if value.is_known() {
            Value::null(value.ty().clone())
        } else {
            Value::unknown(value.ty().clone())
        };
        replacement.with_marks(marks.without(Marks::EPHEMERAL))
    }))
}
