//! Conversions asked for by name: `tostring`, `tolist` and their like.

use rinfra_value::{Marks, Type, Value, convert};

use super::arguments::quote;
use super::call::{Answer, Function, FunctionError, Parameter};

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("tostring", Type::String),
        function("tonumber", Type::Number),
        function("tobool", Type::Bool),
        function("tolist", Type::list(Type::Dynamic)),
        function("toset", Type::set(Type::Dynamic)),
        function("tomap", Type::map(Type::Dynamic)),
        gone("list", "use tolist([ ... ]) syntax to write a literal list"),
        gone("map", "use tomap({ ... }) syntax to write a literal map"),
    ]
}

/// Returns a function that Terraform had once and refuses since 0.12, with what replaces it.
fn gone(name: &'static str, instead: &'static str) -> Function {
    let refusal = move || {
        format!(
            "the {name:?} function was deprecated in Terraform v0.12 and is no longer available; {instead}"
        )
    };
    Function::new(name, Type::Dynamic, move |_, _| Err(FunctionError::new(refusal())))
        .variadic(Parameter::verbatim("vals"))
}

fn function(name: &'static str, wanted: Type) -> Function {
    let told = wanted.clone();
    Function::new(name, Type::Dynamic, move |_, arguments| to(&arguments[0], &wanted))
        .telling(told)
        .parameter(Parameter::verbatim("v"))
        .maybe_null()
}

fn to(value: &Value, wanted: &Type) -> Answer {
    if !convert::can_convert(value.ty(), wanted) {
        return Err(FunctionError::argument(0, cannot(value.ty(), wanted, "")));
    }
    if !value.is_known() {
        // Which element type it comes to is told once there are elements.
        return Ok(Value::unknown(wanted.clone()).with_marks(value.marks()));
    }
    convert::convert(value, wanted).map_err(|_| FunctionError::argument(0, why(value, wanted)))
}

fn cannot(from: &Type, wanted: &Type, secret: &str) -> String {
    format!("cannot convert {secret}{} to {}", from.friendly_name(), wanted.friendly_name_for_constraint())
}

/// Says why a value cannot be converted although others of its type can, without showing secrets.
fn why(value: &Value, wanted: &Type) -> String {
    let marks = value.marks_deep();
    if marks.contains(Marks::EPHEMERAL) {
        return cannot(value.ty(), wanted, "this ephemeral ");
    }
    if marks.contains(Marks::SENSITIVE) {
        return cannot(value.ty(), wanted, "this sensitive ");
    }
    let text = value.as_str().map_or_else(|| "string".to_owned(), quote);
    match (value.ty(), wanted) {
        (Type::String, Type::Bool) => {
            format!("cannot convert {text} to bool; only the strings \"true\" or \"false\" are allowed")
        }
        (Type::String, Type::Number) => {
            let rule = "given string must be a decimal representation of a number";
            format!("cannot convert {text} to number; {rule}")
        }
        (from, wanted) => cannot(from, wanted, ""),
    }
}
