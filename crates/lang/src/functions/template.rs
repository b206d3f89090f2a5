//! `templatefile` and `templatestring`.

use std::sync::Arc;

use rinfra_diag::Diagnostics;
use rinfra_value::{Type, Value};

use super::Functions;
use super::arguments::{quote, text};
use super::call::{Answer, Function, FunctionError, Parameter};
use super::filesystem::read_text;
use super::world::FunctionContext;
use crate::ast::{Expression, ExpressionKind};
use crate::scope::Scope;
use crate::{evaluate, references, template};

pub(super) const TEMPLATE_FILE: &str = "templatefile";
pub(super) const TEMPLATE_STRING: &str = "templatestring";

/// What messages call the text that is not in any file.
const STRING_FILE: &str = "<templatestring argument>";

pub(super) fn functions(context: &Arc<FunctionContext>) -> Vec<Function> {
    let context = Arc::clone(context);
    vec![
        Function::new(TEMPLATE_FILE, Type::Dynamic, move |functions, arguments| {
            file(&context, functions, arguments)
        })
        .parameter(Parameter::new("path", Type::String).marked())
        .parameter(Parameter::new("vars", Type::Dynamic)),
        Function::new(TEMPLATE_STRING, Type::String, string)
            .telling(Type::String)
            .parameter(Parameter::new("template", Type::String))
            .parameter(Parameter::new("vars", Type::Dynamic)),
    ]
}

/// Returns what takes the place of the functions here while a template is rendered.
pub(super) fn refusals() -> [Function; 2] {
    [TEMPLATE_FILE, TEMPLATE_STRING].map(|name| {
        Function::new(name, Type::Dynamic, move |_, _| {
            let message = format!("cannot recursively call {name} from inside another template function");
            Err(FunctionError::new(message))
        })
        .parameter(Parameter::verbatim("template"))
        .parameter(Parameter::verbatim("vars"))
    })
}

fn file(context: &FunctionContext, functions: &Functions, arguments: &[Value]) -> Answer {
    let (path, marks) = arguments[0].clone().without_marks();
    let path = text(&path);
    let source = read_text(context, path, marks)?;
    let expression = template::parse(&Arc::from(path), &source)
        .map_err(|diagnostics| FunctionError::new(summary(&diagnostics)))?;
    Ok(render(&expression, &arguments[1], functions)?.with_marks(marks))
}

fn string(functions: &Functions, arguments: &[Value]) -> Answer {
    let expression =
        template::parse(&Arc::from(STRING_FILE), text(&arguments[0])).map_err(|diagnostics| {
            FunctionError::argument(0, format!("invalid template: {}", summary(&diagnostics)))
        })?;
    let result = render(&expression, &arguments[1], functions)?;
    rinfra_value::convert::convert(&result, &Type::String)
        .map_err(|error| FunctionError::new(format!("invalid template result: {error}")))
}

fn render(expression: &Expression, variables: &Value, functions: &Functions) -> Answer {
    let (Type::Map(_) | Type::Object(_), Some(entries)) = (variables.ty(), variables.entries()) else {
        return Err(FunctionError::argument(1, "invalid vars value: must be a map"));
    };
    let functions = functions.within_template();
    let mut scope = Scope::new(&functions);
    for (name, value) in entries {
        if !is_identifier(name) {
            return Err(FunctionError::argument(
                1,
                format!(
                    "invalid template variable name {}: must start with a letter, followed by zero or more letters, \
                     digits, and underscores",
                    quote(name)
                ),
            ));
        }
        scope.set(Arc::clone(name), value.clone());
    }
    // What is missing is the caller's mistake, even where the template would never come to use it.
    for reference in references(expression) {
        if !entries.contains_key(&reference.root) {
            let (name, place) = (quote(&reference.root), &reference.root_span);
            let message = format!("vars map does not contain key {name}, referenced at {place}");
            return Err(FunctionError::argument(1, message));
        }
    }
    let result =
        evaluate(expression, &scope).map_err(|diagnostics| FunctionError::new(summary(&diagnostics)))?;
    if result.is_null() {
        let place = &expression.span;
        return Err(FunctionError::new(format!(
            "{place}: Template result is null; The result of the template is null, which is not a valid result for \
             a template"
        )));
    }
    Ok(result)
}

/// Returns whether expressions can refer to something by this name.
fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(unicode_ident::is_xid_start)
        && characters.all(|it| unicode_ident::is_xid_continue(it) || it == '-')
}

/// Puts diagnostics into one line, for they become the reason of another one.
fn summary(diagnostics: &Diagnostics) -> String {
    let mut all = diagnostics.iter();
    let Some(first) = all.next() else { return String::new() };
    let place = first.subject.as_ref().map(|it| format!("{it}: ")).unwrap_or_default();
    let others = match all.count() {
        0 => String::new(),
        count => format!(", and {count} other diagnostic(s)"),
    };
    format!("{place}{}; {}{others}", first.summary, first.detail)
}

/// Checks that the template of `templatestring` comes from elsewhere: where one is written down, a template
/// expression says the same without a function.
///
/// # Errors
/// What the expression is instead of a reference.
pub(crate) fn check_reference(expression: &Expression) -> Result<(), FunctionError> {
    let why = match &expression.kind {
        ExpressionKind::Template(_) | ExpressionKind::TemplateWrap(_) => {
            "templatestring is only for rendering templates retrieved dynamically from elsewhere, and so does not \
             support providing a literal template; consider using a template string expression instead"
        }
        _ if is_reference(expression) => return Ok(()),
        _ => {
            "must be a direct reference to a single string from elsewhere, containing valid Terraform template syntax"
        }
    };
    Err(FunctionError::argument(0, format!("invalid template expression: {why}")))
}

fn is_reference(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Traversal(_) => true,
        ExpressionKind::RelativeTraversal { source, .. } | ExpressionKind::Splat { source, .. } => {
            is_reference(source)
        }
        ExpressionKind::Index { collection, .. } => is_reference(collection),
        _ => false,
    }
}

/// Returns the error of a reference to a template that leads nowhere.
pub(crate) fn invalid_template(wrong: &Diagnostics) -> FunctionError {
    FunctionError::argument(0, format!("invalid template expression: {}", summary(wrong)))
}
