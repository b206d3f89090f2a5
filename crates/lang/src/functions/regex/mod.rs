//! `regex`, `regexall` and `replace`, with the regular expressions of Go.

mod class;
mod pattern;
mod syntax;

use rinfra_value::{Type, Value};

use super::arguments::text;
use super::call::{Answer, Function, FunctionError, Parameter};
use super::string::check_length;
use pattern::{Match, Pattern};

pub(super) fn functions() -> Vec<Function> {
    let string = |name| Parameter::new(name, Type::String);
    vec![
        Function::typed("regex", regex_type, regex).parameter(string("pattern")).parameter(string("string")),
        Function::typed("regexall", |it| Ok(Type::list(regex_type(it)?)), regex_all)
            .parameter(string("pattern"))
            .parameter(string("string")),
        Function::pure("replace", Type::String, replace)
            .parameter(string("str"))
            .parameter(string("substr"))
            .parameter(string("replace")),
    ]
}

fn regex_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    match arguments[0].as_str() {
        Some(pattern) => Ok(shape(&*compile(pattern)?)?.ty()),
        None => Ok(Type::Dynamic),
    }
}

fn compile(pattern: &str) -> Result<std::rc::Rc<Pattern>, FunctionError> {
    Pattern::cached(pattern).map_err(|error| {
        FunctionError::argument(0, format!("invalid regexp pattern: {} in {}", error.reason, error.part))
    })
}

/// What a match becomes, which the capture groups of the pattern decide.
enum Shape<'a> {
    Whole,
    Tuple(usize),
    Object(Vec<&'a str>),
}

fn shape(pattern: &Pattern) -> Result<Shape<'_>, FunctionError> {
    let names: Vec<&str> = pattern.groups.iter().flatten().map(String::as_str).collect();
    match (pattern.groups.len(), names.len()) {
        (0, _) => Ok(Shape::Whole),
        (groups, 0) => Ok(Shape::Tuple(groups)),
        (groups, named) if groups == named => Ok(Shape::Object(names)),
        _ => Err(FunctionError::argument(
            0,
            "invalid regexp pattern: cannot mix both named and unnamed capture groups",
        )),
    }
}

impl Shape<'_> {
    fn ty(&self) -> Type {
        match self {
            Self::Whole => Type::String,
            Self::Tuple(groups) => Type::tuple(std::iter::repeat_n(Type::String, *groups)),
            Self::Object(names) => Type::object(names.iter().map(|it| (*it, Type::String))),
        }
    }

    fn value(&self, found: &Match<'_>) -> Value {
        let group = |index| match found.group(index) {
            Some(text) => Value::string(text),
            None => Value::null(Type::String),
        };
        match self {
            Self::Whole => Value::string(found.whole()),
            Self::Tuple(groups) => Value::tuple((1..=*groups).map(group).collect()),
            Self::Object(names) => {
                Value::object(names.iter().enumerate().map(|(index, name)| (*name, group(index + 1))))
            }
        }
    }
}

fn regex(arguments: &[Value]) -> Answer {
    let pattern = compile(text(&arguments[0]))?;
    let shape = shape(&pattern)?;
    match pattern.matches(text(&arguments[1])).next() {
        Some(found) => Ok(shape.value(&found)),
        None => Err(FunctionError::new("pattern did not match any part of the given string")),
    }
}

fn regex_all(arguments: &[Value]) -> Answer {
    let pattern = compile(text(&arguments[0]))?;
    let shape = shape(&pattern)?;
    let values = pattern.matches(text(&arguments[1])).map(|it| shape.value(&it)).collect();
    Ok(Value::list(shape.ty(), values))
}

fn replace(arguments: &[Value]) -> Answer {
    let [text, old, new] = [&arguments[0], &arguments[1], &arguments[2]].map(text);
    let expression = old.strip_prefix('/').and_then(|it| it.strip_suffix('/'));
    let Some(expression) = expression else {
        let added = text.matches(old).count().saturating_mul(new.len().saturating_sub(old.len()));
        check_length(text.len().saturating_add(added))?;
        return Ok(Value::string(text.replace(old, new)));
    };
    let pattern = Pattern::cached(expression).map_err(|error| {
        FunctionError::new(format!("error parsing regexp: {}: `{}`", error.reason, error.part))
    })?;
    // Each match adds the template at most, and what its groups matched once for each mention.
    let mentions = new.matches('$').count().saturating_mul(text.len());
    let added = pattern.matches(text).count().saturating_mul(new.len());
    check_length(text.len().saturating_add(added).saturating_add(mentions))?;
    Ok(Value::string(pattern.replace_all(text, new)))
}
