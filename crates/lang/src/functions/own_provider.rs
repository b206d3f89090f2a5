//! The functions of the provider `terraform`, which belongs to the language.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use rinfra_diag::{Diagnostic, Diagnostics, Signature};
use rinfra_value::{Type, Value};

use super::Functions;
use super::arguments::text;
use super::call::{Answer, Function, FunctionError, Parameter};
use crate::scope::Scope;
use crate::{evaluate, format, print, syntax};

static FUNCTIONS: LazyLock<Functions> = LazyLock::new(|| {
    let all = [
        Function::pure("encode_expr", Type::String, encode_expression)
            .parameter(Parameter::new("value", Type::Dynamic).unknown().dynamic()),
        Function::pure("encode_tfvars", Type::String, encode_variables)
            .parameter(Parameter::new("value", Type::Dynamic).unknown().dynamic()),
        Function::typed("decode_tfvars", |_| Ok(Type::Dynamic), decode_variables)
            .parameter(Parameter::new("src", Type::String)),
    ];
    Functions { functions: all.into_iter().map(|it| (it.name, Arc::new(it))).collect() }
});

/// Returns the function of this name.
pub(crate) fn get(name: &str) -> Option<&'static Function> {
    FUNCTIONS.get(name)
}

/// Returns how the functions of the provider want to be called, by name.
pub fn signatures() -> Vec<Signature> {
    FUNCTIONS.functions.values().map(|it| it.signature(it.name)).collect()
}

fn encode_expression(arguments: &[Value]) -> Answer {
    let value = &arguments[0];
    if !value.is_wholly_known() {
        return Ok(Value::unknown(Type::String));
    }
    Ok(Value::string(format::lay_out(&print::literal(value))))
}

fn encode_variables(arguments: &[Value]) -> Answer {
    let value = &arguments[0];
    if !value.is_wholly_known() {
        return Ok(Value::unknown(Type::String));
    }
    let is_right = matches!(value.ty(), Type::Object(_) | Type::Map(_));
    let Some(entries) = value.entries().filter(|_| is_right) else {
        let why = "invalid value to encode: must be an object whose attribute names will become the encoded \
                   variable names";
        return Err(FunctionError::new(why));
    };
    let mut file = String::new();
    for (name, value) in entries {
        if !syntax::is_name(name) {
            return Err(FunctionError::new(format!("invalid variable name {name:?}: must be a name")));
        }
        let _ = writeln!(file, "{name} = {}", print::literal(value));
    }
    Ok(Value::string(format::lay_out(&file)))
}

fn decode_variables(arguments: &[Value]) -> Answer {
    let file = Arc::from("<decode_tfvars argument>");
    let (body, mut found) = syntax::parse_native(&file, text(&arguments[0]));
    for block in &body.blocks {
        let detail = "Blocks are not allowed here.";
        found.push(Diagnostic::error("Unexpected block", detail).at(block.header.clone()));
    }
    let nothing = Functions::default();
    let scope = Scope::new(&nothing);
    let mut attributes = Vec::new();
    for attribute in body.attributes.iter().filter(|_| !found.has_errors()).collect::<Vec<_>>() {
        match evaluate(&attribute.expression, &scope) {
            Ok(value) => attributes.push((attribute.name.clone(), value)),
            Err(wrong) => found.extend(wrong),
        }
    }
    match first_error(&found) {
        Some(error) => Err(FunctionError::new(format!("invalid tfvars syntax: {error}"))),
        None => Ok(Value::object(attributes)),
    }
}

fn first_error(found: &Diagnostics) -> Option<String> {
    let error = found.iter().find(|it| it.is_error())?;
    let place = error.subject.as_ref().map(|it| format!("{it}: ")).unwrap_or_default();
    Some(format!("{place}{}; {}", error.summary, error.detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(name: &str, argument: Value) -> Result<Value, String> {
        let function = get(name).expect("a function");
        function.call(&Functions::default(), &[argument]).map_err(|it| it.to_string())
    }

    fn number(value: i64) -> Value {
        Value::number(value)
    }

    #[test]
    fn expressions_are_laid_out_as_terraform_does() {
        let check = |value: Value, expected: &str| {
            assert_eq!(call("encode_expr", value), Ok(Value::string(expected)));
        };
        let inner = Value::object([("b", Value::tuple(vec![])), ("c", Value::empty_object())]);
        let object = [("a", number(1)), ("k v", inner), ("longer", Value::string("x"))];
        check(
            Value::object(object),
            "{\n  a = 1\n  \"k v\" = {\n    b = []\n    c = {}\n  }\n  longer = \"x\"\n}",
        );
        let items = vec![Value::object([("a", number(1))]), Value::object([("bb", number(2))])];
        check(Value::tuple(items), "[{\n  a = 1\n  }, {\n  bb = 2\n}]");
        check(Value::string("a${x} %{if} \n\t\"\\ é"), r#""a$${x} %%{if} \n\t\"\\ é""#);
        check(
            Value::object([("", number(1)), ("1a", number(2)), ("for", number(3))]),
            "{\n  \"\"   = 1\n  \"1a\" = 2\n  for  = 3\n}",
        );
        check(Value::bool(true), "true");
    }

    #[test]
    fn variables_are_written_and_read() {
        let object = [
            ("a", number(1)),
            ("longer", Value::string("x")),
            ("o", Value::object([("b", number(2)), ("cc", Value::dynamic_null())])),
        ];
        let encoded = "a      = 1\nlonger = \"x\"\no = {\n  b  = 2\n  cc = null\n}\n";
        assert_eq!(call("encode_tfvars", Value::object(object.clone())), Ok(Value::string(encoded)));
        assert_eq!(call("decode_tfvars", Value::string(encoded)), Ok(Value::object(object)));
        assert_eq!(call("encode_tfvars", Value::empty_object()), Ok(Value::string("")));
    }

    #[test]
    fn what_is_no_set_of_variables_is_refused() {
        let check = |name: &str, argument: Value, expected: &str| {
            let why = call(name, argument).expect_err(expected);
            assert!(why.contains(expected), "{why}");
        };
        check("encode_tfvars", Value::string("x"), "must be an object");
        check("encode_tfvars", Value::object([("a b", number(1))]), "invalid variable name \"a b\"");
        check("decode_tfvars", Value::string("a = "), "<decode_tfvars argument>:1,5");
        check("decode_tfvars", Value::string("a = var.x"), "Variables not allowed");
        check("decode_tfvars", Value::string("a {\n}\n"), "Unexpected block");
    }
}
