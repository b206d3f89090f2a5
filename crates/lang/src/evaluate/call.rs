//! Function calls.

use rinfra_diag::{Diagnostic, Diagnostics, Span, did_you_mean};
use rinfra_value::{Type, Value, convert};

use super::{evaluate, report, start_of, value_of};
use crate::ast::{Call, Expression};
use crate::functions::{Function, FunctionError, Parameter, check_template_reference, invalid_template};
use crate::scope::Scope;

const INVALID_ARGUMENT: &str = "Invalid function argument";
const FAILED: &str = "Error in function call";

/// One argument: an expression, or an element of an expanded one, which shares its place with the others.
enum Argument<'e> {
    Expression(&'e Expression),
    Element(Value, &'e Expression),
}

impl Argument<'_> {
    fn value(&self, scope: &Scope<'_>, diagnostics: &mut Diagnostics) -> Value {
        match self {
            Self::Expression(expression) => value_of(expression, scope, diagnostics),
            Self::Element(value, _) => value.clone(),
        }
    }

    fn start(&self) -> Span {
        match self {
            Self::Expression(expression) => start_of(expression),
            Self::Element(_, expression) => expression.span.clone(),
        }
    }

    /// Returns what the argument, or the sequence it is an element of, is written as.
    fn expression(&self) -> &Expression {
        match self {
            Self::Expression(expression) | Self::Element(_, expression) => expression,
        }
    }
}

pub(super) fn call(call: &Call, whole: &Span, scope: &Scope<'_>, diagnostics: &mut Diagnostics) -> Value {
    let name = &*call.name;
    if scope.functions().names().next().is_none() {
        report(diagnostics, "Function calls not allowed", "Functions may not be called here.", whole, whole);
        return Value::dynamic();
    }
    let function = match scope.function(name) {
        _ if matches!(name_in_core(call), "try" | "can") => None,
        Some(function) => Some(function),
        None => {
            diagnostics.push(unknown_function(call, whole, scope));
            return Value::dynamic();
        }
    };
    let Some(arguments) = arguments(call, whole, scope, diagnostics) else { return Value::dynamic() };
    match function {
        Some(function) => standard(function, call, whole, &arguments, scope, diagnostics),
        None if name.ends_with("can") => can(call, whole, &arguments, scope, diagnostics),
        None => attempt(call, whole, &arguments, scope, diagnostics),
    }
}

fn unknown_function(call: &Call, whole: &Span, scope: &Scope<'_>) -> Diagnostic {
    let Some((namespace, name)) = call.name.rsplit_once("::") else {
        let known = scope.functions().names().chain(["try", "can"]);
        let hint = did_you_mean(&call.name, known)
            .map(|suggestion| format!(" Did you mean \"{suggestion}\"?"))
            .unwrap_or_default();
        let detail = format!("There is no function \"{}\".{hint}", call.name);
        return Diagnostic::error("Call to unknown function", detail)
            .at(call.name_span.clone())
            .within(whole.clone());
    };
    let detail = match namespace.strip_prefix("provider::") {
        Some(provider) => format!(
            "There is no function \"{}\". Is provider \"{provider}\" in this module's required_providers block, and \
             does it have a function \"{name}\"?",
            call.name
        ),
        None => format!(
            "There are no functions in namespace \"{namespace}::\". Those of providers are called with \
             provider::NAME::{name}."
        ),
    };
    Diagnostic::error("Unknown provider function", detail).at(call.name_span.clone()).within(whole.clone())
}

/// Returns the arguments, the last one expanded if `...` asks for it; nothing if that fails or is unknown.
fn arguments<'e>(
    call: &'e Call,
    whole: &Span,
    scope: &Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Argument<'e>>> {
    let mut arguments: Vec<_> = call.arguments.iter().map(Argument::Expression).collect();
    if !call.expand_final {
        return Some(arguments);
    }
    let Some(Argument::Expression(last)) = arguments.pop() else { return Some(arguments) };
    let errors = diagnostics.len();
    let value = value_of(last, scope, diagnostics);
    if diagnostics.len() > errors {
        return None;
    }
    let summary = "Invalid expanding argument value";
    if !matches!(value.ty(), Type::Dynamic | Type::List(_) | Type::Set(_) | Type::Tuple(_)) {
        let ty = value.ty().friendly_name();
        let detail =
            format!("Only a list, set or tuple can be expanded into arguments with ..., and this is {ty}.");
        report(diagnostics, summary, detail, &last.span, whole);
        return None;
    }
    if value.is_null() {
        let detail = "This is null, and null cannot be expanded into arguments with ....";
        report(diagnostics, summary, detail, &last.span, whole);
        return None;
    }
    let (value, marks) = value.without_marks();
    let elements = value.elements()?;
    arguments
        .extend(elements.iter().map(|element| Argument::Element(element.clone().with_marks(marks), last)));
    Some(arguments)
}

fn standard(
    function: &Function,
    call: &Call,
    whole: &Span,
    arguments: &[Argument<'_>],
    scope: &Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Value {
    let names: Vec<&str> = function.parameters.iter().map(|parameter| parameter.name).collect();
    if !check_count(call, whole, arguments, &names, function.variadic.is_some(), diagnostics) {
        return Value::dynamic();
    }
    let errors = diagnostics.len();
    let mut values = Vec::with_capacity(arguments.len());
    let is_template = matches!(name_in_core(call), "templatestring");
    for (index, argument) in arguments.iter().enumerate() {
        if is_template && index == 0 {
            values.push(Value::string(""));
            continue;
        }
        let value = argument.value(scope, diagnostics);
        let Some(parameter) = function.parameter_at(index) else { continue };
        match convert::convert(&value, &parameter.ty) {
            Ok(value) => values.push(value),
            Err(error) => {
                let detail = argument_detail(parameter, &error.to_string());
                report(diagnostics, INVALID_ARGUMENT, detail, &argument.start(), whole);
            }
        }
    }
    if diagnostics.len() > errors {
        return Value::dynamic();
    }
    let result = match is_template {
        true => template(&arguments[0], &values[1], scope).and_then(|template| {
            values[0] = template;
            function.call(scope.functions(), &values)
        }),
        false => function.call(scope.functions(), &values),
    };
    result.unwrap_or_else(|error| {
        failed(function, &error, call, whole, arguments, diagnostics);
        Value::dynamic()
    })
}

fn name_in_core(call: &Call) -> &str {
    call.name.strip_prefix("core::").unwrap_or(&call.name)
}

/// Returns the template `templatestring` is to render, which is looked at only once its variables are known.
fn template(argument: &Argument<'_>, variables: &Value, scope: &Scope<'_>) -> Result<Value, FunctionError> {
    if variables.is_null() || !variables.is_known() {
        return Ok(Value::string(""));
    }
    let expression = argument.expression();
    check_template_reference(expression)?;
    let value = evaluate(expression, scope).map_err(|wrong| invalid_template(&wrong))?;
    match value.ty() {
        _ if !value.is_known() => Ok(Value::unknown(Type::String).with_marks(value.marks())),
        Type::String if !value.is_null() => Ok(value),
        _ => Err(FunctionError::argument(0, "invalid template value: a string is required")),
    }
}

fn argument_detail(parameter: &Parameter, why: &str) -> String {
    format!("Invalid value for \"{}\" parameter: {why}.", parameter.name)
}

fn check_count(
    call: &Call,
    whole: &Span,
    arguments: &[Argument<'_>],
    names: &[&str],
    is_variadic: bool,
    diagnostics: &mut Diagnostics,
) -> bool {
    let wanted = names.len();
    if let Some(missing) = names.get(arguments.len()) {
        let least = if is_variadic { " at least" } else { "" };
        let detail = format!(
            "Function \"{}\" expects{least} {wanted} argument(s). Missing value for \"{missing}\".",
            call.name
        );
        report(diagnostics, "Not enough function arguments", detail, &call.close, whole);
        return false;
    }
    match arguments.get(wanted) {
        Some(extra) if !is_variadic => {
            let detail = format!("Function \"{}\" expects only {wanted} argument(s).", call.name);
            report(diagnostics, "Too many function arguments", detail, &extra.start(), whole);
            false
        }
        _ => true,
    }
}

fn failed(
    function: &Function,
    error: &FunctionError,
    call: &Call,
    whole: &Span,
    arguments: &[Argument<'_>],
    diagnostics: &mut Diagnostics,
) {
    let Some(index) = error.argument else {
        return call_failed(call, whole, &format!("{error}"), diagnostics);
    };
    match (function.parameter_at(index), arguments.get(index)) {
        (Some(parameter), Some(argument)) => {
            let detail = argument_detail(parameter, &error.message);
            report(diagnostics, INVALID_ARGUMENT, detail, &argument.start(), whole);
        }
        // No argument was given for a variadic parameter: the call as a whole is to blame.
        (Some(parameter), None) => {
            report(diagnostics, INVALID_ARGUMENT, argument_detail(parameter, &error.message), whole, whole);
        }
        (None, _) => call_failed(call, whole, &error.message, diagnostics),
    }
}

fn call_failed(call: &Call, whole: &Span, why: &str, diagnostics: &mut Diagnostics) {
    let detail = format!("Call to function \"{}\" failed: {why}.", call.name);
    report(diagnostics, FAILED, detail, &call.name_span.to(&call.open), whole);
}

/// Returns the first argument that can be evaluated.
///
/// As long as that one is not wholly known it may yet fail, and then another type would follow: the result is open.
fn attempt(
    call: &Call,
    whole: &Span,
    arguments: &[Argument<'_>],
    scope: &Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Value {
    if arguments.is_empty() {
        call_failed(call, whole, "at least one argument is required", diagnostics);
        return Value::dynamic();
    }
    let mut why = String::new();
    for argument in arguments {
        let mut wrong = Diagnostics::new();
        let value = argument.value(scope, &mut wrong);
        if !wrong.has_errors() {
            let is_certain = value.is_wholly_known();
            return if is_certain { value } else { Value::dynamic().with_marks(value.marks()) };
        }
        for problem in &wrong {
            let place = problem.subject.as_ref().map(|span| format!(" (at {span})")).unwrap_or_default();
            why.push_str(&format!("- {}{place}\n  {}\n", problem.summary, problem.detail));
        }
    }
    let why =
        format!("no expression succeeded:\n{why}\nAt least one expression must produce a successful result");
    call_failed(call, whole, &why, diagnostics);
    Value::dynamic()
}

/// Returns whether the argument can be evaluated; open as long as it is not wholly known.
fn can(
    call: &Call,
    whole: &Span,
    arguments: &[Argument<'_>],
    scope: &Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Value {
    if !check_count(call, whole, arguments, &["expression"], false, diagnostics) {
        return Value::dynamic();
    }
    let mut wrong = Diagnostics::new();
    let value = arguments[0].value(scope, &mut wrong);
    if wrong.has_errors() {
        Value::bool(false)
    } else if value.is_wholly_known() {
        Value::bool(true)
    } else {
        Value::unknown(Type::Bool)
    }
}
